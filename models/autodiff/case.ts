// What a case of the operator table is: a small graph, and the numbers it is tried with. The gradient checks, the shape
// checks and the check of a device all build it in the same way.
import { GraphBuilder, type Attributes } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { randomFrom } from '../random.ts';
import { float32, sizeOf, type Tensor } from '../tensor.ts';

export interface OperatorCase {
  /** Shapes of the float32 inputs, which are differentiated where the operator has a rule. */
  readonly shapes: readonly (readonly number[])[];
  /** Values are drawn in [low, high]; `away` keeps them off kinks: no |x - k| below 0.05. */
  readonly low?: number;
  readonly high?: number;
  readonly away?: readonly number[];
  readonly build: (g: GraphBuilder, inputs: readonly Value[]) => Value | readonly Value[];
}

/** The operator on its inputs, with attributes. */
export const on = (op: string, shapes: readonly (readonly number[])[], attributes: Attributes = {}, more: Partial<OperatorCase> = {}): OperatorCase => ({ shapes, build: (g, inputs) => g.node(op, inputs, attributes), ...more });
/** The operator on its first input and constants. */
export const fed = (op: string, shape: readonly number[], rest: (g: GraphBuilder) => readonly (Value | null)[], attributes: Attributes = {}, more: Partial<OperatorCase> = {}): OperatorCase =>
  ({ shapes: [shape], build: (g, [x]) => g.node(op, [x ?? null, ...rest(g)], attributes), ...more });

/** The case's graph with outputs y0, y1, ..; inputs x0, x1, .. and numbers for them. */
export function caseGraph(c: OperatorCase, seed: number): { readonly graph: Graph; readonly feeds: Record<string, Tensor> } {
  const random = randomFrom(seed, 11);
  const g = new GraphBuilder();
  const inputs = c.shapes.map((shape, i) => g.input(`x${i}`, shape));
  const built = c.build(g, inputs), outputs = 'name' in built ? [built] : built;
  const feeds = Object.fromEntries(inputs.map((v) => [v.name, float32(v.shape, Float32Array.from({ length: sizeOf(v.shape) }, () => {
    let x: number;
    do x = random.uniform(c.low ?? -1.5, c.high ?? 1.5); while ((c.away ?? []).some((k) => Math.abs(x - k) < 0.05));
    return x;
  }))]));
  return { graph: g.finish(Object.fromEntries(outputs.map((y, i) => [`y${i}`, y]))), feeds };
}

/** The same with one output, loss = sum of the outputs times fixed random numbers, which can be differentiated. */
export function withLoss({ graph, feeds }: ReturnType<typeof caseGraph>, seed: number): { readonly graph: Graph; readonly feeds: Record<string, Tensor> } {
  const random = randomFrom(seed, 12);
  const g = GraphBuilder.from(graph);
  const loss = graph.outputs.map(({ name }) => g.value(name))
    .map((y) => g.sum(g.mul(y, g.constant(float32(y.shape, Float32Array.from({ length: sizeOf(y.shape) }, () => random.uniform(-1, 1))))), y.shape.map((_, i) => i), false))
    .reduce((a, b) => g.add(a, b));
  return { graph: g.finish({ loss }), feeds };
}
