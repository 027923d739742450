// The sizes of the network, kept in the manifest of every bundle. Shapes below use these letters:
// B images, K regions an image, T texts, S side of the whole image in network pixels, D width, E embedding,
// G = S / 8 cells a side of the dense grid, N = (S / 16)^2 global tokens, L text length in tokens.
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

export const networkConfiguration = z.object({
  image: z.object({ side: z.number().int(), widths: z.tuple([z.number().int(), z.number().int(), z.number().int()]), depth: z.number().int() }),
  region: z.object({ side: z.number().int(), widths: z.tuple([z.number().int(), z.number().int(), z.number().int()]), depth: z.number().int() }),
  text: z.object({ vocabulary: z.number().int(), length: z.number().int(), depth: z.number().int() }),
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
export const tokenStride = 16;
export const gridSide = (c: NetworkConfiguration): number => c.image.side / denseStride;
export const tokenSide = (c: NetworkConfiguration): number => c.image.side / tokenStride;
export const tokenCount = (c: NetworkConfiguration): number => tokenSide(c) ** 2;
