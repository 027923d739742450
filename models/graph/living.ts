// What lives while a graph runs: each value from the node that makes it to the last that reads it, in the order in which
// onnxruntime runs the nodes.
import { sizeOf, type DType } from '../tensor.ts';
import type { Graph, Value } from './graph.ts';
import { runningOrder } from './order.ts';

const widths: Readonly<Record<DType, number>> = { float32: 4, int64: 8, int32: 4, bool: 1 };
export const bytesOf = (v: Value): number => sizeOf(v.shape) * widths[v.dtype];

/** Outputs of these share their input's memory. */
const views: ReadonlySet<string> = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);

/** The most bytes of values that live at once while the graph runs; inputs and initializers are not among them. */
export function mostLiving(graph: Graph): number {
  const order = runningOrder(graph), outputs = new Set(graph.outputs.map((v) => v.name));
  const owner = new Map<string, string>(), lastUse = new Map<string, number>();
  const ownerOf = (name: string): string => owner.get(name) ?? name;
  for (const node of order) if (views.has(node.op)) owner.set(node.outputs[0] ?? '', ownerOf(node.inputs[0] ?? ''));
  for (const [i, node] of order.entries()) for (const name of [...node.inputs, ...node.outputs]) if (name !== '') lastUse.set(ownerOf(name), outputs.has(name) ? Infinity : Math.max(i, lastUse.get(ownerOf(name)) ?? 0));
  const held = new Map<string, number>();
  let living = 0, most = 0;
  for (const [i, node] of order.entries()) {
    if (!views.has(node.op)) for (const name of node.outputs) {
      const value = graph.values.get(name);
      if (value === undefined) continue;
      const bytes = bytesOf(value);
      held.set(name, bytes);
      living += bytes;
    }
    most = Math.max(most, living);
    for (const name of new Set([...node.inputs, ...node.outputs].map(ownerOf))) if (lastUse.get(name) === i) { living -= held.get(name) ?? 0; held.delete(name); }
  }
  return most;
}
