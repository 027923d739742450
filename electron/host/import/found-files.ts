// What lies in the folders, archives and media directories that a person names: a list of files, each with a way to lay
// hands on it. Archives are unpacked one file at a time, so that one of them is on the disk twice only for a moment.
import { createWriteStream, openSync } from 'node:fs';
import { mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { randomUUID } from 'node:crypto';
import dicomParser from 'dicom-parser';
import { crc32 } from 'node:zlib';
import { fromFd, type Entry, type ZipFile } from 'yauzl';
import { AppError, isDiskFull, toWireError, type WireError } from '../../../shared/errors.ts';
import { items, words } from './dicom-elements.ts';

/** A file to be imported: where it is or will be, and the name that a person knows it by. */
export interface FoundFile {
  readonly name: string;
  /** Where it lies, for the time of the work. */
  readonly lend: <T>(work: (path: string) => Promise<T>) => Promise<T>;
}
export interface Found { readonly files: FoundFile[]; readonly problems: { file: string; error: WireError }[]; readonly close: () => Promise<void> }

const ignored = /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i;
const notImages = /\.(jsonl?|txt|md|csv|xml|pdf|html?|exe|dll|inf|ini|log|bat)$/i;
const isMediaDirectory = (name: string): boolean => /^DICOMDIR/i.test(name);
/** Bytes of one file out of an archive. */
const mostUnpacked = 2 ** 32;

export const plainFile = (file: string): FoundFile => ({ name: path.basename(file), lend: (work) => work(file) });

/**
 * @param staging a folder of the program's own on the disk that is imported to, for what is unpacked.
 * @param onFound told now and then how many files were found.
 * @throws AppError 'not-found' for a path that is not there, 'cancelled'.
 */
export async function findFiles(paths: readonly string[], staging: string, limit: number, onFound: (count: number) => void, signal: { readonly aborted: boolean } | undefined): Promise<Found> {
  const files: FoundFile[] = [], problems: Found['problems'] = [], archives: ZipFile[] = [];
  const refuse = (file: string, error: unknown): void => { if (!(error instanceof AppError)) throw error; problems.push({ file, error: toWireError(error) }); };
  const close = async (): Promise<void> => { for (const a of archives) a.close(); await rm(staging, { recursive: true, force: true }); };
  const add = async (file: string): Promise<void> => {
    const name = path.basename(file);
    // A damaged one hides nothing: the files are found without it.
    if (isMediaDirectory(name)) { await addMissing(file, false); return; }
    if (await isArchive(file)) {
      try { const archive = await openArchive(file, name); archives.push(archive.zip); files.push(...archive.entries.map((e) => unpackedFile(archive.zip, e, staging))); } catch (error) { refuse(name, error); }
    } else files.push(plainFile(file));
    if (files.length % 1000 === 0) onFound(files.length);
  };
  const walk = async (folder: string): Promise<void> => {
    for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (signal?.aborted === true) throw new AppError('cancelled', 'The import was stopped before anything was stored.');
      if (files.length >= limit) return;
      if (ignored.test(entry.name)) continue;
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) await walk(full);
      else if (entry.isFile() && !notImages.test(entry.name)) await add(full);
    }
  };
  /** What a media directory names and its medium does not hold. What it does hold is found with the folder. */
  const addMissing = async (file: string, named: boolean): Promise<readonly string[]> => {
    const there: string[] = [];
    try {
      for (const parts of await namedBy(file)) {
        const found = await inMedium(path.dirname(file), parts);
        if (found === null) problems.push({ file: parts.join('/'), error: { code: 'not-found', message: `${parts.join('/')} is named by ${path.basename(file)}, but is not there.` } }); else there.push(found);
      }
    } catch (error) { if (named || !(error instanceof AppError)) refuse(path.basename(file), error); }
    return there;
  };
  try {
    for (const given of paths) {
      const info = await stat(given).catch(() => null);
      if (info === null) throw new AppError('not-found', `${given} does not exist.`);
      if (info.isDirectory()) await walk(given);
      // Named itself, it stands for its medium.
      else if (isMediaDirectory(path.basename(given))) for (const file of await addMissing(given, true)) files.push(plainFile(file));
      else await add(given);
    }
  } catch (error) { await close(); throw error; }
  onFound(files.length);
  files.splice(limit);
  return { files, problems, close };
}

