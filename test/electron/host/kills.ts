// SIGKILL at seeded moments, again and again in the same workspace, and each time everything that was acknowledged is
// looked for. Two kinds of victims: a process that only stores (quick, so that many kills fall into the writing itself),
// and the whole web host with clients that append, import and propose at once. A kill of the process is no loss of power:
// what the operating system holds is written in the end (cut-off files are in journal-crash.test.ts).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { encode } from 'fast-png';
import { Blobs } from '../../../electron/host/blobs.ts';
import { openWorkspace } from '../../../electron/host/workspace.ts';
import { randomFrom, type Random } from '../../../models/random.ts';
import type { HostContract } from '../../../shared/contracts/host.ts';
import type { CommandName } from '../../../shared/domain/command.ts';
import { addRegion } from '../../../shared/domain/commands/region.ts';
import { changeSettings } from '../../../shared/domain/commands/settings.ts';
import type { Diff } from '../../../shared/domain/diff.ts';
import type { Client } from '../../../shared/rpc/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import { Served } from '../../bench/served.ts';
import { boxOf, commandOf } from './rows.ts';
import { rowsIn, wholeJournal } from './whole-journal.ts';

export interface Tally {
  kills: number;
  /** Changes that the journal had acknowledged; images whose import, and cases whose proposals, had been. */
  acknowledged: number; imported: number; proposed: number;
  /** Records that were stored though the kill came before the word of it. */
  unsaid: number;
  /** Files that a kill left half written. */
  halves: number;
}
const fileOf = (workspace: string): string => path.join(workspace, 'journal.sqlite');

async function count(workspace: string, acknowledged: ReadonlyMap<number, string>, tally: Tally): Promise<void> {
  tally.kills++;
  tally.acknowledged = acknowledged.size;
  tally.halves += (await readdir(path.join(workspace, 'staging'), { recursive: true }).catch(() => [])).filter((f) => f.endsWith('.tmp')).length;
}
/** Opens what kills left, looks for everything acknowledged (id by number), and answers how many records there are. */
async function lookThrough(workspace: string, acknowledged: ReadonlyMap<number, string>): Promise<number> {
  const opened = await openWorkspace(workspace);
  try {
    assert.deepEqual(await readdir(path.join(workspace, 'staging')), []);
    const ids = wholeJournal(fileOf(workspace), acknowledged.size > 0), blobs = new Blobs(workspace);
    for (const [seq, id] of acknowledged) assert.equal(ids[seq - 1], id, `record ${seq} was acknowledged`);
    for (const r of rowsIn(fileOf(workspace))) if (r.table === 'cases') for (const hash of [r.source, r.pixels.blob, r.thumbnail]) assert.ok(await blobs.isWhole(hash), `an image of ${r.id}`);
    return ids.length;
  } finally {
    opened.unlock();
  }
}

/** Up to so many milliseconds go by without giving the processor back: a turn of the event loop is coarser than an fsync. */
function linger(random: Random, most: number): void {
  const until = performance.now() + random.uniform(0, most);
  while (performance.now() < until) { /* the victim goes on meanwhile */ }
}

/** Kills a process that stores (append-child.ts), so many times in one workspace; every fourth time while SQLite takes its log into the main file. */
export async function killStoring(workspace: string, times: number, seed: number): Promise<Tally> {
  const tally: Tally = { kills: 0, acknowledged: 0, imported: 0, proposed: 0, unsaid: 0, halves: 0 }, acknowledged = new Map<number, string>(), random = randomFrom(seed, 20);
  for (let round = 0; round < times; round++) {
    let left = 1 + random.integer(60);
    const taking = round % 4 === 3;
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('./append-child.ts', import.meta.url)), workspace, `round ${round}`, String(1000 * seed + round)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'checkpoint') { if (taking) { linger(random, 3); child.kill('SIGKILL'); } continue; }
      const at = line.indexOf(' ');
      acknowledged.set(Number(line.slice(0, at)), line.slice(at + 1));
      if (!taking && --left === 0) { linger(random, 6); child.kill('SIGKILL'); }
    }
    assert.equal((await ended)[1], 'SIGKILL');
    await count(workspace, acknowledged, tally);
    // Mostly the next opens what the kill left, without a look in between: the log grows on.
    if (round % 3 === 1 || round === times - 1) tally.unsaid = await lookThrough(workspace, acknowledged) - acknowledged.size;
  }
  return tally;
}

/** The process died, as it was told to: the end of everything that waits for it. */
function died(error: unknown): void { if (!(error instanceof AppError && error.code === 'disconnected') && !(error instanceof TypeError)) throw error; }
/** What clients do to the host until it is gone. */
interface Lane { readonly host: Served; readonly client: Client<HostContract>; readonly workspace: string; readonly round: number; readonly random: Random }

