// A version that is another one with files added: everything else is copied byte for byte, so nothing that was measured
// of it changes.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { modelManifest, type ModelManifest } from '../../shared/domain/model.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256Of, writeFolder } from './files.ts';

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
  await writeFolder(to, { ...contents, 'manifest.json': `${JSON.stringify(next, null, 1)}\n` });
}
