// Words to one vector: token and position embeddings, a small transformer that sees only real tokens, their mean.
import type { Value } from '../graph/graph.ts';
import { adoptedTextTower } from './adopted-text.ts';
import type { NetworkConfiguration } from './configuration.ts';
import type { Layers } from './layers.ts';

/** @param ids int64 [T, L] @param mask [T, L], 1 for real tokens. @param tower the adopted encoder's graph, where the configuration has one. Answers [T, E], unit length. */
export function textEncoder(l: Layers, c: NetworkConfiguration, ids: Value, mask: Value, tower: Uint8Array | undefined): Value {
  const g = l.g;
  if (c.text.kind === 'adopted') {
    const vector = adoptedTextTower(l, c.text, ids, mask, tower);
    return g.unit(c.text.project ? l.linear('text.project', vector, c.embedding, { bias: false }) : vector);
  }
  const [texts, length] = [ids.shape[0] ?? 0, ids.shape[1] ?? 0];
  const table = l.weight('text.words', [c.text.vocabulary, c.width], { deviation: 0.1 });
  let x = g.add(g.node('Gather', [table, ids], { axis: 0 }), l.weight('text.position', [1, length, c.width], { deviation: 0.05 }));
  const hidden = g.reshape(g.mul(g.sub(mask, g.scalar(1)), g.scalar(1e4)), [texts, 1, 1, length]);
  for (let i = 0; i < c.text.depth; i++) x = l.block(`text.block${i}`, x, c.heads, hidden);
  x = l.norm('text.norm', x);
  const weights = g.reshape(g.div(mask, g.sum(mask, [1])), [texts, 1, length]);
  const pooled = g.reshape(g.matmul(weights, x), [texts, c.width]);
  return g.unit(l.linear('text.project', pooled, c.embedding, { bias: false }));
}
