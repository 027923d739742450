// Phases: each step has one, and what a phase freezes does not move by a bit while everything else does.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Weights } from '../../../models/bundle/bundle.ts';
import { makePhantom } from '../../../models/phantom/make-phantom.ts';
import { jointly, oneAfterTheOther, phaseAt, progressively, type Phase } from '../../../models/training/phases.ts';
import { train } from '../../../models/training/train.ts';
import { smallConfiguration, smallShape, smallTokenizer } from '../nets/small-network.ts';

let folder = '';
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), 'regionmed-phases-')); });
afterAll(async () => { await rm(folder, { recursive: true, force: true }); });

let runs = 0;
const trained = async (phases: readonly Phase[], steps: number, start: Weights | null): Promise<Map<string, number[]>> => {
  const { weights } = await train({
    configuration: smallConfiguration, tokenizer: smallTokenizer, shape: smallShape, start, steps, learningRate: 1e-2, seed: 3, device: 'cpu', threads: 1, phases,
    draw: (n, count) => Promise.resolve(Array.from({ length: count }, (_, i) => makePhantom(10 * n + i))), checkpoint: path.join(folder, `${runs++}.safetensors`), key: 'phases', onStep: () => undefined,
  });
  return new Map([...weights].map(([name, w]) => [name, [...w.data]]));
};

describe('phases', () => {
  test('every step has one, the last ends the run', () => {
    for (const phases of [jointly, oneAfterTheOther, progressively]) {
      expect(phaseAt(phases, 1, 8)).toBe(phases[0]);
      expect(phaseAt(phases, 8, 8)).toBe(phases.at(-1));
    }
    expect([1, 2, 3, 4, 5, 8].map((n) => progressively.indexOf(phaseAt(progressively, n, 8)))).toEqual([0, 0, 1, 1, 2, 2]);
  });
  test('a weight that stands still does not move, the others do', async () => {
    const whole = await trained(oneAfterTheOther, 1, null);
    const region = oneAfterTheOther[1];
    if (region === undefined) throw new Error('there are two phases');
    const after = await trained([region], 3, new Map([...whole].map(([name, v]) => [name, { dims: [v.length], data: Float32Array.from(v) }])));
    for (const [name, before] of whole) {
      if (region.frozen?.test(name) === true) expect(after.get(name), name).toEqual(before);
    }
    expect(after.get('region.stem.weight')).not.toEqual(whole.get('region.stem.weight'));
    expect(after.get('text.words')).not.toEqual(whole.get('text.words'));
  });
});
