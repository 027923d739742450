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
import { difference, ownWords, runOnce, tolerance } from './compare.ts';
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

export const agrees = (a: OperatorAnswer): boolean => a.worst !== null && a.worst <= tolerance && a.problem === null;

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
  const expected = await runOnce('cpu', model, feeds);
  try {
    const worst = difference(expected, await runOnce(device, model, feeds));
    return { place: await staysOn(device, model) ? 'device' : 'processor', worst, problem: null };
  } catch (error) {
    return { place: 'refused', worst: null, problem: ownWords(error) };
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
