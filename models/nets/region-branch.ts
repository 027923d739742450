// The region branch and the ROI processor. A crop from the full resolution keeps what a small lesion looks like; the
// ROI processor asks the global tokens what surrounds it, by cross-attention that knows how far each token lies from
// the box, and a learned gate decides dimension by dimension how much of that context to take. Each part can be left
// out by configuration (`RoiProcessor`), so that what it gives is measured and not believed.
import type { Value } from '../graph/graph.ts';
import { geometryLength } from '../images/network-input.ts';
import { alignBins, gridSide, tokenCount, type NetworkConfiguration } from './configuration.ts';
import type { ImageFeatures } from './image-encoder.ts';
import type { Layers } from './layers.ts';

export interface RegionFeatures {
  /** [B * K, E], unit length. */
  readonly embedding: Value;
  /** [B * K, 1]: logit that this is a finding at all, the second look at a proposal. */
  readonly finding: Value;
  /** [B * K, 4, 1, 1]: the box put right, as offset of the centre and log of the size in sides of the box that was given (x, y, w, h). */
  readonly refinement: Value;
  /** [B, K, 1]: mean opening of the gate in [0, 1]; 0 is the region alone. */
  readonly gate: Value;
  /** [B, heads, K, N]: what cross-attention takes of each global token, summing to 1; null where it is not asked. */
  readonly attention: Value | null;
}

/** K regions on each of B images, as the graph's inputs: those that the configuration does not need are not asked for. */
export interface RegionInputs {
  readonly batch: number;
  readonly regions: number;
  readonly whole: Pick<ImageFeatures, 'tokens' | 'fine'>;
  /** [B, K, 1]: how much of the context that the gate lets in is taken, 1 as trained, 0 the region alone. As trained when left out. */
  readonly strength?: Value;
}

export function regionBranch(l: Layers, c: NetworkConfiguration, { batch, regions: k, whole, strength }: RegionInputs): RegionFeatures {
  const g = l.g, d = c.width, { roi } = c;
  const flatLook = roi.look === 'crop' ? lookAtCrops(l, c, batch * k) : lookAtGrid(l, c, batch, k, whole.fine);
  let region = g.reshape(flatLook, [batch, k, d]);
  if (roi.geometry) region = g.add(region, l.linear('roi.place2', g.gelu(l.linear('roi.place1', g.input('geometry', [batch, k, geometryLength]), d)), d));

  let fused = region, gate: Value | null = null;
  const { context, attention } = contextOf(l, c, region, whole.tokens);
  if (context !== null) {
    gate = roi.gate ? g.sigmoid(l.linear('roi.gate', g.concat([region, context], 2), d)) : null;
    const taken = gate === null ? context : g.mul(gate, context);
    fused = g.add(region, strength === undefined ? taken : g.mul(strength, taken));
  }
  fused = g.add(fused, l.feedForward('roi', l.norm('roi.norm.fused', fused)));
  const flat = g.reshape(l.norm('roi.norm.out', fused), [batch * k, d]);
  return {
    embedding: g.unit(l.linear('region.project', flat, c.embedding, { bias: false })),
    finding: l.linear('region.finding', flat, 1),
    refinement: g.reshape(l.linear('region.refine', flat, 4, { deviation: 0.01 }), [batch * k, 4, 1, 1]),
    gate: gate === null ? g.expand(g.constant({ dtype: 'float32', dims: [1, 1, 1], data: Float32Array.of(context === null ? 0 : 1) }), [batch, k, 1]) : g.mean(gate, [2]),
    attention,
  };
}

/** Crops [n, 3, s, s] through convolutions and a transformer: [n, D]. */
function lookAtCrops(l: Layers, c: NetworkConfiguration, n: number): Value {
  const g = l.g, side = c.region.side / 8, [w1, w2, w3] = c.region.widths;
  let x = g.relu(l.conv('region.stem', g.input('crops', [n, 3, c.region.side, c.region.side]), w1, { stride: 2 }));
  x = g.relu(l.groupNorm('region.down1.norm', l.conv('region.down1', x, w2, { stride: 2 })));
  x = g.relu(l.groupNorm('region.down2.norm', l.conv('region.down2', x, w3, { stride: 2 })));
  x = l.residual('region.fine', x);
  return overPatches(l, c, g.transpose(g.reshape(x, [n, w3, side * side]), [0, 2, 1]));
}

/**
 * RoIAlign (He et al. 2017, arXiv 1703.06870) as two matrix products, since bilinear sampling is linear and separable:
 * `alignY` [B, K p, G] and `alignX` [B K, p, G] hold what each bin takes of each row and column of the grid.
 */
function lookAtGrid(l: Layers, c: NetworkConfiguration, batch: number, k: number, fine: Value): Value {
  const g = l.g, p = alignBins, G = gridSide(c), channels = fine.shape[1] ?? 0;
  const rows = g.matmul(g.input('alignY', [batch, k * p, G]), g.reshape(g.transpose(fine, [0, 2, 3, 1]), [batch, G, G * channels]));
  const columns = g.reshape(g.transpose(g.reshape(rows, [batch * k, p, G, channels]), [0, 2, 1, 3]), [batch * k, G, p * channels]);
  return overPatches(l, c, g.reshape(g.matmul(g.input('alignX', [batch * k, p, G]), columns), [batch * k, p * p, channels]));
}

/** Patches [n, P, C] to one vector each [n, D]. */
function overPatches(l: Layers, c: NetworkConfiguration, patches: Value): Value {
  const g = l.g, d = c.width;
  let x = g.add(l.linear('region.widen', patches, d), l.weight('region.position', [1, patches.shape[1] ?? 0, d], { deviation: 0.05 }));
  for (let i = 0; i < c.region.depth; i++) x = l.block(`region.block${i}`, x, c.heads, null);
  return g.mean(l.norm('region.norm', x), [1], false);
}

/** What the whole image says about each region [B, K, D]; null where it is not asked. `distance` [B, 1, K, N] is each token's distance to the box in sides of the image, 0 inside. */
function contextOf(l: Layers, c: NetworkConfiguration, region: Value, tokens: Value): { context: Value | null; attention: Value | null } {
  const g = l.g, d = c.width;
  if (c.roi.context === 'none') return { context: null, attention: null };
  if (c.roi.context === 'mean') return { context: g.expand(l.linear('roi.out', g.mean(tokens, [1]), d), region.shape), attention: null };
  const query = l.heads(l.linear('roi.query', l.norm('roi.norm.query', region), d), c.heads);
  const key = l.heads(l.linear('roi.key', tokens, d), c.heads);
  const value = l.heads(l.linear('roi.value', tokens, d), c.heads);
  // Each head learns how fast its interest falls with distance; softplus keeps it falling.
  const falls = c.roi.geometry ? g.neg(g.mul(g.input('distance', [region.shape[0] ?? 0, 1, region.shape[1] ?? 0, tokenCount(c)]), g.softplus(l.weight('roi.reach', [1, c.heads, 1, 1], { value: 2 })))) : null;
  const attention = l.attention(query, key, falls);
  return { context: l.linear('roi.out', l.joined(g.matmul(attention, value)), d), attention };
}
