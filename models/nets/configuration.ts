// The sizes of the network, kept in the manifest of every bundle. Shapes below use these letters:
// B images, K regions an image, T texts, S side of the whole image in network pixels, D width, E embedding,
// G = S / 8 cells a side of the dense grid, N global tokens ((S / 16)^2 of our own encoder's), L text length in tokens.
import { z } from 'zod';

/** The ROI processor's parts; each can be left out, so that what it gives can be measured. */
export const roiProcessor = z.object({
  /** Where a region's look comes from: a crop of the full resolution, or the whole image's fine grid (RoIAlign), which costs no crop. */
  look: z.enum(['crop', 'grid']),
  /** What of the whole image is added: nothing, the mean of its tokens, or what cross-attention asks of them. */
  context: z.enum(['none', 'mean', 'attention']),
  /** Whether a gate decides, dimension by dimension, how much of the context to take. */
  gate: z.boolean(),
  /** Whether the box's place and size count, and attention falls off with distance from it. */
  geometry: z.boolean(),
});
export type RoiProcessor = z.infer<typeof roiProcessor>;
export const wholeRoiProcessor: RoiProcessor = { look: 'crop', context: 'attention', gate: true, geometry: true };

const size = z.number().int();
const widths = z.tuple([size, size, size]);
const perChannel = z.tuple([z.number(), z.number(), z.number()]);
/** Our own image encoder. Manifests made before others could be adopted have no `kind`. */
const ownImage = z.object({ kind: z.literal('own').optional(), side: size, widths, depth: size });
/**
 * An image encoder that was made elsewhere, kept as image-tower.onnx (bundle/adopt.ts), beside convolutions of our own
 * (`widths`) down to the fine grid. Names are those of its inputs and outputs.
 */
const adoptedImage = z.object({
  kind: z.literal('adopted'), side: size, widths, input: z.string(), mean: perChannel, std: perChannel,
  /** [B, prefix + tokenSide^2, .] or a feature map [B, ., tokenSide, tokenSide]. */
  tokens: z.string(), tokenSide: size, prefix: size,
  /** [B, .], and whether a projection of ours follows; null where it has none and our own pooling answers. */
  embedding: z.string().nullable(), project: z.boolean(),
});
const ownText = z.object({ kind: z.literal('own').optional(), vocabulary: size, length: size, depth: size });
/** A text encoder that was made elsewhere, kept as text-tower.onnx. */
const adoptedText = z.object({
  kind: z.literal('adopted'), vocabulary: size, length: size,
  /** Inputs by what they are given: token ids, the mask, zeros (token types), places from 0. */
  inputs: z.record(z.string(), z.object({ role: z.enum(['ids', 'mask', 'zeros', 'places']), dtype: z.enum(['int64', 'int32', 'float32', 'bool']) })),
  output: z.string(),
  /** How hidden states [T, L, .] become one vector; `given` where the output is one already. */
  pool: z.enum(['given', 'first', 'mean', 'end']), project: z.boolean(),
});
export type AdoptedImage = z.infer<typeof adoptedImage>;
export type AdoptedText = z.infer<typeof adoptedText>;

export const networkConfiguration = z.object({
  image: z.union([ownImage, adoptedImage]),
  region: z.object({ side: size, widths, depth: size }),
  text: z.union([ownText, adoptedText]),
  /** Width of every transformer, and its heads. */
  width: z.number().int(),
  heads: z.number().int(),
  embedding: z.number().int(),
  head: z.number().int(),
  roi: roiProcessor.default(wholeRoiProcessor),
});
export type NetworkConfiguration = z.infer<typeof networkConfiguration>;

/** The base bundle's: small enough to fine-tune on two processor cores. `vocabulary` follows from the tokenizer. */
export const baseConfiguration = (vocabulary: number): NetworkConfiguration => ({
  image: { side: 256, widths: [16, 32, 64], depth: 2 },
  region: { side: 64, widths: [24, 48, 96], depth: 1 },
  text: { vocabulary, length: 32, depth: 2 },
  width: 128, heads: 4, embedding: 128, head: 64, roi: wholeRoiProcessor,
});

export const denseStride = 8;
/** Bins a side of a region taken from the grid. */
export const alignBins = 4;
const ownTokenStride = 16;
/** Rounded up: convolutions of stride 2 keep the last, incomplete cell of a side that is no multiple of 8. */
export const gridSide = (c: NetworkConfiguration): number => Math.ceil(c.image.side / denseStride);
export const tokenSide = (c: NetworkConfiguration): number => (c.image.kind === 'adopted' ? c.image.tokenSide : c.image.side / ownTokenStride);
export const tokenCount = (c: NetworkConfiguration): number => tokenSide(c) ** 2;
