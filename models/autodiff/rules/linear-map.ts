// The gradient of an operator that is a fixed linear map along single axes (resampling, padding by repetition, average
// pooling): a product with the transposed map, axis by axis. Maps are small constant matrices.
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { float32, sizeOf } from '../../tensor.ts';

/** Row o says how much of every input element is in output element o: [out][in]. */
export type AxisMap = readonly (readonly number[])[];

/** Takes axis `axis` of a gradient from the map's outputs back to its inputs. */
export function transposedMap(g: GraphBuilder, v: Value, axis: number, map: AxisMap): Value {
  const out = map.length, inside = map[0]?.length ?? 0;
  const before = v.shape.slice(0, axis), after = v.shape.slice(axis + 1);
  if (after.length === 0) return g.matmul(v, g.constant(float32([out, inside], map.flat())));
  const turned = g.constant(float32([inside, out], Array.from({ length: inside }, (_, i) => map.map((row) => row[i] ?? 0)).flat()));
  return g.reshape(g.matmul(turned, g.reshape(v, [sizeOf(before), out, sizeOf(after)])), [...before, inside, ...after]);
}
