// Hides from onnxruntime how many rows a batch has. Where it knows that two values have one shape, it gives the second the
// memory of the first, for which the first is not given back but waits: activations wait for the gradients of the
// backward pass, and what is computed again waits most. Without a first dimension shapes are not known to be equal.
import type { Tensor } from '../tensor.ts';
import type { Graph, Node } from './graph.ts';

/** The same graph with reshapes that leave the first dimension open, wherever it follows from an input in `shown`. */
export function withOpenRows(graph: Graph, shown: ReadonlySet<string>): Graph {
  const follows = new Set(shown), initializers = new Map<string, Tensor>(graph.initializers), values = new Map(graph.values);
  const nodes = graph.nodes.map((n): Node => {
    if (!n.inputs.some((name) => follows.has(name))) return n;
    for (const o of n.outputs) follows.add(o);
    const [x = '', target = ''] = n.inputs, shape = initializers.get(target);
    if (n.op !== 'Reshape' || shape?.dtype !== 'int64' || shape.data.length === 0 || shape.data.some((d) => d <= 0n)) return n;
    const name = `open:${target}`;
    initializers.set(name, { ...shape, data: BigInt64Array.from(shape.data, (d, i) => (i === 0 ? -1n : d)) });
    values.set(name, { name, shape: shape.dims, dtype: 'int64' });
    return { ...n, inputs: [x, name] };
  });
  const used = new Set(nodes.flatMap((n) => n.inputs));
  return { ...graph, nodes, values, initializers: new Map([...initializers].filter(([name]) => used.has(name))) };
}
