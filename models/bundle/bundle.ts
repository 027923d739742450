// A bundle is a folder with a network ready to run anywhere that runs ONNX: image.onnx, region.onnx, text.onnx, the
// tokenizer, and a manifest with the hash of each. Weights live in the models and nowhere else. Where an encoder was made
// elsewhere, its graph without weights lies beside them (skeleton.ts), so that it can be trained on.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { modelManifest, type ModelManifest } from '../../shared/domain/model.ts';
import { AppError } from '../../shared/errors.ts';
import type { Towers } from '../nets/adopted-tower.ts';
import { networkConfiguration, type NetworkConfiguration } from '../nets/configuration.ts';
import { imageModel, regionModel, textModel } from '../nets/dual-branch.ts';
import { weightConstants } from '../nets/weights.ts';
import { readOnnx } from '../onnx/read.ts';
import { writeOnnx } from '../onnx/write.ts';
import { readTokenizer, type Tokenizer } from '../text/tokenizer.ts';
import { sha256Of, writeFolder } from './files.ts';

const modelFiles = ['image.onnx', 'region.onnx', 'text.onnx'] as const;
const towerFiles = { image: 'image-tower.onnx', text: 'text-tower.onnx' } as const;
export type Weights = ReadonlyMap<string, { readonly dims: readonly number[]; readonly data: Float32Array }>;
export interface Bundle {
  readonly manifest: ModelManifest;
  readonly configuration: NetworkConfiguration;
  readonly tokenizer: Tokenizer;
  readonly tokenizerJson: string;
  readonly models: Readonly<Record<(typeof modelFiles)[number], Uint8Array>>;
  /** Graphs of adopted encoders. */
  readonly towers: Towers;
}

/** Reads a bundle and checks every file against its hash. AppError('bundle-damaged') names the first that differs. */
export async function readBundle(folder: string): Promise<Bundle> {
  let manifest: ModelManifest;
  try {
    manifest = modelManifest.parse(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')));
  } catch (cause) {
    throw new AppError('bundle-damaged', `The model in ${path.basename(folder)} has no readable manifest.`, { cause });
  }
  const found = new Map<string, Uint8Array>();
  for (const name of new Set([...modelFiles, 'tokenizer.json', ...Object.keys(manifest.files)])) {
    const expected = manifest.files[name];
    const bytes = path.basename(name) === name ? await readFile(path.join(folder, name)).catch(() => null) : null;
    if (expected === undefined || bytes === null || sha256Of(bytes) !== expected.sha256) throw new AppError('bundle-damaged', `The file ${name} of model ${manifest.version} is not what its manifest says.`);
    found.set(name, bytes);
  }
  const [image, region, text, tokenizer] = [...modelFiles, 'tokenizer.json'].map((name) => found.get(name));
  if (image === undefined || region === undefined || text === undefined || tokenizer === undefined) throw new Error('four files were read');
  const configuration = networkConfiguration.safeParse(manifest.network);
  if (!configuration.success) throw new AppError('bundle-damaged', `The network of model ${manifest.version} is of a kind this program does not know.`);
  const tokenizerJson = new TextDecoder().decode(tokenizer);
  const towers: { image?: Uint8Array; text?: Uint8Array } = {};
  for (const part of ['image', 'text'] as const) {
    if (configuration.data[part].kind !== 'adopted') continue;
    const tower = found.get(towerFiles[part]);
    if (tower === undefined) throw new AppError('bundle-damaged', `The file ${towerFiles[part]} of model ${manifest.version} is missing.`);
    towers[part] = tower;
  }
  return { manifest, configuration: configuration.data, tokenizerJson, tokenizer: readTokenizer(tokenizerJson), models: { 'image.onnx': image, 'region.onnx': region, 'text.onnx': text }, towers };
}

/** The weights of a bundle by name, out of its three models. Weights' names have dots and no slashes, other constants' not so. */
export function weightsOf(bundle: Bundle): Weights {
  const weights = new Map<string, { dims: readonly number[]; data: Float32Array }>();
  for (const name of modelFiles) for (const [key, t] of readOnnx(bundle.models[name]).initializers) if (t.dtype === 'float32' && key.includes('.') && !key.includes('/')) weights.set(key, t);
  return weights;
}

export interface BundleContents {
  readonly configuration: NetworkConfiguration;
  readonly towers?: Towers;
  readonly weights: Weights;
  readonly tokenizerJson: string;
  readonly manifest: Omit<ModelManifest, 'files' | 'network' | 'format'>;
  /** More files for people, such as evaluation.json. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** Writes a whole bundle folder, atomically: it appears complete or not at all. An existing one is replaced. */
export async function writeBundle(folder: string, b: BundleContents): Promise<void> {
  const numbers = (name: string): { dims: readonly number[]; data: Float32Array } => {
    const found = b.weights.get(name);
    if (found === undefined) throw new Error(`the weight ${name} is missing`);
    return found;
  };
  const c = b.configuration, towers = b.towers ?? {};
  const contents: Record<string, Uint8Array> = {
    'image.onnx': writeOnnx(imageModel(c, weightConstants(numbers), towers), 'image'),
    'region.onnx': writeOnnx(regionModel(c, weightConstants(numbers)), 'region'),
    'text.onnx': writeOnnx(textModel(c, weightConstants(numbers), towers), 'text'),
    ...(towers.image === undefined ? {} : { [towerFiles.image]: towers.image }), ...(towers.text === undefined ? {} : { [towerFiles.text]: towers.text }),
    'tokenizer.json': new TextEncoder().encode(b.tokenizerJson),
    ...Object.fromEntries(Object.entries(b.extra ?? {}).map(([name, text]) => [name, new TextEncoder().encode(text)])),
  };
  const manifest: ModelManifest = { format: 1, ...b.manifest, network: c, files: Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [name, { sha256: sha256Of(bytes), bytes: bytes.length }])) };
  await writeFolder(folder, { ...contents, 'manifest.json': `${JSON.stringify(manifest, null, 1)}\n` });
}
