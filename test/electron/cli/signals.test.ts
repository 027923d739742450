// Ctrl-C and an orderly end: the command stops at once, says how far it came, and leaves nothing half.
import { watch } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { close, openHost } from '../host/open-host.ts';
import { signedOffWorkspace } from '../host/signed-off.ts';
import { temporaryFolder } from '../temporary.ts';
import { cliJson, startCli } from './run-cli.ts';

/** Resolves when a file of that name comes into being somewhere in the folder. */
const appears = (folder: string, wanted: (name: string) => boolean): Promise<void> => new Promise((resolve) => {
  const watcher = watch(folder, { recursive: true }, (_, name) => { if (wanted(path.basename(name ?? ''))) { watcher.close(); resolve(); } });
});

it('an import that is interrupted ends, keeps what it has, and goes on when called again', async () => {
  const images = await temporaryFolder(), workspace = path.join(await temporaryFolder(), 'workspace'), count = 250;
  for (let i = 0; i < count; i++) await writeFile(path.join(images, `${i}.png`), encode({ width: 16, height: 16, data: new Uint8Array(256).map((_, k) => (k * i + i) % 256), channels: 1, depth: 8 }));
  await mkdir(path.join(workspace, 'blobs'), { recursive: true });
  const begun = appears(path.join(workspace, 'blobs'), (name) => name.length === 64);
  const running = startCli('import', images, '--json', '--workspace', workspace);
  await begun;
  running.child.kill('SIGINT');
  const { code, out } = await running.ended;
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'cancelled' } });
  const host = await openHost(workspace), kept = host.journal.cases().length;
  await close(host);
  expect(kept).toBeLessThan(count);
  const again = await cliJson('import', images, '--workspace', workspace);
  expect(again).toMatchObject({ code: 0, result: { duplicates: kept, refused: [] } });
});

it.each(['SIGINT', 'SIGTERM'] as const)('a training run that gets %s is paused, and can be gone on with', async (signal) => {
  const workspace = await signedOffWorkspace();
  const begun = appears(path.join(workspace, 'runs'), (name) => name === 'run.json');
  const running = startCli('train', '--steps', '200', '--replay', '0', '--json', '--workspace', workspace);
  await begun;
  running.child.kill(signal);
  const { code, out } = await running.ended;
  expect(code).toBe(1);
  expect(z.object({ run: z.object({ status: z.string(), candidate: z.null() }) }).parse(JSON.parse(out)).run.status).toBe('paused');
  const host = await openHost(workspace);
  expect(host.runs.list()).toMatchObject([{ status: 'paused' }]);
  expect(await host.runs.stop(host.runs.list()[0]?.id ?? '')).toMatchObject({ status: 'stopped' });
});
