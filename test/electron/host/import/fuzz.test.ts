// A seeded thousand of damaged files; `npm run fuzz` sends twenty thousand.
import path from 'node:path';
import { expect, it } from 'vitest';
import { openHost } from '../open-host.ts';
import { temporaryFolder } from '../../temporary.ts';
import { fuzz, wholeFiles } from './fuzz.ts';
import { allFrames } from './first-frame.ts';

it('every kind of file that is damaged is whole before', async () => {
  for (const { name, bytes } of await wholeFiles()) expect((await allFrames(bytes, name)).length).toBeGreaterThan(0);
});

it('a thousand damaged files: none crashes or hangs its decoder, none that lacks pixels is read', async () => {
  const host = await openHost(path.join(await temporaryFolder(), 'workspace'));
  const result = await fuzz(host, path.join(await temporaryFolder(), 'damaged'), { count: 1000, seed: 20_261_130, batch: 250 });
  expect(result.crashed).toEqual([]);
  expect(result.wrong).toEqual([]);
  expect(result.files).toBe(1000);
  expect(result.refused).toBeGreaterThan(300);
  expect(result.read).toBeGreaterThan(100);
  expect((await host.verify(() => undefined)).damaged).toEqual([]);
});
