// A device trains only when its first step gives the processor's numbers; what happens otherwise is told.
import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { gradientOf, makeParameters } from '../../../models/training/parameters.ts';
import { provenStep } from '../../../models/training/proven-step.ts';
import type { TrainingStep } from '../../../models/training/step.ts';

const parameters = makeParameters([{ name: 'a', dims: [2] }, { name: 'b', dims: [2] }]);
/** A step that answers a fixed loss and gradient: what a device is to the caller. */
function step(loss: number, gradient: readonly number[], log: string[], name: string): TrainingStep {
  return { total: 'total', async run() { log.push(`${name} ran`); parameters.list.forEach((p, i) => { gradientOf(parameters, p).set(gradient.slice(2 * i, 2 * i + 2)); }); return { total: loss }; }, async release() { log.push(`${name} released`); } };
}
const run = async (device: { loss: number; gradient: number[] } | Error): Promise<{ losses: number[]; gradient: number[]; notes: string[]; log: string[] }> => {
  const log: string[] = [], notes: string[] = [];
  const s = await provenStep('webgpu', parameters, async (name) => {
    if (name === 'cpu') return step(2, [1, -4, 0.001, 0], log, 'cpu');
    if (device instanceof Error) throw device;
    return step(device.loss, device.gradient, log, name);
  }, (note) => notes.push(note));
  const losses = [(await s.run({}))['total'] ?? NaN, (await s.run({}))['total'] ?? NaN];
  const gradient = parameters.list.flatMap((p) => Array.from(gradientOf(parameters, p)));
  await s.release();
  return { losses, gradient, notes, log };
};

test('a device that agrees is checked once and keeps the work', async () => {
  const { losses, notes, log } = await run({ loss: 2.0001, gradient: [1.001, -4, 0.00101, 1e-5] });
  expect(losses).toEqual([2.0001, 2.0001]);
  expect(notes).toEqual([]);
  expect(log).toEqual(['cpu ran', 'webgpu ran', 'cpu released', 'webgpu ran', 'webgpu released']);
});
test.each([
  ['one gradient is off', { loss: 2, gradient: [1, -3.8, 0.001, 0] }], ['the gradient of a small weight is off', { loss: 2, gradient: [1, -4, 0.02, 0] }],
  ['a gradient is no number', { loss: 2, gradient: [1, NaN, 0.001, 0] }], ['the loss is off', { loss: 2.1, gradient: [1, -4, 0.001, 0] }],
])('the processor takes over where %s', async (_, device) => {
  const { losses, gradient, notes, log } = await run(device);
  expect(losses).toEqual([2, 2]);
  expect(gradient).toEqual([...Float32Array.of(1, -4, 0.001, 0)]);
  expect(notes).toEqual(['The graphics card (WebGPU) gave other numbers than the processor in the first step, so the processor trained instead; it is slower.']);
  expect(log).toEqual(['cpu ran', 'webgpu ran', 'webgpu released', 'cpu ran', 'cpu released']);
});
test('a device that cannot open the network is told and passed over; a damaged model is no matter of the device', async () => {
  const { losses, notes } = await run(new AppError('device-unavailable', 'no'));
  expect([losses, notes]).toEqual([[2, 2], ['The graphics card (WebGPU) cannot train this network, so the processor trained instead; it is slower.']]);
  await expect(run(new AppError('bundle-damaged', 'no'))).rejects.toThrow('no');
});
