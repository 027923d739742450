// A small contract that uses everything a contract can: typed arrays, events, cancellation, expected failures, bugs.
// The suite serves it over every pipe; the child process serves the same.
import { z } from 'zod';
import type { Service } from '../../../shared/rpc/contract.ts';
import { AppError } from '../../../shared/errors.ts';

const floats = z.custom<Float32Array>((v) => v instanceof Float32Array);
const arrays = z.object({
  float32: floats, float64: z.custom<Float64Array>((v) => v instanceof Float64Array), uint8: z.custom<Uint8Array>((v) => v instanceof Uint8Array),
  uint16: z.custom<Uint16Array>((v) => v instanceof Uint16Array), int16: z.custom<Int16Array>((v) => v instanceof Int16Array), int32: z.custom<Int32Array>((v) => v instanceof Int32Array),
});

export const exampleContract = {
  greet: { input: z.object({ name: z.string().min(1) }), output: z.object({ greeting: z.string() }) },
  mirror: { input: arrays, output: arrays },
  double: { input: z.object({ values: floats }), output: z.object({ values: floats }) },
  count: { input: z.object({ to: z.number().int() }), event: z.object({ at: z.number().int(), values: floats }), output: z.object({ counted: z.number().int() }) },
  /** Works until it is cancelled; the event says that it has begun. */
  wait: { input: z.object({}), event: z.object({ begun: z.literal(true) }), output: z.object({}) },
  /** How many waiting calls were aborted so far. */
  aborted: { input: z.object({}), output: z.object({ times: z.number().int() }) },
  refuse: { input: z.object({}), output: z.object({}) },
  crash: { input: z.object({}), output: z.object({}) },
  lie: { input: z.object({}), output: z.object({ truth: z.string() }) },
};
export type ExampleContract = typeof exampleContract;

export function exampleService(onAborted: () => void = () => undefined): Service<ExampleContract> {
  let times = 0;
  return {
    greet: async ({ name }) => ({ greeting: `Good day, ${name}` }),
    mirror: async (input) => input,
    double: async ({ values }) => ({ values: values.map((v) => 2 * v) }),
    count: async ({ to }, { emit }) => {
      for (let at = 1; at <= to; at++) emit({ at, values: Float32Array.of(at, -at) });
      return { counted: to };
    },
    wait: (_, { emit, signal }) => new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => { times++; onAborted(); reject(new Error('stopped')); });
      emit({ begun: true });
    }),
    aborted: async () => ({ times }),
    refuse: async () => { throw new AppError('not-found', 'There is no such study.'); },
    crash: async () => { throw new TypeError('a bug'); },
    lie: async () => JSON.parse('{"truth":7}'),
  };
}
