// Every operator of the table on a device against the processor, forward and gradient: whether it agrees, and whether
// it runs there at all or is sent back to the processor. `regionmed doctor --operators` prints it, and a device that
// gets an operator of a network wrong does not train it.
import { differentiate } from '../autodiff/backward.ts';
import { caseGraph, withLoss, type OperatorCase } from '../autodiff/case.ts';
import { operatorCases } from '../autodiff/cases.ts';
import { rules } from '../autodiff/rules/index.ts';
import type { Graph } from '../graph/graph.ts';
import { writeOnnx } from '../onnx/write.ts';
import type { Tensor } from '../tensor.ts';
import { openSession, type DeviceName } from './session.ts';

/** Where the nodes of a graph run: all on the device, some on the processor, or the device would not have it at all. */
export type Place = 'device' | 'processor' | 'refused';
export interface OperatorAnswer {
  readonly operator: string;
  readonly cases: number;
  readonly forward: Place;
  /** null for an operator that has no gradient. */
  readonly gradient: Place | null;
  /** Largest difference to the processor, relative to the largest number of the output; null where nothing ran. */
  readonly worst: number | null;
  /** The device's own words where it refused. */
  readonly problem: string | null;
}

/** Largest relative difference to the processor that passes. */
export const tolerance = 1e-3;
export const agrees = (a: OperatorAnswer): boolean => a.worst !== null && a.worst <= tolerance && a.problem === null;

/** The largest difference of two runs' outputs, each relative to its largest number; 1e-6 and less counts as zero. */
export function difference(expected: Readonly<Record<string, Tensor>>, found: Readonly<Record<string, Tensor>>): number {
  let worst = 0;
  for (const [name, e] of Object.entries(expected)) {
    const f = found[name];
    if (f === undefined || f.dtype !== e.dtype || f.data.length !== e.data.length) return Infinity;
    let scale = 1e-6, apart = 0;
    for (let i = 0; i < e.data.length; i++) {
      const [x, y] = [Number(e.data[i]), Number(f.data[i])];
      scale = Math.max(scale, Math.abs(x));
      // NaN on both sides is agreement; on one it is none.
      const d = Number.isNaN(x) && Number.isNaN(y) ? 0 : Math.abs(x - y);
      apart = Math.max(apart, Number.isNaN(d) ? Infinity : d);
    }
    worst = Math.max(worst, apart / scale);
  }
  return worst;
}

const words = (error: unknown): string => (error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error instanceof Error ? error.message : error)).split('\n')[0]?.slice(0, 200) ?? '';

async function runOn(device: DeviceName, model: Uint8Array, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const session = await openSession(model, { device, threads: 1 });
  try { return await session.run(feeds); } finally { await session.release(); }
}
async function staysOn(device: DeviceName, model: Uint8Array): Promise<boolean> {
  if (device === 'cpu') return true;
  try {
    const session = await openSession(model, { device, threads: 1, fallback: false });
    await session.release();
    return true;
  } catch {
    return false;
  }
}
/** One graph on the processor and on the device. */
async function compare(device: DeviceName, graph: Graph, feeds: Readonly<Record<string, Tensor>>): Promise<{ place: Place; worst: number | null; problem: string | null }> {
  const model = writeOnnx(graph, 'operator');
  const expected = await runOn('cpu', model, feeds);
  try {
    const worst = difference(expected, await runOn(device, model, feeds));
    return { place: await staysOn(device, model) ? 'device' : 'processor', worst, problem: null };
  } catch (error) {
    return { place: 'refused', worst: null, problem: words(error) };
  }
}

const further: Readonly<Record<Place, number>> = { device: 0, processor: 1, refused: 2 };
async function answerFor(device: DeviceName, operator: string, cases: readonly OperatorCase[]): Promise<OperatorAnswer> {
  const trained = typeof rules[operator] === 'function';
  let answer: OperatorAnswer = { operator, cases: cases.length, forward: 'device', gradient: trained ? 'device' : null, worst: null, problem: null };
  for (const [i, c] of cases.entries()) {
    const plain = caseGraph(c, i + 1);
    const forward = await compare(device, plain.graph, plain.feeds);
    const { graph, feeds } = trained ? withLoss(plain, i + 1) : plain;
    const gradient = trained ? await compare(device, differentiate(graph, 'loss', Object.keys(feeds)), feeds) : null;
    const later = (a: Place, b: Place): Place => (further[b] > further[a] ? b : a);
    answer = {
      ...answer, forward: later(answer.forward, forward.place), gradient: answer.gradient === null || gradient === null ? answer.gradient : later(answer.gradient, gradient.place),
      worst: [answer.worst, forward.worst, gradient?.worst ?? null].reduce((a, b) => (a === null ? b : b === null ? a : Math.max(a, b))), problem: answer.problem ?? forward.problem ?? gradient?.problem ?? null,
    };
  }
  return answer;
}

/** The table for a device; with `operators`, only theirs. */
export async function operatorTable(device: DeviceName, operators?: ReadonlySet<string>, onAnswer?: (answer: OperatorAnswer, done: number, of: number) => void): Promise<OperatorAnswer[]> {
  const wanted = Object.entries(operatorCases).filter(([op]) => operators === undefined || operators.has(op));
  const table: OperatorAnswer[] = [];
  for (const [op, cases] of wanted) {
    const answer = await answerFor(device, op, cases);
    table.push(answer);
    onAnswer?.(answer, table.length, wanted.length);
  }
  return table;
}
