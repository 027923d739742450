// What a run is gone on from: weights, moments and progress, with what made them, under a hash. The last two are kept, so
// that a damaged newest one costs some steps and not the run. A pause has a file of its own: where a run goes back to
// when its loss stops being a number must not depend on whether somebody paused it.
import { createHash } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { syncFolder, writeAtomically } from '../bundle/files.ts';
import type { Parameters } from './parameters.ts';
import { fromSafetensors, toSafetensors, type NamedTensor } from './safetensors.ts';

/** Where a run is: enough, with the weights and moments, to end in the same bits. */
export interface Progress {
  /** Steps done. */
  readonly step: number;
  /** How often the learning rate was halved because the loss stopped being a number. */
  readonly halvings: number;
  /** How often in a row without a new checkpoint since. */
  readonly setbacks: number;
  /** What a reader of the run should know. */
  readonly notes: readonly string[];
}

export interface CheckpointOptions {
  readonly file: string;
  /** Names the run: only a checkpoint of the same key is gone on from. */
  readonly key: string;
  /** What made it: hashes of data and bundle, seed, settings, device, versions. For people, and to tell what changed. */
  readonly madeBy: Readonly<Record<string, string>>;
}

const head = z.object({ key: z.string(), step: z.string().regex(/^\d+$/).transform(Number), halvings: z.string().regex(/^\d+$/).transform(Number), setbacks: z.string().regex(/^\d+$/).transform(Number), notes: z.string(), madeBy: z.string(), sha256: z.string() });
const notes = z.array(z.string()), madeBy = z.record(z.string(), z.string());

export type Slot = 'newest' | 'previous' | 'paused';
const fileOf = (o: CheckpointOptions, slot: Slot): string => (slot === 'newest' ? o.file : path.join(path.dirname(o.file), `${path.basename(o.file, '.safetensors')}.${slot}.safetensors`));

function tensorsOf(p: Parameters): Record<string, NamedTensor> {
  const block = (data: Float32Array): NamedTensor => ({ dims: [data.length], data });
  return { ...Object.fromEntries(p.list.map(({ name, dims, data }) => [name, { dims, data }])), 'adamw.first': block(p.first), 'adamw.second': block(p.second) };
}

function hashOf(tensors: Iterable<readonly [string, NamedTensor]>, said: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update(JSON.stringify([said['key'], said['step'], said['halvings'], said['setbacks'], said['notes'], said['madeBy']]));
  for (const [name, { dims, data }] of tensors) hash.update(`\n${name} ${dims.join(' ')}\n`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}

/** Writes a checkpoint; with `shift` what was the newest becomes the one before. AppError('disk-full') leaves those two as they were. */
export async function saveCheckpoint(o: CheckpointOptions, parameters: Parameters, progress: Progress, slot: 'newest' | 'paused', shift: boolean): Promise<void> {
  const tensors = tensorsOf(parameters);
  const said = { key: o.key, step: String(progress.step), halvings: String(progress.halvings), setbacks: String(progress.setbacks), notes: JSON.stringify(progress.notes), madeBy: JSON.stringify(o.madeBy) };
  const next = `${o.file}.next.tmp`;
  await rm(fileOf(o, 'paused'), { force: true });
  await writeAtomically(next, toSafetensors(tensors, { ...said, sha256: hashOf(Object.entries(tensors), said) }));
  // Killed between these two, the run goes on from the one before.
  if (shift) await rename(fileOf(o, 'newest'), fileOf(o, 'previous')).catch((error: unknown) => { if (!isMissing(error)) throw error; });
  await rename(next, fileOf(o, slot));
  await syncFolder(path.dirname(o.file));
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/**
 * Loads the first sound checkpoint of this run into `parameters`; null when there is none. Where only damaged ones are
 * left that is told, not passed over: AppError('checkpoint-damaged'), before any weight has changed.
 */
export async function restoreCheckpoint(o: CheckpointOptions, parameters: Parameters, slots: readonly Slot[]): Promise<Progress | null> {
  let damaged: unknown = null;
  for (const slot of slots) {
    const bytes = await readFile(fileOf(o, slot)).catch((error: unknown) => { if (isMissing(error)) return null; throw error; });
    if (bytes === null) continue;
    let found;
    try {
      found = read(bytes);
      if (found.key === o.key) fill(parameters, found.tensors);
    } catch (cause) { damaged = cause; continue; }
    if (found.key !== o.key) break;
    const told = [...found.progress.notes];
    if (damaged !== null) told.push(`The newest checkpoint was damaged; the run went on from the one before, after step ${found.progress.step}.`);
    const changed = Object.keys(o.madeBy).filter((name) => found.madeBy[name] !== o.madeBy[name]);
    if (changed.length > 0) told.push(`From step ${found.progress.step} on another ${changed.join(' and ')}: the last bits may differ from those of a run that nothing changed in.`);
    return { ...found.progress, notes: told };
  }
  if (damaged !== null) throw new AppError('checkpoint-damaged', `The checkpoint of this run (${path.basename(o.file)}) is damaged.`, { cause: damaged });
  return null;
}

interface Read { readonly key: string; readonly progress: Progress; readonly madeBy: Readonly<Record<string, string>>; readonly tensors: ReadonlyMap<string, NamedTensor> }

function read(bytes: Uint8Array): Read {
  const { tensors, metadata } = fromSafetensors(bytes);
  const said = head.parse(metadata);
  if (hashOf(tensors, metadata) !== said.sha256) throw new Error('the hash is not that of the contents');
  return { key: said.key, progress: { step: said.step, halvings: said.halvings, setbacks: said.setbacks, notes: notes.parse(JSON.parse(said.notes)) }, madeBy: madeBy.parse(JSON.parse(said.madeBy)), tensors };
}

function fill(parameters: Parameters, tensors: ReadonlyMap<string, NamedTensor>): void {
  const places = Object.entries(tensorsOf(parameters)).map(([name, { data: to }]) => {
    const from = tensors.get(name)?.data;
    if (from?.length !== to.length) throw new Error(`${name} is missing`);
    return [to, from] as const;
  });
  for (const [to, from] of places) to.set(from);
}
