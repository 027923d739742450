// The whole network three times over: as one training graph with the joint loss, as the three models a bundle ships
// (image, region, text), and as the list of its weights. One definition, so they cannot drift apart.
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import type { Towers } from './adopted-tower.ts';
import { gridSide, tokenCount, type NetworkConfiguration } from './configuration.ts';
import { fineGrid, imageEncoder } from './image-encoder.ts';
import { Layers } from './layers.ts';
import { float32, type Tensor } from '../tensor.ts';
import { binary, boxLoss, contrastive, focal } from './losses.ts';
import { regionBranch } from './region-branch.ts';
import { textEncoder } from './text-encoder.ts';
import { weightInputs, type WeightSource, type WeightSpecification } from './weights.ts';

/** The static sizes of a step: B images, K region slots an image, TR region texts (positives and hard negatives). */
export interface BatchShape { readonly images: number; readonly regions: number; readonly regionTexts: number }

/** How many regions and texts one run of a shipped model takes; callers pad. */
export const runSize = { regions: 8, texts: 16 } as const;

export const lossParts = ['imageText', 'regionText', 'objectness', 'box', 'finding', 'refinement'] as const;
export const lossNames = ['total', ...lossParts] as const;
export type LossWeights = Readonly<Record<(typeof lossParts)[number], number>>;
/** What each part of the joint loss counts. Contrastive losses start near ln(batch), focal and box losses near 2 to 5. */
export const jointLoss: LossWeights = { imageText: 0.3, regionText: 1, objectness: 1, box: 1, finding: 0.5, refinement: 1 };
/** The weights as the graph takes them, in the order of `lossParts`. */
export const lossWeights = (w: LossWeights): Tensor => float32([lossParts.length], lossParts.map((p) => w[p]));

/** Values of the training graph through which alone items of a batch meet: what a batch in parts is cut at (training/accumulate.ts). */
export const embeddingNames = ['imageEmbedding', 'regionEmbedding', 'textEmbedding'] as const;
/** Inputs and values with a row a text, of which the first B are image texts and the others region texts. */
export const textRows: ReadonlySet<string> = new Set(['ids', 'mask', 'textEmbedding']);

/** exp(log scale), at most 50; starts at 1 / 0.07 (Radford et al. 2021). */
const scaleOf = (l: Layers, name: string) => l.g.exp(l.g.node('Min', [l.weight(name, [1], { value: Math.log(1 / 0.07) }), l.g.scalar(Math.log(50))]));

/** The joint training graph: inputs as made by training/batch.ts, `lossWeights` and the weights; outputs the losses by name. */
export function trainingGraph(c: NetworkConfiguration, shape: BatchShape, towers: Towers = {}): { graph: Graph; weights: WeightSpecification[] } {
  const weights: WeightSpecification[] = [];
  const g = new GraphBuilder();
  const l = new Layers(g, weightInputs(weights));
  const { images: B, regions: K, regionTexts: TR } = shape;
  const { side: S } = c.image, G = gridSide(c), L = c.text.length;

  const image = imageEncoder(l, c, g.input('image', [B, 3, S, S]), towers.image);
  const region = regionBranch(l, c, { batch: B, regions: K, whole: image });
  const texts = textEncoder(l, c, g.input('ids', [B + TR, L], 'int64'), g.input('mask', [B + TR, L]), towers.text);
  const named = (name: string, v: Value): Value => g.node('Identity', [v], {}, name);
  const images = named('imageEmbedding', image.embedding), regions = named('regionEmbedding', region.embedding);
  const [imageTexts, regionTexts] = g.split(named('textEmbedding', texts), 0, [B, TR]);
  if (imageTexts === undefined || regionTexts === undefined) throw new Error('a split into two gives two');

  const imageText = contrastive(g, images, imageTexts, scaleOf(l, 'scale.image'), g.input('imageToText', [B, B]), g.input('textToImage', [B, B]), g.input('imageTextAbsent', [1, B]), null);
  const regionText = contrastive(g, regions, regionTexts, scaleOf(l, 'scale.region'), g.input('regionToText', [B * K, TR]), g.input('textToRegion', [TR, B * K]), g.input('textAbsent', [1, TR]), g.input('regionAbsent', [1, B * K]));
  const objectness = focal(g, image.objectness, g.input('objectnessTarget', [B, 1, G, G]), g.input('objectnessWeight', [B, 1, G, G]));
  const box = boxLoss(g, image.boxes, g.input('boxTarget', [B, 4, G, G]), g.input('boxWeight', [B, 1, G, G]));
  const finding = binary(g, region.finding, g.input('findingTarget', [B * K, 1]), g.input('findingWeight', [B * K, 1]));
  const refinement = boxLoss(g, region.refinement, g.input('refinementTarget', [B * K, 4, 1, 1]), g.input('refinementWeight', [B * K, 1, 1, 1]));
  const made = { imageText, regionText, objectness, box, finding, refinement };
  const parts = Object.fromEntries(lossParts.map((name) => [name, named(name, made[name])]));
  const total = g.sum(g.mul(g.concat(lossParts.map((name) => g.reshape(g.value(name), [1])), 0), g.input('lossWeights', [lossParts.length])), [0], false);
  return { graph: g.finish({ total, ...parts }), weights };
}

