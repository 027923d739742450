// A packed file set, looked into and laid out as it is when it is installed, for machines without Electron: what lies in
// the archive becomes a folder of the archive's name, so that paths read as they do in the installed program.
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

interface Folder { files: Record<string, Folder | { unpacked?: true | undefined; size: number; offset?: string | undefined }> }
const entry: z.ZodType<Folder['files'][string]> = z.lazy(() => z.union([folder, z.object({ unpacked: z.literal(true).optional(), size: z.number(), offset: z.string().optional() })]));
const folder: z.ZodType<Folder> = z.lazy(() => z.object({ files: z.record(z.string(), entry) }));

export interface ArchiveEntry { readonly name: string; readonly unpacked: boolean; readonly bytes: Uint8Array }

/** Every file that an asar archive lists; of one that lies outside, `bytes` is empty. Its format: two pickled numbers, the header's JSON, the files. */
export function readArchive(file: string): ArchiveEntry[] {
  const bytes = readFileSync(file), headerSize = bytes.readUInt32LE(4);
  const header = folder.parse(JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))));
  const list = ({ files }: Folder, at: string): ArchiveEntry[] => Object.entries(files).flatMap(([name, e]) => {
    const full = at === '' ? name : `${at}/${name}`;
    if ('files' in e) return list(e, full);
    const from = 8 + headerSize + Number(e.offset ?? 0);
    return [{ name: full, unpacked: e.unpacked === true, bytes: e.unpacked === true ? new Uint8Array() : bytes.subarray(from, from + e.size) }];
  });
  return list(header, '');
}

/** Paths of all files under a folder, with forward slashes. */
export function filesUnder(top: string): string[] {
  return readdirSync(top, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => path.relative(top, path.join(e.parentPath, e.name)).split(path.sep).join('/')).sort();
}

/**
 * Lays the program of a file set out under `to`, with no packages of the checkout above it. Answers the application's
 * folder (resources/app.asar) and the folder of what is started (resources/app.asar.unpacked/dist/electron).
 */
export function installAt(fileSet: string, to: string): { application: string; code: string } {
  const resources = path.join(to, 'resources'), application = path.join(resources, 'app.asar');
  cpSync(path.join(fileSet, 'resources'), resources, { recursive: true, filter: (source) => path.basename(source) !== 'app.asar' });
  for (const { name, unpacked, bytes } of readArchive(path.join(fileSet, 'resources', 'app.asar'))) {
    const file = path.join(application, name);
    // Electron reads main as if it lay in the archive. All else that is unpacked must be found where it really lies.
    if (unpacked && name !== 'dist/electron/main.mjs') continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, unpacked ? readFileSync(path.join(`${application}.unpacked`, name)) : bytes);
  }
  return { application, code: path.join(`${application}.unpacked`, 'dist', 'electron') };
}
