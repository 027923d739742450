// The key of a project's pseudonyms: 32 random bytes in a file of the workspace that only its owner may read. Sites of
// one project exchange it (`regionmed key export`), so that they map alike. Who has it can tell whether a given
// identifier gave a given pseudonym: it belongs into no receipt, export or message.
import { randomBytes } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { writeAtomically } from '../../../models/bundle/files.ts';
import { Pseudonyms } from './pseudonyms.ts';

const stored = z.object({ format: z.literal('regionmed-project-key-1'), key: z.string().regex(/^[0-9a-f]{64}$/) });
const fileOf = (workspace: string): string => path.join(workspace, 'project-key.json');

async function write(file: string, key: string): Promise<void> {
  await writeAtomically(file, `${JSON.stringify({ format: 'regionmed-project-key-1', key } satisfies z.infer<typeof stored>)}\n`);
  await chmod(file, 0o600);
}

/** AppError where the file is missing or holds no key. */
export async function readProjectKey(file: string): Promise<Uint8Array> {
  const words = await readFile(file, 'utf8').catch((cause: unknown) => { throw new AppError('not-found', `The project key ${file} cannot be read.`, { cause }); });
  let parsed: unknown = null;
  try { parsed = JSON.parse(words); } catch { /* not JSON: said below */ }
  const found = stored.safeParse(parsed);
  if (!found.success) throw new AppError('bad-settings-file', `${file} is not a project key.`);
  return Buffer.from(found.data.key, 'hex');
}

/** The workspace's key, made at first use. */
export async function projectKey(workspace: string): Promise<Uint8Array> {
  const file = fileOf(workspace);
  const there = await readProjectKey(file).catch((error: unknown) => { if (error instanceof AppError && error.code === 'not-found') return null; throw error; });
  if (there !== null) return there;
  const key = randomBytes(32);
  await write(file, key.toString('hex'));
  return key;
}

export async function exportProjectKey(workspace: string, to: string): Promise<string> {
  const key = await projectKey(workspace);
  await write(to, Buffer.from(key).toString('hex'));
  return new Pseudonyms(key).fingerprint;
}

/** AppError 'conflict' where the workspace maps by another key already: what it exported would no longer line up. */
export async function importProjectKey(workspace: string, from: string): Promise<string> {
  const key = await readProjectKey(from), file = fileOf(workspace);
  const there = await readProjectKey(file).catch((error: unknown) => { if (error instanceof AppError && error.code === 'not-found') return null; throw error; });
  if (there !== null && !Buffer.from(there).equals(key)) throw new AppError('conflict', `The workspace has a project key already (${new Pseudonyms(there).fingerprint}); what was exported with it would no longer line up. Use a workspace without one.`);
  await write(file, Buffer.from(key).toString('hex'));
  return new Pseudonyms(key).fingerprint;
}
