// What the inference engine answers. Images are named by their pixel blob; the engine reads the file from the
// workspace it was started with, pixels never cross a pipe.
import { z } from 'zod';
import { finding } from '../domain/caption.ts';
import { pixelFormat } from '../domain/case.ts';
import { box } from '../domain/geometry.ts';

const image = z.object({ pixels: pixelFormat, modality: z.string() });
export const proposedRegion = z.object({ box, score: z.number().min(0).max(1), label: z.string(), caption: z.string() });
export type ProposedRegion = z.infer<typeof proposedRegion>;
export const embedding = z.custom<Float32Array>((v) => v instanceof Float32Array);

export const device = z.object({ name: z.enum(['cpu', 'dml', 'cuda', 'coreml', 'webgpu']), verified: z.boolean(), reason: z.string() });
export type Device = z.infer<typeof device>;

export const inferenceContract = {
  /** Loads a bundle (absolute folder) after checking every hash; answers at once when it is loaded already. */
  load: { input: z.object({ bundle: z.string() }), output: z.object({ version: z.string(), device }) },
  /** Regions above the bundle's threshold (or the one given), best first; scores are probabilities as the network states them. */
  propose: {
    input: z.object({ image, findings: z.array(finding).optional(), threshold: z.number().min(0).max(1).optional() }),
    output: z.object({ version: z.string(), regions: z.array(proposedRegion), caption: z.string(), milliseconds: z.number() }),
  },
  /** What a box a person drew probably shows: findings by zero-shot, best first, with a caption put together for each. */
  describe: {
    input: z.object({ image, box, findings: z.array(finding).optional() }),
    output: z.object({ suggestions: z.array(z.object({ label: z.string(), caption: z.string(), probability: z.number() })) }),
  },
  /** Answers to a question about the image or a region of it, best first. 'not-found' where nobody taught the model to answer. */
  answer: {
    input: z.object({ image, question: z.string().min(1), box: box.nullable() }),
    output: z.object({ answers: z.array(z.object({ answer: z.string(), probability: z.number() })) }),
  },
  /** Unit vectors of one dimension, so that a dot product is a cosine. */
  embedImage: { input: z.object({ image }), output: z.object({ embedding }) },
  embedRegions: { input: z.object({ image, boxes: z.array(box) }), output: z.object({ embeddings: z.array(embedding) }) },
  embedTexts: { input: z.object({ texts: z.array(z.string()) }), output: z.object({ embeddings: z.array(embedding) }) },
};
export type InferenceContract = typeof inferenceContract;