async function isArchive(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return false;
  try { const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0); return bytesRead === 4 && buffer.readUInt32LE() === 0x04034b50; } finally { await handle.close(); }
}

/** The directory of an archive, read whole: how many files there are is known before the first is unpacked. */
async function openArchive(file: string, name: string): Promise<{ zip: ZipFile; entries: Entry[] }> {
  const zip = await new Promise<ZipFile>((resolve, reject) => fromFd(openSync(file, 'r'), { lazyEntries: true, autoClose: false }, (error, opened) => { if (error === null && opened !== undefined) resolve(opened); else reject(new AppError('unreadable-file', `${name} is a damaged archive.`, { cause: error })); }));
  const entries: Entry[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('entry', (entry: Entry) => {
        const base = path.posix.basename(entry.fileName);
        if (!entry.fileName.endsWith('/') && !entry.fileName.split('/').some((part) => ignored.test(part)) && !notImages.test(base) && !isMediaDirectory(base)) entries.push(entry);
        zip.readEntry();
      });
      zip.once('end', resolve);
      zip.once('error', (cause: unknown) => reject(new AppError('unreadable-file', cause instanceof Error && /(relative|absolute) path|invalid characters/.test(cause.message) ? `${name} holds names that lead out of it, and is not opened.` : `${name} is a damaged archive.`, { cause })));
      zip.readEntry();
    });
  } catch (error) { zip.close(); throw error; }
  return { zip, entries };
}

function unpackedFile(zip: ZipFile, entry: Entry, staging: string): FoundFile {
  const name = path.posix.basename(entry.fileName);
  return {
    name,
    lend: async (work) => {
      if (entry.isEncrypted()) throw new AppError('unsupported-format', `${name} is encrypted within its archive.`);
      if (entry.uncompressedSize > mostUnpacked) throw new AppError('image-too-large', `${name} is larger than is read out of an archive.`);
      // The names within archives lead nowhere: they are not used as paths.
      await mkdir(staging, { recursive: true });
      const file = path.join(staging, randomUUID());
      try {
        const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => zip.openReadStream(entry, (error, opened) => { if (error === null && opened !== undefined) resolve(opened); else reject(error ?? new Error('no data')); }));
        // The archive's reader does not look at the checksum.
        let sum = 0;
        const summed = new Transform({ transform(chunk: Buffer, _, done) { sum = crc32(chunk, sum); done(null, chunk); } });
        await pipeline(stream, summed, createWriteStream(file));
        if (sum !== entry.crc32) throw new Error('its checksum is another');
      } catch (cause) {
        await rm(file, { force: true });
        if (isDiskFull(cause)) throw new AppError('disk-full', 'The disk is full: a file of an archive could not be unpacked.', { cause });
        throw new AppError('unreadable-file', `${name} is damaged within its archive.`, { cause });
      }
      try { return await work(file); } finally { await rm(file, { force: true }); }
    },
  };
}

/** The files that a DICOMDIR names (Referenced File ID, PS3.3 F.3), as parts of paths. */
async function namedBy(file: string): Promise<string[][]> {
  const name = path.basename(file);
  try {
    const data = dicomParser.parseDicom(new Uint8Array(await readFile(file)));
    return items(data, 'x00041220').map((record) => words(record, 'x00041500').map((p) => p.replaceAll('\0', '')).filter((p) => p !== '')).filter((parts) => parts.length > 0 && !parts.some((p) => p === '..' || p.includes('/')));
  } catch (cause) { throw new AppError('unreadable-file', `${name} is a damaged list of a medium's files.`, { cause }); }
}
/** Media are written in capitals; what copied them may have changed that. */
async function inMedium(folder: string, parts: readonly string[]): Promise<string | null> {
  let at = folder;
  for (const part of parts) {
    const names = await readdir(at).catch((): string[] => []), found = names.find((n) => n === part) ?? names.find((n) => n.toLowerCase() === part.toLowerCase());
    if (found === undefined) return null;
    at = path.join(at, found);
  }
  return at;
}
