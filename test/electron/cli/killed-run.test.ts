// A training run whose whole program is killed (SIGKILL) after its first checkpoint and resumed from the command line
// ends with the same networks, to the bit, as one that nobody disturbed.
import { watch } from 'node:fs';
import { cp, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { fromSafetensors } from '../../../models/training/safetensors.ts';
import { modelManifest } from '../../../shared/domain/model.ts';
import { signedOffWorkspace } from '../host/signed-off.ts';
import { cliJson, startCli } from './run-cli.ts';

/** Checkpoints are written every 25 steps. */
const settings = ['--steps', '28', '--replay', '0', '--seed', '9', '--lr', '0.001'];

async function networks(workspace: string): Promise<(string | undefined)[]> {
  const { files } = modelManifest.parse(JSON.parse(await readFile(path.join(workspace, 'models', '0.2.0', 'manifest.json'), 'utf8')));
  return ['image.onnx', 'region.onnx', 'text.onnx'].map((name) => files[name]?.sha256);
}

/** Resolves when a checkpoint stands in the workspace's one run. */
function checkpointed(workspace: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(path.join(workspace, 'runs'), { recursive: true }, (_, name) => { if (path.basename(name ?? '') === 'checkpoint.safetensors') { watcher.close(); resolve(); } });
  });
}

it('a run killed with the whole program and resumed makes the same networks', async () => {
  const straight = await signedOffWorkspace(), killed = `${straight}-killed`;
  await cp(straight, killed, { recursive: true });

  const first = startCli('train', ...settings, '--json', '--workspace', killed);
  await checkpointed(killed);
  first.child.kill('SIGKILL');
  expect(await first.ended).toMatchObject({ code: null, signal: 'SIGKILL', out: '' });
  expect(await readdir(path.join(killed, 'models'))).toEqual([]);
  const [run = ''] = await readdir(path.join(killed, 'runs'));
  expect(fromSafetensors(await readFile(path.join(killed, 'runs', run, 'checkpoint.safetensors'))).metadata).toMatchObject({ step: '25' });
  const before = await cliJson('verify', '--workspace', killed);
  expect(before).toMatchObject({ code: 0, result: { damaged: [] } });

  const resumed = await cliJson('train', '--resume', '--workspace', killed);
  expect(resumed).toMatchObject({ code: 0, result: { run: { status: 'done', candidate: '0.2.0', step: 28 } } });

  expect(await cliJson('train', ...settings, '--workspace', straight)).toMatchObject({ code: 0, result: { run: { status: 'done', candidate: '0.2.0' } } });
  expect(await networks(killed)).toEqual(await networks(straight));
});
