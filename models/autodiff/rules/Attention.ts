// Scaled dot-product attention (opset 23) on [B, heads, L, d] or [B, L, heads x d]; the weights are computed again, and
// the softmax's backward pass uses delta = sum(dO O), which is a row's sum of dP P (Dao et al. 2022, arXiv 2205.14135).
import type { Rule } from '../rule.ts';

import { floatAttribute, integerAttribute } from '../../graph/attributes.ts';
import type { Value } from '../../graph/graph.ts';
import { float32 } from '../../tensor.ts';

export const Attention: Rule = ({ g, node, grad, grads, inputs, input, output, needs }) => {
  const { attributes } = node, mask = inputs[3] ?? null;
  if (inputs[4] != null || inputs[5] != null || inputs[6] != null) throw new Error('attention with a cache of the past cannot be trained through');
  if (grads.slice(1).some((v) => v !== null)) throw new Error('only its first output can be trained through');
  if (floatAttribute(attributes, 'softcap', 0) !== 0) throw new Error('a softcap cannot be trained through');
  const packed = input(0).shape.length === 3;
  const count = packed ? integerAttribute(attributes, 'q_num_heads', 1) : input(0).shape[1] ?? 1, shared = packed ? integerAttribute(attributes, 'kv_num_heads', 1) : input(1).shape[1] ?? 1;
  const apart = (v: Value, n: number): Value => (packed ? g.transpose(g.reshape(v, [v.shape[0] ?? 0, v.shape[1] ?? 0, n, (v.shape[2] ?? 0) / n]), [0, 2, 1, 3]) : v);
  const together = (v: Value): Value => (packed ? g.reshape(g.transpose(v, [0, 2, 1, 3]), [v.shape[0] ?? 0, v.shape[2] ?? 0, (v.shape[1] ?? 0) * (v.shape[3] ?? 0)]) : v);
  // Keys and values that several heads share are repeated, and their gradients added up again.
  const repeated = (v: Value): Value => { const [b = 0, , l = 0, d = 0] = v.shape; return count === shared ? v : g.reshape(g.expand(g.reshape(v, [b, shared, 1, l, d]), [b, shared, count / shared, l, d]), [b, count, l, d]); };
  const joined = (v: Value): Value => { const [b = 0, , l = 0, d = 0] = v.shape; return count === shared ? v : g.sum(g.reshape(v, [b, shared, count / shared, l, d]), [2], false); };
  const turned = (v: Value): Value => g.transpose(v, [0, 1, 3, 2]);

  const q = apart(input(0), count), k = repeated(apart(input(1), shared)), v = repeated(apart(input(2), shared)), dO = apart(grad, count);
  const scale = g.scalar(floatAttribute(attributes, 'scale', 1 / Math.sqrt(q.shape[3] ?? 1)));
  const [rows, columns] = [q.shape[2] ?? 0, k.shape[2] ?? 0], masked = g.scalar(-1e30);
  let logits = g.mul(g.matmul(q, turned(k)), scale);
  if (mask !== null) logits = mask.dtype === 'bool' ? g.node('Where', [mask, logits, masked]) : g.add(logits, mask);
  if (integerAttribute(attributes, 'is_causal', 0) === 1) logits = g.add(logits, g.constant(float32([rows, columns], Array.from({ length: rows * columns }, (_, i) => (i % columns > Math.floor(i / columns) ? -1e30 : 0)))));
  const p = g.softmax(logits);
  const dS = g.mul(p, g.sub(g.matmul(dO, turned(v)), g.sum(g.mul(dO, apart(output, count)), [3])));
  const dScaled = g.mul(dS, scale);
  return [
    needs[0] === true ? together(g.matmul(dScaled, k)) : null, needs[1] === true ? together(joined(g.matmul(turned(dScaled), q))) : null,
    needs[2] === true ? together(joined(g.matmul(turned(p), dO))) : null, needs[3] === true ? dS : null,
  ];
};
