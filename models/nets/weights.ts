// Where a network's weights come from: the same network code builds a training graph (weights are inputs), a shipped
// model (weights are initializers) or just the list of weights with their first values.
import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { randomFrom } from '../random.ts';
import { sizeOf } from '../tensor.ts';

/** How a weight starts: a normal deviation, or one value. Biases and norm scales do not decay. */
export type Start = { readonly deviation: number } | { readonly value: number };
export interface WeightSpecification { readonly name: string; readonly dims: readonly number[]; readonly start: Start }
/** Answers the value that stands for a weight in the graph being built. */
export type WeightSource = (g: GraphBuilder, specification: WeightSpecification) => Value;

/** Weights as graph inputs, listed in `found` in the order of first use. A name used twice is one weight. */
export function weightInputs(found: WeightSpecification[]): WeightSource {
  const known = new Map<string, Value>();
  return (g, specification) => {
    const value = known.get(specification.name) ?? g.input(specification.name, specification.dims);
    if (!known.has(specification.name)) { known.set(specification.name, value); found.push(specification); }
    return value;
  };
}

/** Weights as initializers with the given numbers. */
export function weightConstants(numbers: (name: string) => { readonly dims: readonly number[]; readonly data: Float32Array }): WeightSource {
  const known = new Map<string, Value>();
  return (g, { name, dims }) => {
    let value = known.get(name);
    if (value === undefined) {
      const found = numbers(name);
      if (found.dims.length !== dims.length || found.dims.some((d, i) => d !== dims[i])) throw new Error(`the weight ${name} has shape [${found.dims.join(', ')}], not [${dims.join(', ')}]`);
      value = g.initializer(name, { dtype: 'float32', dims, data: found.data });
      known.set(name, value);
    }
    return value;
  };
}

/** First values of a weight, from the seed and its place in the list. */
export function firstValues(specification: WeightSpecification, seed: number, index: number, out: Float32Array): void {
  const { start } = specification;
  if ('value' in start) { out.fill(start.value); return; }
  const random = randomFrom(seed, index, 17);
  for (let i = 0; i < sizeOf(specification.dims); i++) out[i] = Math.max(-2, Math.min(2, random.normal())) * start.deviation;
}
