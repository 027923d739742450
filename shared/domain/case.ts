// A case is one image to be read: where its pixels lie, whose it is, how it is shown, and how far its review is.
// One file gives one case; of a multi-frame file the first frame is shown and `frames` says how many there are.
import { z } from 'zod';
import { seriesPlace } from './series.ts';
import { caseSignals } from './signals.ts';

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** How stored samples become what is seen. Stored values are rescaled (slope, intercept), then windowed. */
export const pixelFormat = z.object({
  /** SHA-256 of the pixel blob: zlib-deflated little-endian samples, row by row, channels interleaved. */
  blob: sha256,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  channels: z.union([z.literal(1), z.literal(3)]),
  sample: z.enum(['uint8', 'uint16', 'int16']),
  /** Significant bits, for the widest window; 1 to 16. */
  bitsStored: z.number().int().min(1).max(16),
  slope: z.number(),
  intercept: z.number(),
  /** Centre and width in rescaled units (Hounsfield units for CT, grey levels otherwise). */
  window: z.object({ centre: z.number(), width: z.number().positive() }),
  /** MONOCHROME1: low values are bright. */
  inverted: z.boolean(),
  /** Millimetres per pixel, [row spacing, column spacing], or null where the file does not say. */
  spacing: z.tuple([z.number().positive(), z.number().positive()]).nullable(),
});
export type PixelFormat = z.infer<typeof pixelFormat>;

export const acquisition = z.object({ manufacturer: z.string().nullable(), model: z.string().nullable(), site: z.string().nullable() });

export const caseStatus = z.enum(['new', 'proposed', 'in-review', 'signed-off']);
export type CaseStatus = z.infer<typeof caseStatus>;

export const caseRow = z.object({
  table: z.literal('cases'),
  id: z.string(),
  /** What a person sees: patient and study where known, else the file name. */
  title: z.string(),
  /** Patients are told apart by this key; a split never divides one patient. */
  patient: z.string(),
  modality: z.string(),
  /** What made the image, where the file says so. Where it was made is a keyed hash: told apart, not named. */
  acquisition: acquisition.optional(),
  /** Where it stands among the images of its series, where the file says so. */
  series: seriesPlace.optional(),
  /** The name the file was imported under (no folder). */
  file: z.string(),
  /** SHA-256 of the imported file, kept unchanged as a blob. */
  source: sha256,
  pixels: pixelFormat,
  frames: z.number().int().positive(),
  /** SHA-256 of a PNG, 8 bits, longest side 128 pixels. */
  thumbnail: sha256,
  /** True for procedurally made studies: the page calls them phantom. */
  phantom: z.boolean(),
  /** Holdout patients judge models and are never learnt from. Fixed at import by patient. */
  split: z.enum(['training', 'holdout']),
  /** ISO 8601, UTC. */
  importedAt: z.string(),
  status: caseStatus,
  /** The whole image in words; origin says who wrote them. Empty text: nobody did. `proposal` is what a person found there. */
  caption: z.object({ text: z.string(), origin: z.enum(['none', 'model', 'dataset', 'person']), proposal: z.string().optional() }),
  signedOffAt: z.string().nullable(),
  /** Who signed it off; records from before this was kept do not say. */
  signedOffBy: z.string().optional(),
  /** How unsure the version was that proposed; absent where data brought the proposals. */
  signals: caseSignals.optional(),
  /** The readers who read it without seeing each other before it is decided. */
  readers: z.array(z.string()).min(2).optional(),
  /** This is such a reading of another case: it is reviewed as any, teaches nothing, and is not exported. */
  readOf: z.object({ caseId: z.string(), reader: z.string() }).optional(),
  /** When the reader, who marked first, asked for the proposals; ISO 8601, UTC. */
  revealedAt: z.string().optional(),
  /** What a person said of its place in the worklist. */
  priority: z.enum(['first', 'last']).optional(),
});
export type CaseRow = z.infer<typeof caseRow>;
