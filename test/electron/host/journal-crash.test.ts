// Crashes and cut-off files: what was acknowledged is there afterwards, or the program says that it cannot be read.
import { copyFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Journal } from '../../../electron/host/journal.ts';
import { emptyDiff } from '../../../shared/domain/diff.ts';
import { AppError, toWireError } from '../../../shared/errors.ts';
import { randomFrom } from '../../../models/random.ts';
import { temporaryFolder } from '../temporary.ts';
import { killHost, killStoring } from './kills.ts';
import { caseOf, commandOf } from './rows.ts';
import { wholeJournal } from './whole-journal.ts';

it('keeps everything acknowledged through twenty kills in the middle of storing', async () => {
  for (const seed of [1, 2]) {
    const tally = await killStoring(path.join(await temporaryFolder(), 'workspace'), 10, seed);
    expect(tally).toMatchObject({ kills: 10 });
    expect(tally.acknowledged).toBeGreaterThan(150);
  }
});

it('keeps everything acknowledged when the whole host is killed while it stores, imports and proposes', async () => {
  const tally = await killHost(path.join(await temporaryFolder(), 'workspace'), 3, 8, await temporaryFolder());
  expect(tally).toMatchObject({ kills: 3 });
  expect(Math.min(tally.acknowledged, tally.imported, tally.proposed)).toBeGreaterThan(0);
});

describe('a journal cut off', () => {
  let folder = '', file = '';
  /** Size of the log when each record had been acknowledged. */
  const logAt: number[] = [];
  /** The files as a power cut would leave them: the log not yet taken into the main file. */
  let main = Buffer.alloc(0), log = Buffer.alloc(0);

  beforeAll(async () => {
    folder = await temporaryFolder();
    const live = path.join(folder, 'live.sqlite');
    const journal = new Journal(live);
    for (let i = 1; i <= 12; i++) {
      journal.appendOne(commandOf(`c-${i}`, 'importCase', `case-${i}`, { ...emptyDiff, added: [caseOf(`case-${i}`)] }));
      logAt.push((await stat(`${live}-wal`)).size);
    }
    [main, log] = [await readFile(live), await readFile(`${live}-wal`)];
    journal.close();
  });

  const place = async (mainBytes: Uint8Array, logBytes: Uint8Array | null): Promise<void> => {
    file = path.join(await temporaryFolder(), 'journal.sqlite');
    await writeFile(file, mainBytes);
    if (logBytes !== null) await writeFile(`${file}-wal`, logBytes);
  };
  /** The ids, or the code of the refusal. */
  const opened = (used = false): string[] | string => {
    try { new Journal(file, used).close(); } catch (error) { if (error instanceof AppError && error.message.length > 20) return error.code; throw error; }
    return wholeJournal(file);
  };

  it('in its log, opens to the last record whose bytes are all there', async () => {
    const random = randomFrom(3, 1);
    const cuts = [...logAt.flatMap((n) => [n, n - 1, n + 1]), ...Array.from({ length: 25 }, () => random.integer(log.length)), 0, 31, 32];
    const counts = new Set<number>();
    for (const cut of cuts) {
      await place(main, log.subarray(0, cut));
      const whole = logAt.filter((n) => n <= cut).length;
      expect(opened(), `cut after ${cut} of ${log.length} bytes`).toEqual(Array.from({ length: whole }, (_, i) => `c-${i + 1}`));
      counts.add(whole);
    }
    expect(counts.size).toBe(13);
  });

  it('goes on where it ends after the cut', async () => {
    await place(main, log.subarray(0, (logAt[4] ?? 0) + 100));
    const journal = new Journal(file);
    journal.appendOne(commandOf('new', 'importCase', 'new', { ...emptyDiff, added: [caseOf('new')] }));
    journal.close();
    expect(wholeJournal(file)).toEqual(['c-1', 'c-2', 'c-3', 'c-4', 'c-5', 'new']);
  });

  it('with noise after the cut in its log, leaves the noise out', async () => {
    const noisy = Buffer.from(log);
    noisy.fill(0xa5, logAt[6]);
    await place(main, noisy);
    expect(opened()).toHaveLength(7);
  });

  it('in its main file, is refused with a sentence, or loses nothing', async () => {
    // A journal that was closed properly: all is in the main file.
    const closed = path.join(folder, 'closed.sqlite');
    await copyFile(path.join(folder, 'live.sqlite'), closed);
    const { size } = await stat(closed);
    const pageSize = 4096;
    for (const cut of [1, 99, 100, 1000, pageSize - 1, pageSize, pageSize + 1, 2 * pageSize, size - pageSize, size - 1000, size - 1]) {
      await place(await readFile(closed), null);
      await truncate(file, cut);
      expect(opened(), `main file cut after ${cut} of ${size} bytes`).toBe('journal-damaged');
    }
  });

  it('in its main file with the log whole, loses nothing that the log holds', async () => {
    for (const cut of [0, 1, 2000, main.length - 1]) {
      await place(main.subarray(0, cut), log);
      const found = opened();
      if (typeof found === 'string') expect(found).toBe('journal-damaged'); else expect(found).toHaveLength(12);
      // Refused or not: the log's bytes are where they were, or in the main file.
      if (typeof found === 'string') expect((await readFile(`${file}-wal`)).equals(log)).toBe(true);
    }
  });

  it('a page of noise is found when opening after a crash, else by the check and by what reads it', async () => {
    const closed = await readFile(path.join(folder, 'live.sqlite'));
    const found = new Set<string>();
    for (let page = 1; page < closed.length / 4096; page++) {
      const noisy = Buffer.from(closed);
      noisy.fill(0x5a, page * 4096, (page + 1) * 4096);
      await place(noisy, log.subarray(0, 32));
      expect(opened(), `page ${page}`).toBe('journal-damaged');
      await place(noisy, null);
      try {
        const journal = new Journal(file);
        try {
          found.add(journal.fileProblem() === null ? 'nothing' : 'check');
          // Records that can be read still are, up to where the damage is.
          expect([...journal.check()].length).toBeGreaterThan(0);
        } finally { journal.close(); }
      } catch (error) { found.add(toWireError(error).code); }
    }
    expect([...found].sort()).toEqual(['check', 'journal-damaged']);
  });

  it('missing or empty where the workspace was used is refused, not begun anew', async () => {
    await place(Buffer.alloc(0), null);
    expect(opened(true)).toBe('journal-damaged');
    expect(opened(false)).toEqual([]);
    file = path.join(folder, 'missing.sqlite');
    expect(opened(true)).toBe('journal-damaged');
  });

  it('a file of text in its place is refused', async () => {
    await place(Buffer.from('This is a letter, not a database. '.repeat(300)), null);
    expect(opened()).toBe('journal-damaged');
  });
});
