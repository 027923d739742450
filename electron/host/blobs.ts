// The content-addressed store: blobs/ab/<sha256>. What is stored under a hash is that content or damaged, never
// something else, so storing twice is harmless and a file is complete as soon as it has its name.
import { access, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { AppError, isDiskFull } from '../../shared/errors.ts';
import { sha256Of, syncFolder } from '../../models/bundle/files.ts';

export class Blobs {
  readonly #folder: string;
  readonly #staging: string;
  constructor(workspace: string) {
    this.#folder = path.join(workspace, 'blobs');
    this.#staging = path.join(workspace, 'staging');
  }

  path(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new AppError('not-found', 'That is not the name of a stored image.');
    return path.join(this.#folder, sha256.slice(0, 2), sha256);
  }

  /** Durable when it answers. AppError('disk-full') leaves nothing behind. */
  put(bytes: Uint8Array): Promise<string> {
    return this.adopt(sha256Of(bytes), async (to) => {
      const file = await open(to, 'wx');
      try { await file.writeFile(bytes); await file.sync(); } finally { await file.close(); }
    });
  }

  /** As put, for content whose hash is known and that `write` puts, durably, at a path that is not there yet. */
  async adopt(sha256: string, write: (to: string) => Promise<void>): Promise<string> {
    const target = this.path(sha256);
    if (await access(target).then(() => true, () => false)) return sha256;
    const temporary = path.join(this.#staging, `${randomUUID()}.tmp`);
    try {
      await mkdir(path.dirname(target), { recursive: true });
      await write(temporary);
      await rename(temporary, target);
      await syncFolder(path.dirname(target));
      return sha256;
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => undefined);
      if (isDiskFull(cause)) throw new AppError('disk-full', 'The disk is full: an image could not be stored.', { cause });
      throw cause;
    }
  }

  async *list(): AsyncGenerator<string> {
    for (const folder of await readdir(this.#folder).catch(() => [])) yield* await readdir(path.join(this.#folder, folder));
  }

  /** Whether a blob is there and is what its name says. */
  async isWhole(sha256: string): Promise<boolean> {
    const bytes = await readFile(this.path(sha256)).catch(() => null);
    return bytes !== null && sha256Of(bytes) === sha256;
  }
}
