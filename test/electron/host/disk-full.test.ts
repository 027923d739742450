// A full disk, for real: a small file system in memory that is filled up. What was acknowledged stays, the refusal says
// what is wrong, and after space was freed the work goes on from where it was. Needs the right to mount.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encode } from 'fast-png';
import { randomFrom } from '../../../models/random.ts';
import { usualSettings } from '../../../shared/domain/run.ts';
import { emptyDiff } from '../../../shared/domain/diff.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Host } from '../../../electron/host/open.ts';
import { handleRequest } from '../../../electron/host/requests.ts';
import { temporaryFolder } from '../temporary.ts';
import { close, never, openHost, silent } from './open-host.ts';
import { caseOf, commandOf } from './rows.ts';
import { signedOffWorkspace } from './signed-off.ts';

const megabytes = 96;
/** Of the system, not of the packages. */
const mount = 'mount', unmount = 'umount';
const disk = mkdtempSync(path.join(tmpdir(), 'regionmed-disk-'));
const mounted = ((): boolean => {
  try { execFileSync(mount, ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk], { stdio: 'ignore' }); return true; } catch { rmdirSync(disk); return false; }
})();

/** Leaves `left` bytes free (rounded down to pages). */
function fill(left: number): void {
  const { bavail, bsize } = statfsSync(disk);
  const size = bavail * bsize - left;
  if (size > 0) writeFileSync(path.join(disk, `ballast-${Date.now()}-${size}`), new Uint8Array(size));
}
function free(): void { for (const name of readdirSync(disk)) if (name.startsWith('ballast-')) rmSync(path.join(disk, name)); }

const append = (host: Host, id: string): void => host.journal.appendOne(commandOf(id, 'importCase', id, { ...emptyDiff, added: [caseOf(id)] }));
const codeOf = (work: () => void): string => { try { work(); } catch (error) { if (error instanceof AppError) return error.code; throw error; } return 'done'; };

describe.skipIf(!mounted)('a full disk (skipped where a small file system cannot be mounted)', () => {
  let prepared = '';
  beforeAll(async () => { prepared = await signedOffWorkspace(); });
  beforeEach(async () => { for (const name of await readdir(disk)) await rm(path.join(disk, name), { recursive: true }); });
  afterAll(() => { execFileSync(unmount, [disk]); rmSync(disk, { recursive: true, force: true }); });

  it('while people decide: each change is saved or refused, never both and never half', async () => {
    const workspace = path.join(disk, 'deciding');
    const host = await openHost(workspace);
    fill(300_000);
    const saved: string[] = [];
    let refusals = 0;
    for (let i = 0; refusals < 3; i++) {
      const code = codeOf(() => append(host, `case-${i}`));
      if (code === 'done') saved.push(`case-${i}`); else { expect(code).toBe('disk-full'); refusals++; }
    }
    expect(saved.length).toBeGreaterThan(5);
    expect(host.journal.records(0, 10_000, null).map((r) => r.id)).toEqual(saved);
    free();
    append(host, 'after');
    await close(host);
    const again = await openHost(workspace);
    expect(again.journal.cases().map((c) => c.id).sort()).toEqual([...saved, 'after'].sort());
    expect((await again.verify(silent)).damaged.filter((d) => !d.startsWith('The stored image'))).toEqual([]);
    await close(again);
  });

  it('while opening: the disk is named, not damage', async () => {
    const workspace = path.join(disk, 'opening');
    const host = await openHost(workspace);
    append(host, 'kept');
    await close(host);
    for (const left of [0, 4096, 16_384, 40_960]) {
      fill(left);
      const code = await openHost(workspace).then(async (h) => { await close(h); return 'opened'; }, (error: unknown) => { if (error instanceof AppError) return error.code; throw error; });
      expect(['disk-full', 'opened'], `${left} bytes left`).toContain(code);
      expect(code === 'opened' || left < 40_960, `${left} bytes left`).toBe(true);
      free();
    }
    const again = await openHost(workspace);
    expect(again.journal.cases().map((c) => c.id)).toEqual(['kept']);
    await close(again);
  });

  it('while importing: what was imported stays, the rest comes when there is room', async () => {
    const workspace = path.join(disk, 'importing'), images = await temporaryFolder(), random = randomFrom(11, 1);
    // Noise does not compress: each file takes about 2 × 256 kB of the workspace.
    for (let i = 0; i < 12; i++) await writeFile(path.join(images, `${i}.png`), encode({ width: 512, height: 512, data: Uint8Array.from({ length: 512 * 512 }, () => random.integer(256)), channels: 1, depth: 8 }));
    const host = await openHost(workspace);
    fill(3_000_000);
    await expect(host.import({ paths: [images], annotations: null, as: 'truth' }, silent, never)).rejects.toMatchObject({ code: 'disk-full', message: /^The disk is full: [1-9]\d* files were imported, \d+\.png and the rest were not\.$/ as unknown });
    const kept = host.journal.cases().length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(12);
    expect((await host.verify(silent)).damaged).toEqual([]);
    free();
    expect(await host.import({ paths: [images], annotations: null, as: 'truth' }, silent, never)).toMatchObject({ duplicates: kept, refused: [] });
    expect(host.journal.cases()).toHaveLength(12);
    expect((await host.verify(silent)).damaged).toEqual([]);
    await close(host);
  });

  it('while a file is uploaded: the page is told, and the rest works', async () => {
    const host = await openHost(path.join(disk, 'uploading'));
    const { upload } = await host.service.beginUpload({}, { signal: never, emit: silent });
    const put = async (bytes: number): Promise<number> => (await handleRequest(host, disk, 'PUT', `/uploads/${upload}/scan.dcm`, new Blob([new Uint8Array(bytes)]).stream())).status;
    fill(200_000);
    expect(await put(1_000_000)).toBe(507);
    free();
    expect(await put(1_000_000)).toBe(204);
    await close(host);
  });

  it.each([['the checkpoint', 8_000_000], ['the candidate', 36_000_000], ['anything at all', 0]])('while training, with no room for %s: the run says so, and goes on when there is room', async (_, left) => {
    const workspace = path.join(disk, 'training');
    await cp(prepared, workspace, { recursive: true });
    const host = await openHost(workspace), before = host.journal.records(0, 10_000, null);
    const starting = left === 0 ? null : host.runs.start({ steps: 2, learningRate: 1e-3, replay: 0, seed: 1, ...usualSettings });
    const id = (await starting)?.id ?? '';
    fill(left);
    if (left === 0) {
      await expect(host.runs.start({ steps: 2, learningRate: 1e-3, replay: 0, seed: 1, ...usualSettings })).rejects.toMatchObject({ code: 'disk-full' });
    } else {
      await host.runs.idle();
      expect(host.runs.list()).toMatchObject([{ id, status: 'failed', candidate: null, error: { code: 'disk-full', message: /The disk is full/ as unknown } }]);
    }
    // Nothing of what people decided is touched, and it can still be read.
    expect(host.journal.records(0, 10_000, null)).toEqual(before);
    expect([...host.journal.check()].every((r) => r.problem === null)).toBe(true);
    if (left > 0) append(host, 'in between');
    free();
    if (left === 0) { await host.runs.start({ steps: 1, learningRate: 1e-3, replay: 0, seed: 1, ...usualSettings }); await host.runs.idle(); } else { await host.runs.resume(id); await host.runs.idle(); }
    expect(host.runs.list()).toMatchObject([{ status: 'done', candidate: '0.2.0', error: null }]);
    expect(await host.registry.verify('0.2.0')).toBeUndefined();
    await close(host);
  });
});
