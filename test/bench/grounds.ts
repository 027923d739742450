// Where measurements take place: fresh workspaces on the checkout's own disk (a folder in memory would make every fsync
// free), and the images that are used, each lot with the words that name it in the results.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { forkEngine } from '../../electron/host/fork-engine.ts';
import { Host } from '../../electron/host/open.ts';
import { ownFiles } from '../../electron/own-files.ts';
import { writePhantoms } from '../../models/phantom/write-phantoms.ts';
import type { ProposedRegion } from '../../shared/contracts/inference.ts';
import { regionCaption } from '../../shared/domain/caption.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import { root } from './results.ts';

const grounds = path.join(root, '.cache', 'bench');
const sharedData = path.join(root, '..', 'shared', 'data');
export const { baseBundle } = ownFiles(new URL('../../electron/cli.ts', import.meta.url).href);
export const never = new AbortController().signal;
export const silent = (): void => undefined;

export interface Lot { readonly kind: string; readonly words: string; readonly files: readonly string[] }

/** An empty folder under this name. */
export async function freshFolder(name: string): Promise<string> {
  const folder = path.join(grounds, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}
export const clearGrounds = (): Promise<void> => rm(grounds, { recursive: true, force: true });

/** A workspace of its own with a known salt, so that the split is the same each time. */
export async function freshWorkspace(name: string): Promise<string> {
  const folder = await freshFolder(name);
  await writeFile(path.join(folder, 'workspace.json'), JSON.stringify({ format: 1, id: `bench-${name}`, salt: 'bench', createdAt: '2026-01-01T00:00:00.000Z' }));
  return folder;
}

export async function withHost<T>(workspace: string, work: (host: Host) => Promise<T>): Promise<T> {
  const host = await Host.open({ workspace, baseBundle, startEngine: forkEngine, kind: 'web' });
  try { return await work(host); } finally { await host.close(); }
}

/** Phantom studies as PNG files, 8 and 16 bits. */
export async function phantomLot(count: number, seed = 7000): Promise<Lot> {
  const folder = await freshFolder(`phantoms-${count}-${seed}`);
  await writePhantoms(folder, count, seed, silent);
  return { kind: 'PNG', words: `${count} phantom studies`, files: await filesUnder(folder) };
}

/** The image files of a set; at most `limit`, evenly drawn from all. */
export async function setLot(set: string, limit: number): Promise<Lot> {
  const all = await filesUnder(set), every = Math.max(1, all.length / limit);
  const files = Array.from({ length: Math.min(limit, all.length) }, (_, i) => all[Math.floor(i * every)]).filter((f) => f !== undefined);
  const kind = files.every((f) => /\.jpe?g$/i.test(f)) ? 'JPEG' : files.every((f) => /\.png$/i.test(f)) ? 'PNG' : 'PNG and JPEG';
  return { kind, words: `${files.length} images of ${path.basename(set)}`, files };
}
/** A real set of JPEG files, when one is here and none was named. */
export const standardSet = existsSync(path.join(sharedData, 'bccd')) ? path.join(sharedData, 'bccd') : null;

/** The real DICOM files, or null where they are not. */
export async function dicomLot(): Promise<Lot | null> {
  const folder = path.join(sharedData, 'dicom', 'files');
  if (!existsSync(folder)) return null;
  const files = await filesUnder(folder, /./);
  return { kind: 'DICOM', words: `${files.length} files of ../shared/data/dicom`, files };
}

async function filesUnder(folder: string, named = /\.(png|jpe?g)$/i): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile() && named.test(e.name)).map((e) => path.join(e.parentPath, e.name)).sort();
}

/** In bytes. */
export const sizeOnDisk = async (files: readonly string[]): Promise<number> => (await Promise.all(files.map((f) => stat(f)))).reduce((n, s) => n + s.size, 0);

/** "352 × 368 to 624 × 624 pixels". */
export function sizesOf(cases: readonly CaseRow[]): string {
  const sizes = cases.map((c) => c.pixels).sort((a, b) => a.width * a.height - b.width * b.height);
  const words = (p: CaseRow['pixels'] | undefined): string => (p === undefined ? '' : `${p.width} × ${p.height}`);
  const [least, most] = [words(sizes[0]), words(sizes.at(-1))];
  return `${least === most ? least : `${least} to ${most}`} pixels`;
}

/** `count` proposals on a grid of eight columns and six rows, again and again over the image. */
export function gridOfProposals({ pixels }: CaseRow, count: number): ProposedRegion[] {
  const width = pixels.width / 8, height = pixels.height / 6;
  return Array.from({ length: count }, (_, i) => {
    const box = { x: (i % 8) * width + 0.2 * width, y: (Math.floor(i / 8) % 6) * height + 0.2 * height, width: 0.6 * width, height: 0.6 * height };
    return { box, score: 1 - (i + 1) / (count + 1), label: 'nodule', caption: regionCaption('nodule', box, pixels) };
  });
}

/** Magic numbers of Linux (statfs(2)); what fsync costs depends on it. */
const fileSystems: Readonly<Record<number, string>> = { 0xef53: 'ext4', 0x58465342: 'XFS', 0x9123683e: 'Btrfs', 0x01021994: 'tmpfs, in memory', 0x794c7630: 'overlay', 0x2fc12fc1: 'ZFS' };
export async function fileSystem(): Promise<string> {
  await mkdir(grounds, { recursive: true });
  const { type } = await statfs(grounds);
  return process.platform === 'linux' ? fileSystems[type] ?? `file system 0x${type.toString(16)}` : 'the checkout’s file system';
}