/** image.onnx: one image to tokens, embedding, attention, objectness and boxes. */
export function imageModel(c: NetworkConfiguration, source: WeightSource, towers: Towers = {}): Graph {
  const g = new GraphBuilder();
  const { tokens, fine, embedding, attention, objectness, boxes } = imageEncoder(new Layers(g, source), c, g.input('image', [1, 3, c.image.side, c.image.side]), towers.image);
  return g.finish({ tokens, embedding, objectness, boxes, ...(attention === null ? {} : { attention }), ...(c.roi.look === 'grid' ? { fine } : {}) });
}

/** region.onnx: `runSize.regions` regions of one image to embeddings, finding logits, boxes put right, and gates. */
export function regionModel(c: NetworkConfiguration, source: WeightSource): Graph {
  const g = new GraphBuilder();
  const whole = { tokens: g.input('tokens', [1, tokenCount(c), c.width]), fine: g.input('fine', [1, c.image.widths[2], gridSide(c), gridSide(c)]) };
  const { embedding, finding, refinement, gate } = regionBranch(new Layers(g, source), c, { batch: 1, regions: runSize.regions, whole });
  return g.finish({ embedding, finding, refinement, gate });
}

/** The region branch laid open: as region.onnx, with `strength` [1, K, 1] of the context to be given, and what attention took of each token [1, K, N] (mean of the heads). */
export function explanationModel(c: NetworkConfiguration, source: WeightSource): Graph {
  const g = new GraphBuilder(), K = runSize.regions;
  const whole = { tokens: g.input('tokens', [1, tokenCount(c), c.width]), fine: g.input('fine', [1, c.image.widths[2], gridSide(c), gridSide(c)]) };
  const { embedding, finding, gate, attention } = regionBranch(new Layers(g, source), c, { batch: 1, regions: K, whole, strength: g.input('strength', [1, K, 1]) });
  return g.finish({ embedding, finding, gate, ...(attention === null ? {} : { attention: g.mean(attention, [1], false) }) });
}

/** The image encoder's fine grid [1, C, G, G] alone. */
export function fineModel(c: NetworkConfiguration, source: WeightSource): Graph {
  const g = new GraphBuilder();
  return g.finish({ fine: fineGrid(new Layers(g, source), c, g.input('image', [1, 3, c.image.side, c.image.side])) });
}

/** text.onnx: `runSize.texts` texts to embeddings, and the two scales by which cosines become logits. */
export function textModel(c: NetworkConfiguration, source: WeightSource, towers: Towers = {}): Graph {
  const g = new GraphBuilder();
  const l = new Layers(g, source);
  const embedding = textEncoder(l, c, g.input('ids', [runSize.texts, c.text.length], 'int64'), g.input('mask', [runSize.texts, c.text.length]), towers.text);
  return g.finish({ embedding, imageScale: scaleOf(l, 'scale.image'), regionScale: scaleOf(l, 'scale.region') });
}
