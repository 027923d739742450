// A full disk, for real (a small file system in memory): what a reader does is said to be unsaved, goes on being done, and
// is in the journal as soon as there is room, without another key. Needs the right to mount.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importFiles, openCase, press, saved } from './as-a-person.ts';
import { expect, Program, test } from './program.ts';
import { phantomFiles } from './studies.ts';

/** Of the system, not of the packages. */
const mount = 'mount', unmount = 'umount';
const disk = mkdtempSync(path.join(tmpdir(), 'regionmed-disk-'));
const mounted = ((): boolean => {
  try { execFileSync(mount, ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk], { stdio: 'ignore' }); return true; } catch { rmdirSync(disk); return false; }
})();
test.afterAll(() => { if (mounted) { execFileSync(unmount, [disk]); rmSync(disk, { recursive: true, force: true }); } });

test('decisions on a full disk are kept, said to be unsaved, and stored when there is room', async ({ kind }, info) => {
  test.skip(!mounted, 'a small file system cannot be mounted here');
  const workspace = path.join(disk, `workspace-${info.repeatEachIndex}`, 'w'), beside = info.outputPath('phantoms');
  const program = new Program(kind, workspace, info.outputPath('profile')), page = await program.start();
  const ballast = path.join(disk, 'ballast');
  try {
    await importFiles(page, await phantomFiles(beside, 2, 500), 'Proposals');
    await expect(page.getByText('2 cases imported')).toBeVisible({ timeout: 60_000 });
    const [study] = program.stored().cases, open = program.stored().regions.filter((r) => r.caseId === study?.id).length;
    await openCase(page, study?.title ?? '', study?.id);
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(ballast, new Uint8Array(bavail * bsize));
    const before = program.stored().seq;
    await press(page, 'a');
    await expect(page.getByText('The disk is full: the change is not saved.')).toBeVisible();
    await expect(page.getByTestId('saved')).not.toHaveText('Saved');
    for (let i = 1; i < open; i++) await press(page, 'a');
    await expect(page.getByText(`${open} of ${open} decided`, { exact: true })).toBeVisible();
    expect(program.stored().seq).toBe(before);
    rmSync(ballast);
    await saved(page);
    await expect.poll(() => program.stored().regions.filter((r) => r.caseId === study?.id && r.verdict === 'accepted').length).toBe(open);
  } finally {
    rmSync(ballast, { force: true });
    await program.close();
  }
});
