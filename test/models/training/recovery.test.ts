// What goes wrong in a run, by real causes: steps too long for the loss, a batch without numbers, a model that holds
// none, a process killed while it writes a checkpoint, a full disk. Each is recovered from or told; none is passed over.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, rmdirSync, watch } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { float32 } from '../../../models/tensor.ts';
import { fromSafetensors } from '../../../models/training/safetensors.ts';
import { checkNumbers } from '../../../models/training/train.ts';
import { inputOf, runBarrier } from './barrier.ts';

let folder = '';
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), 'regionmed-recovery-')); });
afterAll(async () => { await rm(folder, { recursive: true, force: true }); });
const at = (name: string): string => path.join(folder, `${name}.safetensors`);
const hex = (weights: Float32Array): string => Buffer.from(Uint8Array.from(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength))).toString('hex');
const failure = async (work: Promise<unknown>): Promise<string> => work.then(() => 'no error', (error: unknown) => (error instanceof AppError ? `${error.code}: ${error.message}` : String(error)));

describe('a loss that stops being a number', () => {
  /** The rate rises over the first ten steps to three, and moments with it: a weight falls below zero in step 12. */
  const tooFast = { learningRate: 3, every: 2 };
  test('goes back, the second time further, each time at half the rate; says so, and ends in numbers', async () => {
    const { weights, notes } = await runBarrier(at('fast'), tooFast);
    expect(notes).toEqual([
      'The loss stopped being a number at step 13: the run went back to step 12 and on with half the learning rate, 1.5.',
      'The loss stopped being a number at step 13: the run went back to step 10 and on with half the learning rate, 0.75.',
    ]);
    expect(weights.every((w) => w > 0 && w < 4)).toBe(true);
  });
  test.each([3, 11, 12])('and a run that is paused after step %i, and once more at the lower rate, ends in the same bits', async (first) => {
    const { weights: expected, notes: told } = await runBarrier(at('straight'), tooFast);
    const pauseAfter = async (isLast: (step: number, notes: readonly string[]) => boolean): Promise<void> => {
      const stop = new AbortController();
      expect(await failure(runBarrier(at(`cut-${first}`), { ...tooFast, signal: stop.signal, onStep: (step, _, __, notes) => { if (isLast(step, notes)) stop.abort(); } }))).toMatch(/^cancelled/);
    };
    await pauseAfter((step) => step === first);
    await pauseAfter((step, notes) => notes.length > 0 && step === 11);
    const { weights, notes, resumedAt } = await runBarrier(at(`cut-${first}`), tooFast);
    expect(resumedAt).toBe(11);
    expect(notes).toEqual(told);
    expect(hex(weights)).toBe(hex(expected));
  });
  test('again and again: the run ends, and what is kept is good', async () => {
    expect(await failure(runBarrier(at('wild'), { learningRate: 1e4, every: 2 }))).toMatch(/^training-diverged: (The loss|A weight) stopped being a number at step \d+, also after the learning rate had been halved 3 times\.$/);
    const kept = fromSafetensors(await readFile(at('wild'))).tensors.get('w');
    expect(kept?.data.every(Number.isFinite)).toBe(true);
  });
});

describe('a batch without numbers', () => {
  const poisoned = (steps: readonly number[]) => (n: number) => {
    const x = inputOf(n);
    if (steps.includes(n)) x.data[17] = NaN;
    return Promise.resolve({ x });
  };
  test('is left out and named; the other steps count', async () => {
    const seen: number[] = [];
    const { weights, notes } = await runBarrier(at('poisoned'), { feeds: poisoned([4, 9]), onStep: (n) => seen.push(n) });
    expect(notes).toEqual([4, 9].map((n) => `Step ${n} was left out: its batch holds values that are no numbers (x).`));
    expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => i + 1).filter((n) => n !== 4 && n !== 9));
    expect(weights.every(Number.isFinite)).toBe(true);
  });
  test('again and again is told', async () => {
    expect(await failure(runBarrier(at('all-poisoned'), { feeds: poisoned(Array.from({ length: 30 }, (_, i) => i)) }))).toMatch(/^training-diverged: More than 20 batches hold values that are no numbers \(x, last at step 21\)/);
  });
});

test('a model that holds a value that is no number is told by the weight\'s name, before the first step', () => {
  const weights = new Map([['a.weight', { dims: [2], data: Float32Array.of(1, 2) }], ['b.weight', { dims: [3], data: Float32Array.of(1, Infinity, 2) }]]);
  expect(() => checkNumbers(weights)).toThrow('The weight b.weight of this model holds a value that is no number (entry 1 of 3).');
  expect(() => checkNumbers(new Map([['a', { dims: [1], data: float32([1], [1]).data as Float32Array }]]))).not.toThrow();
});

test('killed while it writes a checkpoint, again and again, a run ends in the same bits', async () => {
  const { weights: expected } = await runBarrier(at('whole'));
  const file = at('killed');
  for (let kill = 1; kill <= 5; kill++) {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'barrier-child.ts'), file], { stdio: 'ignore' });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => { child.once('exit', (_, signal) => resolve(signal)); });
    let writes = 0;
    const watcher = watch(folder, (_, name) => { if (name?.startsWith('killed') === true && name.endsWith('.tmp') && ++writes === kill) child.kill('SIGKILL'); });
    expect(await ended).toBe('SIGKILL');
    watcher.close();
  }
  const { weights } = await runBarrier(file);
  expect(hex(weights)).toBe(hex(expected));
});

const mount = 'mount', unmount = 'umount';
const disk = mkdtempSync(path.join(tmpdir(), 'regionmed-small-disk-'));
const sized = (kilobytes: number): string => `size=${kilobytes}k`;
const mounted = ((): boolean => {
  try { execFileSync(mount, ['-t', 'tmpfs', '-o', sized(2600), 'tmpfs', disk], { stdio: 'ignore' }); return true; } catch { rmdirSync(disk); return false; }
})();
describe.skipIf(!mounted)('a full disk (skipped where a small file system cannot be mounted)', () => {
  afterAll(() => { execFileSync(unmount, [disk]); rmSync(disk, { recursive: true, force: true }); });
  test('ends the run with its name; both checkpoints stay, and with room it goes on to the same bits', async () => {
    const { weights: expected } = await runBarrier(at('roomy'));
    const file = path.join(disk, 'run.safetensors');
    // Two checkpoints fit, a third beside them does not.
    expect(await failure(runBarrier(file))).toMatch(/^disk-full: /);
    expect(fromSafetensors(await readFile(file)).metadata['step']).toBe('2');
    execFileSync(mount, ['-o', `remount,${sized(8000)}`, disk]);
    const { weights, resumedAt } = await runBarrier(file);
    expect(resumedAt).toBe(2);
    expect(hex(weights)).toBe(hex(expected));
  });
});
