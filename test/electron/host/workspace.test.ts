// One host a workspace, no workspace of a newer program, and what is wrong with its files is told before anything is
// written over.
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { encode } from 'fast-png';
import { temporaryFolder } from '../temporary.ts';
import { close, copyOfBase, never, openHost, silent } from './open-host.ts';

let workspace = '';
beforeEach(async () => { workspace = path.join(await temporaryFolder(), 'a workspace, größer'); });

it('is made where there is none, and found again with its identity', async () => {
  const first = await openHost(workspace);
  const { id } = first.workspace, split = first.workspace.splitOf('patient 1');
  await close(first);
  const second = await openHost(workspace);
  expect(second.workspace.id).toBe(id);
  expect(second.workspace.splitOf('patient 1')).toBe(split);
});

it('holds about a fifth of the patients out, by their key alone', async () => {
  const { splitOf } = (await openHost(workspace)).workspace;
  const held = Array.from({ length: 2000 }, (_, i) => splitOf(`patient ${i}`)).filter((s) => s === 'holdout').length;
  expect(held).toBeGreaterThan(300);
  expect(held).toBeLessThan(500);
});

it('a second host on it is refused, in this process and in another, until the first is closed', async () => {
  const first = await openHost(workspace);
  await expect(openHost(workspace)).rejects.toMatchObject({ code: 'workspace-locked' });
  const cli = spawn(process.execPath, [path.join(import.meta.dirname, '../../../electron/cli.ts'), 'verify', '--json', '--workspace', workspace], { stdio: ['ignore', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  cli.stdout.on('data', (c: Buffer) => chunks.push(c));
  expect(await once(cli, 'close')).toEqual([1, null]);
  expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ error: { code: 'workspace-locked' } });
  // The refusal has not disturbed the first.
  expect((await first.verify(silent)).damaged).toEqual([]);
  await close(first);
  await openHost(workspace);
});

it('of a newer program is refused and left as it is', async () => {
  await mkdir(workspace, { recursive: true });
  const text = JSON.stringify({ format: 2, id: 'x', salt: 'y', createdAt: '2030-01-01T00:00:00Z', more: true });
  await writeFile(path.join(workspace, 'workspace.json'), text);
  await expect(openHost(workspace)).rejects.toMatchObject({ code: 'workspace-newer' });
  expect(await readFile(path.join(workspace, 'workspace.json'), 'utf8')).toBe(text);
});

it.each(['', '{', '[]', '{"format":1}'])('a description that cannot be read is told: %s', async (text) => {
  await mkdir(workspace, { recursive: true });
  await writeFile(path.join(workspace, 'workspace.json'), text);
  await expect(openHost(workspace)).rejects.toMatchObject({ code: 'journal-damaged' });
});

it('a lost description or journal of a used workspace is told, not made anew', async () => {
  const images = await temporaryFolder();
  await writeFile(path.join(images, 'a.png'), encode({ width: 20, height: 20, data: new Uint8Array(400), channels: 1, depth: 8 }));
  const host = await openHost(workspace);
  await host.import({ paths: [images], annotations: null, as: 'truth' }, silent, never);
  await close(host);
  const description = await readFile(path.join(workspace, 'workspace.json'));
  await rm(path.join(workspace, 'workspace.json'));
  await expect(openHost(workspace)).rejects.toMatchObject({ code: 'journal-damaged' });
  await writeFile(path.join(workspace, 'workspace.json'), description);
  const journal = await readFile(path.join(workspace, 'journal.sqlite'));
  await rm(path.join(workspace, 'journal.sqlite'));
  await expect(openHost(workspace)).rejects.toMatchObject({ code: 'journal-damaged' });
  // A copy brings all back.
  await writeFile(path.join(workspace, 'journal.sqlite'), journal);
  expect((await openHost(workspace)).journal.cases()).toHaveLength(1);
});

it('a file in its place is told', async () => {
  await writeFile(workspace, 'a file');
  await expect(openHost(workspace)).rejects.toMatchObject({ code: 'not-found' });
});

it('without a base bundle does not open, and is not left locked', async () => {
  const bundle = await copyOfBase();
  await rm(path.join(bundle, 'manifest.json'));
  await expect(openHost(workspace, { baseBundle: bundle })).rejects.toMatchObject({ code: 'bundle-damaged' });
  await openHost(workspace);
});
