// `regionmed doctor`: what this computer can do, without a workspace.
import { expect, it } from 'vitest';
import { runtimeVersion } from '../../../models/runtime/session.ts';
import { cli, cliJson } from './run-cli.ts';

it('says versions, memory and what every device said, for people and as JSON', async () => {
  const { code, result } = await cliJson('doctor');
  expect(code).toBe(0);
  expect(result).toMatchObject({ program: expect.stringMatching(/^\d/), machine: { runtime: runtimeVersion, devices: expect.arrayContaining(['cpu']) }, devices: expect.arrayContaining([{ name: 'cpu', state: 'agrees', worst: 0, problem: null, operators: null }]) });
  const { out } = await cli('doctor', '--device', 'cpu');
  expect(out).toMatch(/onnxruntime \d.*\n.*threads, .*GB memory/);
  expect(out).toMatch(/ {2}cpu +gives the processor's numbers/);
});
it('prints the table of operators', async () => {
  const { out } = await cli('doctor', '--device', 'cpu', '--operators');
  expect(out).toMatch(/^ {4}Conv +device +device +0\.0e\+0$/m);
  expect(out).toMatch(/^ {4}Floor +device +- +0\.0e\+0$/m);
  expect(out).toMatch(/(\d+) operators: \1 agree, 0 do not/);
});
it('refuses a device that is none', async () => {
  expect(await cliJson('doctor', '--device', 'quantum')).toMatchObject({ code: 2, result: { error: { code: 'wrong-usage' } } });
});
