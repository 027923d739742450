// One training step of the whole network, every weight tensor of it, against centred finite differences through
// onnxruntime. The rules are checked one by one elsewhere; here they meet each other, the losses and the batch.
//
// The arithmetic is float32, so the step is a compromise. The loss is near 5 and known to about 5e-7, hence a
// difference over 2h knows a slope to 5e-7 / 2h, which asks for a large h; curvature adds h², and ReLUs that switch
// within h add a share that grows with h, which ask for a small one. No single h serves all weights: the quotient is
// taken at up to six (each the mean of three close ones, against rounding), and the analytic slope must agree with two
// neighbours among them to 2 %, plus the noise of that h: on its way to the slope the quotient passes a wrong value once,
// it stays at the right one. The last test spoils the steepest slope of every tensor by 5 % and all must fail.
import { beforeAll, describe, expect, test } from 'vitest';
import { lossNames } from '../../../models/nets/dual-branch.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { randomFrom } from '../../../models/random.ts';
import { openSession, type Session } from '../../../models/runtime/session.ts';
import type { Tensor } from '../../../models/tensor.ts';
import { createTrainingStep } from '../../../models/training/step.ts';
import { gradientOf, type Parameter } from '../../../models/training/parameters.ts';
import { smallBatch, smallNetwork } from '../nets/small-network.ts';

const tolerance = 0.02;
/** Slopes under this cannot be told to 1 % from the loss's float32 noise with any of the steps. */
const measurable = 5e-3;
const perTensor = 3;

const { graph, parameters } = smallNetwork(5);
const feeds = smallBatch(49);
let losses: Record<string, number> = {};
let forward: Session;

beforeAll(async () => {
  const step = await createTrainingStep(graph, lossNames, parameters, { device: 'cpu', threads: 1 });
  losses = await step.run(feeds);
  await step.release();
  forward = await openSession(writeOnnx(graph, 'forward'), { threads: 1 });
});

async function lossNow(): Promise<number> {
  const weights: Record<string, Tensor> = Object.fromEntries(parameters.list.map((p) => [p.name, { dtype: 'float32', dims: p.dims, data: p.data }]));
  return Number((await forward.run({ ...feeds, ...weights }, ['total']))['total']?.data[0]);
}

async function quotient(p: Parameter, i: number, h: number): Promise<number> {
  const was = p.data[i] ?? 0;
  p.data[i] = was + h;
  const [up, above] = [p.data[i] ?? 0, await lossNow()];
  p.data[i] = was - h;
  const [down, below] = [p.data[i] ?? 0, await lossNow()];
  p.data[i] = was;
  // The step as float32 made it, not as it was asked for.
  return (above - below) / (up - down);
}

const steps = [0.008, 0.004, 0.002, 0.001, 0.0005, 0.00025];

interface Slope { readonly value: number; readonly noise: number }
/** Measured once: both tests ask for each tensor's steepest weight. */
const measured = new Map<string, Promise<Slope[]>>();
function slopes(p: Parameter, i: number): Promise<Slope[]> {
  const key = `${p.name} ${i}`, found = measured.get(key) ?? measure(p, i);
  measured.set(key, found);
  return found;
}
async function measure(p: Parameter, i: number): Promise<Slope[]> {
  const found: Slope[] = [];
  for (const h of steps) {
    const close = [await quotient(p, i, 0.9 * h), await quotient(p, i, h), await quotient(p, i, 1.1 * h)];
    const slope = { value: close.reduce((a, b) => a + b) / 3, noise: 5e-7 / (2 * h * Math.sqrt(3)) };
    // Smaller steps see nothing but rounding; the larger ones always count.
    if (h >= 0.001 || slope.noise < 0.01 * Math.abs(slope.value)) found.push(slope);
  }
  return found;
}

function agrees(analytic: number, numeric: readonly Slope[]): boolean {
  const near = numeric.map(({ value, noise }) => Math.abs(analytic - value) <= tolerance * Math.abs(value) + noise);
  return near.some((is, i) => is && near[i + 1] === true);
}

/** Weights to look at: the steepest, and others at random among the measurable (of embeddings most rows are unused). */
function sampled(p: Parameter, index: number): number[] {
  const own = gradientOf(parameters, p);
  const order = Array.from(own, (v, i) => [Math.abs(v), i] as const).sort((a, b) => b[0] - a[0]);
  const steep = order.filter(([v]) => v >= measurable).map(([, i]) => i);
  const [first] = order;
  if (first === undefined) return [];
  return steep.length === 0 ? [first[1]] : [...new Set([first[1], ...randomFrom(9, index).shuffled(steep)])].slice(0, perTensor);
}

/** Tensors whose slope is zero by construction: a shift of all keys does not change a softmax over them. */
const flat = new Set(['roi.key.bias']);

describe('the whole step', () => {
  test('every part of the loss takes part', () => {
    for (const name of lossNames) expect(losses[name], name).toBeGreaterThan(1e-3);
    const known = new Set(graph.inputs.map((v) => v.name));
    expect(parameters.list.filter((p) => !known.has(p.name))).toEqual([]);
  });

  test('the loss repeats', async () => {
    const all = [await lossNow(), await lossNow(), await lossNow()];
    expect(Math.max(...all) - Math.min(...all)).toBeLessThan(2e-6);
    expect(Math.abs((all[0] ?? NaN) - (losses['total'] ?? NaN))).toBeLessThan(5e-6);
  });

  test('gradients of every weight tensor', async () => {
    const wrong: string[] = [], unmeasured: string[] = [];
    let looked = 0;
    for (const [index, p] of parameters.list.entries()) {
      const own = gradientOf(parameters, p);
      for (const i of sampled(p, index)) {
        const analytic = own[i] ?? NaN;
        if (Math.abs(analytic) < measurable) unmeasured.push(p.name);
        const numeric = await slopes(p, i);
        looked++;
        if (!agrees(analytic, numeric)) wrong.push(`${p.name}[${i}] analytic ${analytic} numeric ${numeric.map((n) => n.value.toPrecision(4)).join(", ")}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(unmeasured.filter((name) => !flat.has(name))).toEqual([]);
    expect(looked).toBeGreaterThan(2 * parameters.list.length);
  });

  test('a gradient that is wrong by 5 % fails, whichever tensor it is in', async () => {
    const passed: string[] = [];
    for (const [index, p] of parameters.list.entries()) {
      const [i = 0] = sampled(p, index);
      const analytic = gradientOf(parameters, p)[i] ?? NaN;
      if (Math.abs(analytic) < measurable) continue;
      const numeric = await slopes(p, i);
      for (const factor of [0.95, 1.05]) if (agrees(factor * analytic, numeric)) passed.push(`${p.name}[${i}] × ${factor}: ${analytic}, ${numeric.map((n) => n.value.toPrecision(4)).join(', ')}`);
    }
    expect(passed).toEqual([]);
  });
});