/** Kills the web host, so many times in one workspace, while clients decide, change settings and import; every third time once proposals arrive. */
export async function killHost(workspace: string, times: number, seed: number, images: string): Promise<Tally> {
  const tally: Tally = { kills: 0, acknowledged: 0, imported: 0, proposed: 0, unsaid: 0, halves: 0 }, acknowledged = new Map<number, string>(), imported = new Set<string>(), proposed = new Set<string>(), random = randomFrom(seed, 21);
  const first = await Served.start(workspace);
  for (const id of (await first.upload(await first.client(), await noisyImages(images, 'first', 2, random))).imported) imported.add(id);
  await first.stop();
  for (let round = 0; round < times; round++) {
    const host = await Served.start(workspace), client = await host.client(), proposing = round % 3 === 2, lane: Lane = { host, client, workspace, round, random };
    let left = 1 + random.integer(proposing ? 4 : 90), gone: Promise<void> | null = null;
    const told = (): void => { if (--left === 0) { linger(random, 20); gone = host.kill(); } };
    try {
      await Promise.all([
        deciding(lane, [...imported][0] ?? '', (seq, id) => { acknowledged.set(seq, id); if (!proposing) told(); }).catch(died),
        importing(lane, images, (ids) => { for (const id of ids) imported.add(id); if (!proposing) told(); }).catch(died),
        ...(proposing ? [proposingFor(lane, (id) => { proposed.add(id); told(); }).catch(died)] : []),
      ]);
    } finally {
      await (gone ?? host.kill());
    }
    await count(workspace, acknowledged, tally);
    await lookThrough(workspace, acknowledged);
    const cases = new Map(rowsIn(fileOf(workspace)).flatMap((r) => (r.table === 'cases' ? [[r.id, r.status] as const] : [])));
    for (const id of imported) assert.ok(cases.has(id), `${id} was imported`);
    for (const id of proposed) assert.equal(cases.get(id), 'proposed', `${id} had proposals`);
    tally.imported = imported.size;
    tally.proposed = proposed.size;
  }
  return tally;
}

/** Regions drawn on one case and the site's settings in turn, each as soon as the one before is acknowledged. */
async function deciding({ client, workspace, round }: Lane, caseId: string, told: (seq: number, id: string) => void): Promise<never> {
  const rows = rowsIn(fileOf(workspace));
  let study = rows.find((r) => r.table === 'cases' && r.id === caseId), settings = rows.find((r) => r.table === 'settings') ?? null;
  for (let n = 0; ; n++) {
    if (study?.table !== 'cases') throw new Error(`${caseId} is not there`);
    const drawn = addRegion(study, { id: `region ${round}-${n}`, box: boxOf(1, 1, 20, 20), label: 'cyst', caption: 'A cyst.', order: 1000 + n });
    await send('addRegion', caseId, drawn);
    study = drawn.updated[0]?.[1] ?? study;
    const changed = changeSettings(settings, { rejectionReasons: [`reason ${round}-${n}`] });
    await send('changeSettings', null, changed);
    for (const r of [...changed.added, ...changed.updated.map(([, after]) => after)]) if (r.table === 'settings') settings = r;
  }
  async function send(name: CommandName, of: string | null, diff: Diff): Promise<void> {
    const { stored, refused } = await client.append({ commands: [commandOf(crypto.randomUUID(), name, of, diff)] });
    assert.equal(refused, null);
    for (const s of stored) told(s.seq, s.id);
  }
}

async function importing({ host, client, round, random }: Lane, images: string, told: (ids: readonly string[]) => void): Promise<never> {
  for (let n = 0; ; n++) {
    // A file that was refused (a busy machine may give up decoding) was not acknowledged.
    told((await host.upload(client, await noisyImages(images, `${round}-${n}`, 3, random))).imported);
  }
}

async function proposingFor({ client, workspace }: Lane, told: (id: string) => void): Promise<never> {
  for (;;) {
    for (const r of rowsIn(fileOf(workspace))) {
      if (r.table !== 'cases' || r.status !== 'new') continue;
      // The one that is decided on may be in review by now.
      if ((await client.propose({ caseIds: [r.id] })).proposed === 1) told(r.id);
    }
  }
}

/** Each another: what is known already is not imported. */
async function noisyImages(folder: string, name: string, count: number, random: Random): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, async (_, i) => {
    const file = path.join(folder, `${name}-${i}.png`);
    await writeFile(file, encode({ width: 96, height: 96, data: Uint8Array.from({ length: 96 * 96 }, () => random.integer(256)), channels: 1, depth: 8 }));
    return file;
  }));
}
