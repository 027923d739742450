// What an adopted text encoder is given and gives: token ids and a mask of the type it wants, and one vector a text,
// pooled from hidden states where it gives those.
import type { Value } from '../graph/graph.ts';
import { float32 } from '../tensor.ts';
import { batchDimension, lengthDimension, outputOf, spliceTower } from './adopted-tower.ts';
import type { AdoptedText } from './configuration.ts';
import type { Layers } from './layers.ts';

const castTo = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;

/** @param ids int64 [T, L] @param mask [T, L], 1 for real tokens, which come first. Answers [T, .]. */
export function adoptedTextTower(l: Layers, c: AdoptedText, ids: Value, mask: Value, tower: Uint8Array | undefined): Value {
  const g = l.g, [texts, length] = [ids.shape[0] ?? 0, ids.shape[1] ?? 0];
  const given = { ids: () => ids, mask: () => mask, zeros: () => g.mul(mask, g.scalar(0)), places: () => g.expand(g.constant(float32([1, length], Array.from({ length }, (_, i) => i))), [texts, length]) };
  const inputs = Object.fromEntries(Object.entries(c.inputs).map(([name, { role, dtype }]) => {
    const value = given[role]();
    return [name, value.dtype === dtype ? value : g.node('Cast', [value], { to: castTo[dtype] })];
  }));
  const output = outputOf(spliceTower(l, tower, 'text.tower', { [batchDimension]: texts, [lengthDimension]: length }, inputs), c.output);
  return c.pool === 'given' ? output : pooled(l, c.pool, output, mask);
}

/** Hidden states [T, L, D] to [T, D]: the first token's, the mean of the real ones, or the last real one's, as a product with weights over tokens. */
function pooled(l: Layers, pool: 'first' | 'mean' | 'end', hidden: Value, mask: Value): Value {
  const g = l.g, [texts, length, d] = [hidden.shape[0] ?? 0, hidden.shape[1] ?? 0, hidden.shape[2] ?? 0];
  if (pool === 'first') return g.reshape(g.slice(hidden, 1, 0, 1), [texts, d]);
  const weights = pool === 'mean' ? g.div(mask, g.sum(mask, [1]))
    // A token is the last where it is real and the next is not.
    : g.sub(mask, g.concat([g.slice(mask, 1, 1, length), g.constant(float32([texts, 1], new Float32Array(texts)))], 1));
  return g.reshape(g.matmul(g.reshape(weights, [texts, 1, length]), hidden), [texts, d]);
}
