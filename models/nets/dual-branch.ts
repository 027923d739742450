// The whole network three times over: as one training graph with the joint loss, as the three models a bundle ships
// (image, region, text), and as the list of its weights. One definition, so they cannot drift apart.
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { geometryLength } from '../images/network-input.ts';
import type { BatchShape } from '../training/batch.ts';
import { gridSide, tokenCount, type NetworkConfiguration } from './configuration.ts';
import { imageEncoder } from './image-encoder.ts';
import { Layers } from './layers.ts';
import { binary, boxLoss, contrastive, focal } from './losses.ts';
import { regionBranch } from './region-branch.ts';
import { textEncoder } from './text-encoder.ts';
import { weightInputs, type WeightSource, type WeightSpecification } from './weights.ts';

/** How many regions and texts one run of a shipped model takes; callers pad. */
export const runSize = { regions: 8, texts: 16 } as const;

/** What each part of the loss counts. Contrastive losses start near ln(batch), focal and box losses near 2 to 5. */
const lossWeights = { imageText: 0.3, regionText: 1, objectness: 1, box: 1, finding: 0.5 } as const;
export const lossNames = ['total', 'imageText', 'regionText', 'objectness', 'box', 'finding'] as const;

/** exp(log scale), at most 50; starts at 1 / 0.07 (Radford et al. 2021). */
const scaleOf = (l: Layers, name: string) => l.g.exp(l.g.node('Min', [l.weight(name, [1], { value: Math.log(1 / 0.07) }), l.g.scalar(Math.log(50))]));

/** The joint training graph: inputs as made by training/batch.ts and the weights; outputs the losses by name. */
export function trainingGraph(c: NetworkConfiguration, shape: BatchShape): { graph: Graph; weights: WeightSpecification[] } {
  const weights: WeightSpecification[] = [];
  const g = new GraphBuilder();
  const l = new Layers(g, weightInputs(weights));
  const { images: B, regions: K, regionTexts: TR } = shape;
  const { side: S } = c.image, { side: s } = c.region, G = gridSide(c), N = tokenCount(c), L = c.text.length;

  const image = imageEncoder(l, c, g.input('image', [B, 3, S, S]));
  const region = regionBranch(l, c, g.input('crops', [B * K, 3, s, s]), g.input('geometry', [B, K, geometryLength]), g.input('distance', [B, 1, K, N]), image.tokens);
  const texts = textEncoder(l, c, g.input('ids', [B + TR, L], 'int64'), g.input('mask', [B + TR, L]));
  const [imageTexts, regionTexts] = g.split(texts, 0, [B, TR]);
  if (imageTexts === undefined || regionTexts === undefined) throw new Error('a split into two gives two');

  const imageText = contrastive(g, image.embedding, imageTexts, scaleOf(l, 'scale.image'), g.input('imageToText', [B, B]), g.input('textToImage', [B, B]), g.input('imageTextAbsent', [1, B]), null);
  const regionText = contrastive(g, region.embedding, regionTexts, scaleOf(l, 'scale.region'), g.input('regionToText', [B * K, TR]), g.input('textToRegion', [TR, B * K]), g.input('textAbsent', [1, TR]), g.input('regionAbsent', [1, B * K]));
  const objectness = focal(g, image.objectness, g.input('objectnessTarget', [B, 1, G, G]), g.input('objectnessWeight', [B, 1, G, G]));
  const box = boxLoss(g, image.boxes, g.input('boxTarget', [B, 4, G, G]), g.input('boxWeight', [B, 1, G, G]));
  const finding = binary(g, region.finding, g.input('findingTarget', [B * K, 1]), g.input('findingWeight', [B * K, 1]));
  const parts = { imageText, regionText, objectness, box, finding };
  const w = lossWeights;
  const total = ([[imageText, w.imageText], [regionText, w.regionText], [objectness, w.objectness], [box, w.box], [finding, w.finding]] as const)
    .map(([loss, weight]) => g.mul(g.reshape(loss, []), g.scalar(weight))).reduce((a, b) => g.add(a, b));
  return { graph: g.finish({ total, ...parts }), weights };
}

/** image.onnx: one image to tokens, embedding, attention, objectness and boxes. */
export function imageModel(c: NetworkConfiguration, source: WeightSource): Graph {
  const g = new GraphBuilder();
  const { tokens, embedding, attention, objectness, boxes } = imageEncoder(new Layers(g, source), c, g.input('image', [1, 3, c.image.side, c.image.side]));
  return g.finish({ tokens, embedding, attention, objectness, boxes });
}

/** region.onnx: `runSize.regions` regions of one image to embeddings, finding logits and gates. */
export function regionModel(c: NetworkConfiguration, source: WeightSource): Graph {
  const g = new GraphBuilder();
  const K = runSize.regions;
  const { embedding, finding, gate } = regionBranch(new Layers(g, source), c,
    g.input('crops', [K, 3, c.region.side, c.region.side]), g.input('geometry', [1, K, geometryLength]), g.input('distance', [1, 1, K, tokenCount(c)]), g.input('tokens', [1, tokenCount(c), c.width]));
  return g.finish({ embedding, finding, gate });
}

/** text.onnx: `runSize.texts` texts to embeddings, and the two scales by which cosines become logits. */
export function textModel(c: NetworkConfiguration, source: WeightSource): Graph {
  const g = new GraphBuilder();
  const l = new Layers(g, source);
  const embedding = textEncoder(l, c, g.input('ids', [runSize.texts, c.text.length], 'int64'), g.input('mask', [runSize.texts, c.text.length]));
  return g.finish({ embedding, imageScale: scaleOf(l, 'scale.image'), regionScale: scaleOf(l, 'scale.region') });
}
