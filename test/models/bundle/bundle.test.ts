// Bundles on disk: what is written is read, one byte changed anywhere is refused by name, and a write that fails
// leaves what was there.
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { readBundle, weightsOf, writeBundle, type BundleContents, type Weights } from '../../../models/bundle/bundle.ts';
import { smallConfiguration, smallNetwork, smallTokenizerJson } from '../nets/small-network.ts';

const files = ['image.onnx', 'region.onnx', 'text.onnx', 'tokenizer.json', 'evaluation.json'];
const weights: Weights = new Map(smallNetwork(3).parameters.list.map((p) => [p.name, p]));
const contents = (change: Partial<BundleContents> = {}): BundleContents => ({
  configuration: smallConfiguration, weights, tokenizerJson: smallTokenizerJson, extra: { 'evaluation.json': '{"note":"none"}' },
  manifest: {
    version: '1.2.3', parent: '1.2.2', createdAt: '2026-01-01T00:00:00.000Z', findings: [{ label: 'cyst', phrase: 'cyst' }], threshold: 0.25, licence: 'MIT',
    madeBy: { code: 'a test', seed: 3, device: 'cpu', steps: 0, data: 'd'.repeat(64), examples: 0, phantomOnly: true, seconds: 0 },
  },
  ...change,
});
const refusal = async (folder: string): Promise<AppError> => {
  const error: unknown = await readBundle(folder).then(() => null, (e: unknown) => e);
  if (!(error instanceof AppError)) throw new Error(`not refused: ${String(error)}`);
  return error;
};

let root = '', folder = '', sound = '';
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'regionmed-bundle-'));
  sound = path.join(root, 'sound');
  await writeBundle(sound, contents());
});
beforeEach(async () => { folder = path.join(root, 'bundle'); await rm(folder, { recursive: true, force: true }); await cp(sound, folder, { recursive: true }); });
afterAll(async () => { await rm(root, { recursive: true, force: true }); });

describe('written and read', () => {
  test('manifest, tokenizer and every weight, bit by bit', async () => {
    const bundle = await readBundle(folder);
    expect(bundle.manifest).toMatchObject(contents().manifest);
    expect(Object.keys(bundle.manifest.files).sort((a, b) => a.localeCompare(b))).toEqual([...files].sort((a, b) => a.localeCompare(b)));
    expect(bundle.configuration).toEqual(smallConfiguration);
    expect(bundle.tokenizerJson).toBe(smallTokenizerJson);
    const read = weightsOf(bundle);
    expect(new Set(read.keys())).toEqual(new Set(weights.keys()));
    for (const [name, { dims, data }] of weights) expect(read.get(name), name).toEqual({ dtype: 'float32', dims, data: Float32Array.from(data) });
  });
  test('written again from what was read: the same bytes', async () => {
    const bundle = await readBundle(folder);
    await writeBundle(path.join(root, 'again'), contents({ weights: weightsOf(bundle) }));
    for (const name of files) expect(await readFile(path.join(root, 'again', name)), name).toEqual(await readFile(path.join(folder, name)));
  });
});

describe('damage', () => {
  test.each(files)('one byte of %s changed, or the file missing: refused by its name', async (name) => {
    const bytes = await readFile(path.join(folder, name));
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(path.join(folder, name), changed);
      expect(await refusal(folder)).toMatchObject({ code: 'bundle-damaged', message: `The file ${name} of model 1.2.3 is not what its manifest says.` });
    }
    await rm(path.join(folder, name));
    expect((await refusal(folder)).message).toContain(name);
  });
  test('a manifest that is cut off, missing, or of another kind', async () => {
    const file = path.join(folder, 'manifest.json'), text = await readFile(file, 'utf8');
    for (const left of [text.slice(0, 80), '[]', text.replace('"format": 1', '"format": 2')]) {
      await writeFile(file, left);
      expect(await refusal(folder)).toMatchObject({ code: 'bundle-damaged', message: 'The model in bundle has no readable manifest.' });
    }
    await rm(file);
    expect((await refusal(folder)).message).toContain('no readable manifest');
  });
  test('a manifest that forgets a file, or names one outside the folder', async () => {
    const file = path.join(folder, 'manifest.json'), text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"text.onnx"', '"text2.onnx"'));
    expect((await refusal(folder)).message).toContain('The file text.onnx ');
    await cp(path.join(folder, 'evaluation.json'), path.join(root, 'outside.json'));
    await writeFile(file, text.replace('"evaluation.json"', '"../outside.json"'));
    expect((await refusal(folder)).message).toContain('../outside.json');
  });
  test('a network of an unknown kind', async () => {
    const file = path.join(folder, 'manifest.json'), text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"heads": 2', '"heads": "two"'));
    expect((await refusal(folder)).message).toBe('The network of model 1.2.3 is of a kind this program does not know.');
  });
});

describe('replacing', () => {
  const entries = async (): Promise<string[]> => (await readdir(root)).filter((name) => name.startsWith('bundle'));
  test('a bundle takes the place of another, whole, and nothing temporary stays', async () => {
    await writeFile(path.join(folder, 'left-over.txt'), 'old');
    await writeBundle(folder, contents({ extra: {}, manifest: { ...contents().manifest, version: '2.0.0' } }));
    expect((await readBundle(folder)).manifest.version).toBe('2.0.0');
    expect(await readdir(folder)).toEqual(['image.onnx', 'manifest.json', 'region.onnx', 'text.onnx', 'tokenizer.json']);
    expect(await entries()).toEqual(['bundle']);
  });
  test.each<[string, Partial<BundleContents>]>([
    ['a weight is missing', { weights: new Map([...weights].slice(1)) }],
    ['a weight has another shape', { weights: new Map(weights).set('image.stem.weight', { dims: [1], data: new Float32Array(1) }) }],
    ['a file cannot be written', { extra: { 'manifest.json/in-the-way': '' } }],
  ])('%s: the old bundle stays, nothing temporary does', async (_, change) => {
    await expect(writeBundle(folder, contents(change))).rejects.toThrow();
    expect((await readBundle(folder)).manifest.version).toBe('1.2.3');
    expect(await entries()).toEqual(['bundle']);
  });
});
