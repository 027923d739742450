// What the host and a decode worker say to each other: one request, one answer.
import { z } from 'zod';
import { pixelFormat, person } from '../../../shared/domain/case.ts';
import { profileOption } from '../../../shared/domain/privacy.ts';
import { seriesPlace } from '../../../shared/domain/series.ts';
import { wireError } from '../../../shared/errors.ts';
import type { FileReceipt } from '../deidentify/deidentify.ts';

const bytes = z.custom<Uint8Array>((v) => v instanceof Uint8Array);

const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
/** How a file is de-identified before anything else looks at it. The list of private attributes is the words of its file. */
const deidentification = z.object({ profile: z.array(profileOption), privateList: z.string().nullable(), masking: z.union([z.enum(['none', 'found']), z.array(z.tuple([z.string(), z.array(box)]))]), key: bytes, release: z.boolean() });
export type Deidentification = Readonly<z.infer<typeof deidentification>>;

export const workerRequest = z.discriminatedUnion('kind', [
  /** `told`: what a data set says about the pixels of its images. */
  z.object({ kind: z.literal('open'), path: z.string(), name: z.string(), told: z.record(z.string(), z.unknown()).nullable(), deidentify: deidentification.nullable() }),
  z.object({ kind: z.literal('decode') }),
  z.object({ kind: z.literal('frame'), index: z.number().int().nonnegative() }),
  /** Writes the file to a new path, durably. */
  z.object({ kind: z.literal('keep'), to: z.string() }),
  z.object({ kind: z.literal('close') }),
]);
export type WorkerRequest = z.infer<typeof workerRequest>;

const orNull = z.string().nullable();
const about = z.object({
  modality: z.string(), patient: z.object({ key: z.string(), shown: z.string() }).nullable(), person: person.nullable(), study: z.object({ uid: z.string(), date: orNull, time: orNull, description: z.string() }).nullable(),
  acquisition: z.object({ manufacturer: orNull, model: orNull, institution: orNull }).nullable(), series: z.object({ uid: z.string(), description: z.string(), frameOfReference: orNull }).nullable(),
  towards: z.tuple([z.string(), z.string()]).nullable(), taken: z.array(z.string()), frameTime: z.number().nullable(), deidentified: z.boolean(), frames: z.number().int().positive(),
});
/** A frame as it is stored: blobs' bytes in the place of samples. */
const frame = z.object({
  ok: z.literal(true), kind: z.literal('frame'), format: pixelFormat.omit({ blob: true, voiTable: true, overlays: true }), plane: seriesPlace.shape.plane, number: z.number().int().nullable(), pixels: bytes, thumbnail: bytes,
  voiTable: z.object({ first: z.number(), bits: z.number(), name: z.string(), entries: z.number(), values: bytes }).nullable(),
  overlays: z.array(z.object({ bits: bytes, width: z.number(), height: z.number(), x: z.number(), y: z.number(), name: z.string() })),
});
/** What de-identification made of a file: another name, and what its receipt says. */
const clean = z.object({ name: z.string(), pseudonym: z.string(), study: z.string(), receipt: z.custom<FileReceipt>((v) => typeof v === 'object' && v !== null && 'attributes' in v && 'holds' in v) });
export type Clean = z.infer<typeof clean>;

export const workerAnswer = z.union([
  z.object({ ok: z.literal(false), error: wireError }),
  z.object({ ok: z.literal(true), kind: z.literal('opened'), sha256: z.string(), size: z.number(), clean: clean.nullable() }),
  z.object({ ok: z.literal(true), kind: z.literal('image'), image: about }),
  frame,
  z.object({ ok: z.literal(true), kind: z.enum(['kept', 'closed']) }),
]);
type Read<T> = T extends readonly (infer U)[] ? readonly Read<U>[] : T extends object ? { readonly [K in keyof T]: T[K] extends Uint8Array ? T[K] : Read<T[K]> } : T;
export type WorkerAnswer = Read<z.infer<typeof workerAnswer>>;
export type StoredAbout = z.infer<typeof about>;
export type StoredFrame = z.infer<typeof frame>;
