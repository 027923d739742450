// Writing so that a crash leaves the old or the new, never half: temporary name, fsync, rename, fsync of the folder.
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, isDiskFull } from '../../shared/errors.ts';

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Makes a folder's entries durable; not every platform lets a folder be opened, and those keep them anyway. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try { await handle.sync(); } finally { await handle.close(); }
}

/** AppError('disk-full') when there is no room, 'not-writable' where nothing may be written; the old file, if any, is untouched then. */
export async function writeAtomically(file: string, bytes: Uint8Array | string | readonly Uint8Array[]): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(temporary, 'w');
    try { await handle.writeFile(bytes); await handle.sync(); } finally { await handle.close(); }
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
  } catch (cause) {
    await rm(temporary, { force: true });
    if (isDiskFull(cause)) throw new AppError('disk-full', `The disk is full: ${path.basename(file)} was not written.`, { cause });
    if (isRefused(cause)) throw notWritable(file, cause);
    throw cause;
  }
}

const refusals: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST']);
const isRefused = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && refusals.has(cause.code);
const notWritable = (file: string, cause: unknown): AppError => new AppError('not-writable', `${file} cannot be written there.`, { cause });

/** Asked before hours of work whose result goes to `file`: AppError('not-writable') where it could not be kept. */
export async function assertWritable(file: string): Promise<void> {
  const trial = `${file}.${process.pid}.tmp`;
  try {
    if (await stat(file).then((s) => s.isDirectory(), () => false)) throw new Error(`${file} is a folder`);
    await mkdir(path.dirname(file), { recursive: true });
    await (await open(trial, 'w')).close();
  } catch (cause) {
    throw notWritable(file, cause);
  } finally {
    await rm(trial, { force: true }).catch(() => undefined);
  }
}

/** A whole folder of files by name: it appears complete or not at all, and replaces what was there. */
export async function writeFolder(folder: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  const temporary = `${folder}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    for (const [name, bytes] of Object.entries(files)) await writeAtomically(path.join(temporary, name), bytes);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    await syncFolder(path.dirname(folder));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}
