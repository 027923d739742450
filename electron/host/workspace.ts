// The folder that holds everything of one site: its description, its lock, and the places of its parts. One host at a
// time: the lock is an exclusive transaction on a database of its own, which the operating system lets go when the
// process dies, however it dies.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { CaseRow } from '../../shared/domain/case.ts';
import { AppError, isDiskFull } from '../../shared/errors.ts';
import { writeAtomically } from '../../models/bundle/files.ts';

const description = z.object({ format: z.number().int(), id: z.string(), salt: z.string(), createdAt: z.string() });
const format = 1;
/** Share of patients kept for judging models. */
const holdoutShare = 0.2;

export interface Workspace {
  readonly folder: string;
  readonly id: string;
  /** Frozen at import: a patient is in the holdout by a keyed hash, so all their images are, now and later. */
  readonly splitOf: (patient: string) => CaseRow['split'];
  /** An institution under a keyed hash: sites are told apart, and the workspace does not name them. */
  readonly siteOf: (institution: string) => string;
  /** A series under a keyed hash: files of one meet, whenever they are imported. */
  readonly seriesOf: (uid: string) => string;
  /** A study likewise. */
  readonly studyOf: (uid: string) => string;
  readonly unlock: () => void;
}

/** Opens or makes a workspace. AppError 'workspace-locked', 'workspace-newer' or 'disk-full'. */
export async function openWorkspace(folder: string): Promise<Workspace> {
  try {
    for (const part of ['', 'blobs', 'models', 'runs', 'reports', 'exports']) await mkdir(path.join(folder, part), { recursive: true });
  } catch (cause) {
    if (isDiskFull(cause)) throw new AppError('disk-full', `The disk is full: the workspace ${folder} cannot be opened.`, { cause });
    throw new AppError('not-found', `The workspace folder ${folder} cannot be made or written.`, { cause });
  }
  const unlock = lock(path.join(folder, 'lock.sqlite'), folder);
  try {
    await rm(path.join(folder, 'staging'), { recursive: true, force: true });
    await mkdir(path.join(folder, 'staging'), { recursive: true });
    const file = path.join(folder, 'workspace.json');
    let text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) {
      // A new salt would divide patients anew.
      if (existsSync(path.join(folder, 'journal.sqlite'))) throw new AppError('journal-damaged', `The file workspace.json in ${folder} is missing.`);
      text = JSON.stringify({ format, id: randomUUID(), salt: randomUUID(), createdAt: new Date().toISOString() }, null, 1);
      await writeAtomically(file, text);
    }
    const parsed = description.safeParse(parseJson(text));
    if (!parsed.success) throw new AppError('journal-damaged', `The file workspace.json in ${folder} cannot be read.`);
    if (parsed.data.format > format) throw new AppError('workspace-newer', `The workspace ${folder} was made by a newer version of the program.`);
    const { id, salt } = parsed.data;
    const keyed = (text: string, digits: number): string => createHmac('sha256', salt).update(text).digest('hex').slice(0, digits);
    return {
      folder, id, unlock,
      siteOf: (institution) => keyed(`site ${institution.trim().toLowerCase()}`, 12), seriesOf: (uid) => keyed(`series ${uid}`, 20), studyOf: (uid) => keyed(`study ${uid}`, 20),
      splitOf: (patient) => (createHash('sha256').update(salt + patient).digest().readUInt32BE(0) / 2 ** 32 < holdoutShare ? 'holdout' : 'training'),
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function parseJson(text: string): unknown {
  try { return JSON.parse(text); } catch { return null; }
}

function lock(file: string, folder: string): () => void {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA busy_timeout = 200; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;');
  } catch (cause) {
    db.close();
    if (isDiskFull(cause)) throw new AppError('disk-full', `The disk is full: the workspace ${folder} cannot be opened.`, { cause });
    throw new AppError('workspace-locked', `The workspace ${folder} is open in another window or command.`, { cause });
  }
  return () => { db.close(); };
}
