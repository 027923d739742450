// A version that is another one with files added: everything else is copied byte for byte, so nothing that was measured
// of it changes.
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { modelManifest, type ModelManifest } from '../../shared/domain/model.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256Of, syncFolder, writeAtomically } from './files.ts';

/** Writes `from` with `files` added and `change` in its manifest to `to`, which appears complete or not at all. AppError('bundle-damaged') when a file of `from` is not what its manifest says. */
export async function extendBundle(from: string, to: string, files: Readonly<Record<string, Uint8Array>>, change: Partial<Omit<ModelManifest, 'files' | 'network' | 'format'>> = {}): Promise<void> {
  const manifest = modelManifest.parse(JSON.parse(await readFile(path.join(from, 'manifest.json'), 'utf8')));
  const contents: Record<string, Uint8Array> = {};
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    const bytes = path.basename(name) === name ? await readFile(path.join(from, name)).catch(() => null) : null;
    if (bytes === null || sha256Of(bytes) !== sha256) throw new AppError('bundle-damaged', `The file ${name} of model ${manifest.version} is not what its manifest says.`);
    contents[name] = bytes;
  }
  Object.assign(contents, files);
  const next: ModelManifest = { ...manifest, ...change, files: Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [name, { sha256: sha256Of(bytes), bytes: bytes.length }])) };
  const temporary = `${to}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    for (const [name, bytes] of Object.entries(contents)) await writeAtomically(path.join(temporary, name), bytes);
    await writeAtomically(path.join(temporary, 'manifest.json'), `${JSON.stringify(next, null, 1)}\n`);
    await rm(to, { recursive: true, force: true });
    await rename(temporary, to);
    await syncFolder(path.dirname(to));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}
