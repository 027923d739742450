// Folders for tests on the real disk, removed when the test file is done.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];
afterAll(async () => { for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true }); });

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'regionmed-test-'));
  made.push(folder);
  return folder;
}
