// The region branch and the ROI processor. A crop from the full resolution keeps what a small lesion looks like; the
// ROI processor asks the global tokens what surrounds it, by cross-attention that knows how far each token lies from
// the box, and a learned gate decides dimension by dimension how much of that context to take.
import type { Value } from '../graph/graph.ts';
import type { NetworkConfiguration } from './configuration.ts';
import type { Layers } from './layers.ts';

export interface RegionFeatures {
  /** [B * K, E], unit length. */
  readonly embedding: Value;
  /** [B * K, 1]: logit that this is a finding at all, the second look at a proposal. */
  readonly finding: Value;
  /** [B, K, 1]: mean opening of the gate in [0, 1]; 0 is the region alone. */
  readonly gate: Value;
}

/**
 * @param crops [B * K, 3, s, s] @param geometry [B, K, 8] @param distance [B, 1, K, N] distance of each token to the
 * box in sides of the image, 0 inside @param tokens [B, N, D] of the global branch.
 */
export function regionBranch(l: Layers, c: NetworkConfiguration, crops: Value, geometry: Value, distance: Value, tokens: Value): RegionFeatures {
  const g = l.g;
  const [batch, k] = [geometry.shape[0] ?? 0, geometry.shape[1] ?? 0];
  const d = c.width, side = c.region.side / 8;
  const [w1, w2, w3] = c.region.widths;
  let x = g.relu(l.conv('region.stem', crops, w1, { stride: 2 }));
  x = g.relu(l.groupNorm('region.down1.norm', l.conv('region.down1', x, w2, { stride: 2 })));
  x = g.relu(l.groupNorm('region.down2.norm', l.conv('region.down2', x, w3, { stride: 2 })));
  x = l.residual('region.fine', x);
  let patches = g.transpose(g.reshape(x, [batch * k, w3, side * side]), [0, 2, 1]);
  patches = g.add(l.linear('region.widen', patches, d), l.weight('region.position', [1, side * side, d], { deviation: 0.05 }));
  for (let i = 0; i < c.region.depth; i++) patches = l.block(`region.block${i}`, patches, c.heads, null);
  const look = g.reshape(g.mean(l.norm('region.norm', patches), [1]), [batch, k, d]);

  const place = l.linear('roi.place2', g.gelu(l.linear('roi.place1', geometry, d)), d);
  const region = g.add(look, place);

  const query = l.heads(l.linear('roi.query', l.norm('roi.norm.query', region), d), c.heads);
  const key = l.heads(l.linear('roi.key', tokens, d), c.heads);
  const value = l.heads(l.linear('roi.value', tokens, d), c.heads);
  // Each head learns how fast its interest falls with distance; softplus keeps it falling.
  const reach = g.softplus(l.weight('roi.reach', [1, c.heads, 1, 1], { value: 2 }));
  const context = l.linear('roi.out', l.joined(l.attend(query, key, value, g.neg(g.mul(distance, reach)))), d);

  const gate = g.sigmoid(l.linear('roi.gate', g.concat([region, context], 2), d));
  let fused = g.add(region, g.mul(gate, context));
  fused = g.add(fused, l.feedForward('roi', l.norm('roi.norm.fused', fused)));
  const flat = g.reshape(l.norm('roi.norm.out', fused), [batch * k, d]);
  return {
    embedding: g.unit(l.linear('region.project', flat, c.embedding, { bias: false })),
    finding: l.linear('region.finding', flat, 1),
    gate: g.mean(gate, [2]),
  };
}
