// A case is one image to be read: where its pixels lie, whose it is, how it is shown, and how far its review is.
// One frame of a file is one case: a file of many frames gives a case for each, which follow each other as slices do.
import { z } from 'zod';
import { seriesPlace } from './series.ts';
import { caseSignals } from './signals.ts';

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** VOI LUT Function (0028,1056): LINEAR, LINEAR_EXACT, SIGMOID. */
export const voiFunction = z.enum(['linear', 'linear-exact', 'sigmoid']);
export type VoiFunction = z.infer<typeof voiFunction>;

/** A table as a blob: zlib-deflated little-endian 16-bit values, one for each of `entries` inputs from `first` on. */
export const lookupTable = z.object({
  blob: sha256,
  first: z.number().int(),
  entries: z.number().int().min(1).max(65_536),
  /** Significant bits of the values: 2^bits − 1 is full brightness. */
  bits: z.number().int().min(1).max(16),
  name: z.string(),
});

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
  /** Where these millimetres lie: in the patient, at the detector (what is nearer to the source looks larger), or made good by a known object or by geometry (PS3.3 10.7.1.3). Absent: the file does not say. */
  spacingAt: z.enum(['patient', 'detector', 'fiducial', 'geometry']).optional(),
  /** How the window is applied; absent: 'linear-exact'. */
  voi: voiFunction.optional(),
  /** All windows that the file offers, the first being `window`. */
  windows: z.array(z.object({ centre: z.number(), width: z.number().positive(), name: z.string() })).optional(),
  /** The file's own table, which then is what is shown first. */
  voiTable: lookupTable.optional(),
  /** Stored values, from and to, that are no measurement (Pixel Padding Value and Range Limit). */
  padding: z.tuple([z.number().int(), z.number().int()]).optional(),
  /** The unit of rescaled values, 'HU' for one. */
  unit: z.string().optional(),
  /** The most by which rescaled values differ from the file's, where these had more than 16 bits. */
  rounded: z.number().nonnegative().optional(),
  /** Drawings that the file lays over its image: blobs of zlib-deflated bytes, one a pixel, 0 or 1, and the image coordinates of their first pixel. */
  overlays: z.array(z.object({ blob: sha256, width: z.number().int().positive(), height: z.number().int().positive(), x: z.number().int(), y: z.number().int(), name: z.string() })).optional(),
});
export type PixelFormat = z.infer<typeof pixelFormat>;

export const acquisition = z.object({ manufacturer: z.string().nullable(), model: z.string().nullable(), site: z.string().nullable() });

/** Who and when, in clear, as the file says; absent from cases that were de-identified. */
export const person = z.object({ name: z.string(), id: z.string(), /** YYYYMMDD */ birthDate: z.string().nullable(), sex: z.string().nullable(), /** As '045Y'. */ age: z.string().nullable() });
export const study = z.object({
  /** StudyInstanceUID under a keyed hash. */
  id: z.string(),
  /** YYYYMMDD and HHMMSS; null where the file does not say. Shifted by a time of the patient's own in de-identified files. */
  date: z.string().nullable(), time: z.string().nullable(),
  description: z.string(),
});

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
  /** Frames of its file, and which of them this is, counted from 1; absent: the first (files of many frames from before they were read whole). */
  frames: z.number().int().positive(),
  frame: z.number().int().positive().optional(),
  /** Milliseconds from frame to frame, of a film. */
  frameTime: z.number().positive().optional(),
  person: person.optional(),
  study: study.optional(),
  /** Which way the patient lies on a projection: the letters at the right and at the foot (Patient Orientation, 'L', 'F'). Slices tell it by their plane. */
  towards: z.tuple([z.string(), z.string()]).optional(),
  /** How it was taken, in the file's words: projection, side, thickness; for the corner of the image. */
  taken: z.array(z.string()).optional(),
  /** Names and numbers of the patient were taken out, by us or (as the file says) before. */
  deidentified: z.boolean().optional(),
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

/** Every blob that a case names. */
export const blobsOf = ({ source, pixels, thumbnail }: CaseRow): string[] => [source, pixels.blob, thumbnail, ...(pixels.voiTable === undefined ? [] : [pixels.voiTable.blob]), ...(pixels.overlays ?? []).map((o) => o.blob)];
