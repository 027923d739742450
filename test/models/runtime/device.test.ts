// Choosing a device: what cannot be used is told in words for physicians, what the runtime said is kept for the doctor.
import { expect, test } from 'vitest';
import { chooseFrom, selfTest } from '../../../models/runtime/device.ts';
import { difference } from '../../../models/runtime/compare.ts';
import { operatorTable } from '../../../models/runtime/operator-table.ts';
import { float32, int64 } from '../../../models/tensor.ts';

// No platform has this one: CoreML is on macOS, DirectML on Windows.
const absent = process.platform === 'darwin' ? 'dml' : 'coreml';

test('a device that does not work here leaves the work to the processor, said without the runtime\'s words', async () => {
  const found = await chooseFrom([absent]);
  expect(found).toMatchObject({ name: 'cpu', verified: true });
  expect(found.reason).toMatch(/^The processor does the work: the .*\((DirectML|CoreML)\) cannot be used on this computer\.$/);
  const { state, problem } = await selfTest(absent);
  expect(state).toBe('fails');
  expect(problem).not.toBe('');
});
test('nothing offered, the processor asked for', async () => {
  expect((await chooseFrom([])).reason).toMatch(/^No graphics device is offered/);
  expect((await chooseFrom(['cpu'])).reason).toBe('The processor was asked for.');
  expect(await selfTest('cpu')).toEqual({ name: 'cpu', state: 'agrees', worst: 0, problem: null });
});
test('the difference of two answers is relative to the largest number, and infinite where they cannot be compared', () => {
  expect(difference({ y: float32([3], [1, -10, 0]) }, { y: float32([3], [1, -10.1, 0]) })).toBeCloseTo(0.01, 5);
  expect(difference({ y: float32([2], [NaN, 1]) }, { y: float32([2], [NaN, 1]) })).toBe(0);
  for (const other of [{ y: float32([2], [NaN, 1]) }, { y: float32([1], [0]) }, { y: int64([2], [0, 1]) }, {}]) expect(difference({ y: float32([2], [0, 1]) }, other)).toBe(Infinity);
});
test('the table holds only the operators asked for, and the processor agrees with itself', async () => {
  expect(await operatorTable('cpu', new Set(['Gemm', 'Floor']))).toEqual([
    { operator: 'Gemm', cases: 5, forward: 'device', gradient: 'device', worst: 0, problem: null }, { operator: 'Floor', cases: 1, forward: 'device', gradient: null, worst: 0, problem: null },
  ]);
  const [refused] = await operatorTable(absent, new Set(['Neg']));
  expect(refused).toMatchObject({ operator: 'Neg', forward: 'refused', gradient: 'refused', worst: null });
  expect(refused?.problem).not.toBe('');
});
