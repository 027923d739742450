// The global branch: the whole image to tokens, to one vector, and through a dense grid to proposals. Convolutions
// down to stride 8, a transformer at stride 16, and back up, so that small lesions are proposed from fine features
// that know the whole image.
import type { Value } from '../graph/graph.ts';
import { float32 } from '../tensor.ts';
import { adoptedImageTower, spread } from './adopted-image.ts';
import { gridSide, tokenCount, tokenSide, type AdoptedImage, type NetworkConfiguration } from './configuration.ts';
import type { Layers } from './layers.ts';

export interface ImageFeatures {
  /** [B, N, D] */
  readonly tokens: Value;
  /** [B, C, G, G]: the grid before the transformer, where small things still are. */
  readonly fine: Value;
  /** [B, E], unit length. */
  readonly embedding: Value;
  /** [B, 1, N]: how much each token weighs in the embedding; sums to 1. Null where an adopted encoder gives the embedding. */
  readonly attention: Value | null;
  /** Logits [B, 1, G, G]. */
  readonly objectness: Value;
  /** [B, 4, G, G]: offset of the centre from the cell's centre in cells (x, y), log of the size in cells (w, h). */
  readonly boxes: Value;
}

/** @param image [B, 3, S, S] @param tower the adopted encoder's graph, where the configuration has one. */
export function imageEncoder(l: Layers, c: NetworkConfiguration, image: Value, tower: Uint8Array | undefined): ImageFeatures {
  if (c.image.kind === 'adopted') return adoptedImageEncoder(l, c, c.image, image, tower);
  const g = l.g;
  const batch = image.shape[0] ?? 0, d = c.width, n = tokenCount(c), side = tokenSide(c);
  const fine = fineGrid(l, c, image);
  const coarse = l.residual('image.coarse', g.relu(l.groupNorm('image.down3.norm', l.conv('image.down3', fine, d, { stride: 2 }))));
  let tokens = g.add(g.transpose(g.reshape(coarse, [batch, d, n]), [0, 2, 1]), l.weight('image.position', [1, n, d], { deviation: 0.05 }));
  for (let i = 0; i < c.image.depth; i++) tokens = l.block(`image.block${i}`, tokens, c.heads, null);
  tokens = l.norm('image.norm', tokens);
  const { pooled, attention } = pool(l, tokens);
  const embedding = g.unit(l.linear('image.project', pooled, c.embedding, { bias: false }));
  const up = g.node('Resize', [g.reshape(g.transpose(tokens, [0, 2, 1]), [batch, d, side, side]), null, g.constant(float32([4], [1, 1, 2, 2]))], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' });
  return { tokens, fine, embedding, attention, ...proposalHead(l, c, fine, up) };
}

/**
 * An encoder that was made elsewhere gives tokens and perhaps an embedding. Its tokens are brought to our width, and
 * our own convolutions down to stride 8 stand beside it: patches of 14 or 16 pixels alone would lose small lesions.
 */
function adoptedImageEncoder(l: Layers, c: NetworkConfiguration, adopted: AdoptedImage, image: Value, tower: Uint8Array | undefined): ImageFeatures {
  const g = l.g, grid = gridSide(c), fine = fineGrid(l, c, image);
  const seen = adoptedImageTower(l, adopted, image, tower);
  const tokens = l.norm('image.adapter.norm2', l.linear('image.adapter', l.norm('image.adapter.norm1', seen.tokens), c.width));
  const { pooled, attention } = seen.embedding === null ? pool(l, tokens) : { pooled: seen.embedding, attention: null };
  const embedding = g.unit(adopted.project ? l.linear('image.project', pooled, c.embedding, { bias: false }) : pooled);
  return { tokens, fine, embedding, attention, ...proposalHead(l, c, fine, spread(l, tokens, adopted.tokenSide, grid)) };
}

/** Convolutions from pixels to the grid at stride 8, [B, C, G, G]. */
export function fineGrid(l: Layers, c: NetworkConfiguration, image: Value): Value {
  const g = l.g, [w1, w2, w3] = c.image.widths;
  let x = g.relu(l.conv('image.stem', image, w1, { stride: 2 }));
  x = g.relu(l.groupNorm('image.down1.norm', l.conv('image.down1', x, w2, { stride: 2 })));
  x = g.relu(l.groupNorm('image.down2.norm', l.conv('image.down2', x, w3, { stride: 2 })));
  return l.residual('image.fine', x);
}

/** A learnt query's attention over the tokens, and their mean by it [B, D]. */
function pool(l: Layers, tokens: Value): { pooled: Value; attention: Value } {
  const g = l.g, batch = tokens.shape[0] ?? 0, d = tokens.shape[2] ?? 0;
  const query = l.weight('image.pool', [d, 1], { deviation: 0.05 });
  const attention = g.softmax(g.transpose(g.linear(tokens, query, null), [0, 2, 1]));
  return { attention, pooled: g.reshape(g.matmul(attention, tokens), [batch, d]) };
}

/** @param up the tokens on the fine grid, [B, D, G, G]. */
function proposalHead(l: Layers, c: NetworkConfiguration, fine: Value, up: Value): { objectness: Value; boxes: Value } {
  const g = l.g, grid = gridSide(c);
  const merged = g.add(l.conv('head.coarse', up, c.head, { kernel: 1 }), l.conv('head.fine', fine, c.head, { kernel: 1 }));
  let h = g.relu(l.groupNorm('head.norm1', l.conv('head.conv1', merged, c.head)));
  h = g.relu(l.groupNorm('head.norm2', l.conv('head.conv2', h, c.head)));
  // A bias of -3 starts objectness near 5 %, so that the many empty cells do not swamp the first steps.
  const objectness = l.conv('head.objectness', h, 1, { kernel: 1, bias: -3 });
  const boxes = l.conv('head.boxes', h, 4, { kernel: 1 });
  if (objectness.shape[2] !== grid) throw new Error(`the grid is ${objectness.shape[2]} a side, not ${grid}`);
  return { objectness, boxes };
}
