// A bundle out of encoders that were made elsewhere: an image encoder, a text encoder and a tokenizer become the towers
// of our network, whose region branch, ROI processor and proposal head stand on their tokens, untrained as yet. What the
// files are is found out from names and shapes, or told; what cannot be used is refused with a sentence that says why.
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from '../../shared/domain/caption.ts';
import { AppError } from '../../shared/errors.ts';
import { differentiate } from '../autodiff/backward.ts';
import type { Graph } from '../graph/graph.ts';
import type { Towers } from '../nets/adopted-tower.ts';
import { batchDimension, lengthDimension } from '../nets/adopted-tower.ts';
import { baseConfiguration, type AdoptedImage, type AdoptedText, type NetworkConfiguration } from '../nets/configuration.ts';
import { imageModel, runSize, textModel, trainingGraph } from '../nets/dual-branch.ts';
import { firstValues, weightConstants } from '../nets/weights.ts';
import { readOnnx } from '../onnx/read.ts';
import type { ExternalData } from '../onnx/tensors.ts';
import { writeOnnx } from '../onnx/write.ts';
import { randomFrom } from '../random.ts';
import { openSession } from '../runtime/session.ts';
import { float32, int64, sizeOf, type Tensor } from '../tensor.ts';
import { readTokenizer, type Tokenizer } from '../text/tokenizer.ts';
import { writeBundle, type Weights } from './bundle.ts';
import { sha256Of } from './files.ts';
import { takeApart, type Skeleton } from './skeleton.ts';

export interface AdoptOptions {
  readonly imageEncoder: string;
  readonly textEncoder: string;
  readonly tokenizer: string;
  readonly out: string;
  /** Pixels a side, where the image encoder leaves it open. */
  readonly side?: number | undefined;
  /** Of brightness in [0, 1], by channel; CLIP's when left out. */
  readonly mean?: readonly [number, number, number] | undefined;
  readonly std?: readonly [number, number, number] | undefined;
  /** Names of outputs, where several could be meant. */
  readonly imageTokens?: string | undefined;
  readonly imageEmbedding?: string | undefined;
  readonly textOutput?: string | undefined;
  readonly pool?: 'first' | 'mean' | 'end' | undefined;
  /** Tokens a text, where the text encoder leaves it open. */
  readonly textLength?: number | undefined;
  /** Width of what is put beside the encoders. */
  readonly width?: number | undefined;
  readonly findings?: readonly Finding[] | undefined;
  readonly name?: string | undefined;
  readonly licence?: string | undefined;
  readonly version?: string | undefined;
  readonly seed?: number | undefined;
  readonly createdAt: string;
}
/** What was made of the files, for whoever reads the command's answer. */
export interface Adopted { readonly version: string; readonly configuration: NetworkConfiguration; readonly weights: number; readonly notes: readonly string[] }

const clipMean = [0.48145466, 0.4578275, 0.40821073] as const, clipStd = [0.26862954, 0.26130258, 0.27577711] as const;
const usualLength = 64, usualSide = 224, usualEmbedding = 256;

const unusable = (sentence: string, cause?: unknown): AppError => new AppError('model-unsupported', sentence, cause === undefined ? {} : { cause });

/** AppError('model-unsupported'), ('bundle-damaged') or ('not-found') says what cannot be used and why; nothing is written then. A model in the folder `out` is replaced, other files never are. */
export async function adoptBundle(o: AdoptOptions): Promise<Adopted> {
  const there = existsSync(o.out) ? await readdir(o.out).catch(() => null) : [];
  if (there === null) throw new AppError('wrong-usage', `${o.out} is no folder; name a new one.`);
  if (there.length > 0 && !there.includes('manifest.json')) throw new AppError('wrong-usage', `The folder ${o.out} holds other files than a model; name a new one.`);
  const [imageFile, textFile] = [await takeFile(o.imageEncoder, 'image encoder'), await takeFile(o.textEncoder, 'text encoder')];
  const tokenizerJson = await readFile(o.tokenizer, 'utf8').catch((cause: unknown) => { throw new AppError('not-found', `The tokenizer ${o.tokenizer} cannot be read.`, { cause }); });
  const tokenizer = readTokenizer(tokenizerJson);
  const image = describeImage(imageFile, o), text = describeText(textFile, tokenizer, o);
  const shared = image.embedding !== null && image.embedding === text.vector && text.text.pool === 'given';
  const embedding = shared || text.text.pool === 'given' ? text.vector : image.embedding ?? usualEmbedding;
  const width = o.width ?? baseConfiguration(0).width;
  const configuration: NetworkConfiguration = {
    ...baseConfiguration(0), width, heads: Math.max(1, Math.round(width / 32)), embedding,
    image: { ...image.image, project: image.embedding !== embedding }, text: { ...text.text, project: text.text.pool !== 'given' || text.vector !== embedding },
  };
  if (width % configuration.heads !== 0 || width % 8 !== 0) throw new AppError('wrong-usage', `A width of ${width} cannot be used: it must be a multiple of 8 and of its ${configuration.heads} heads.`);

  const towers: Towers = { image: image.bytes, text: text.bytes }, seed = o.seed ?? 1;
  const { graph, weights: specifications } = building(() => trainingGraph(configuration, { images: 2, regions: 2, regionTexts: 2 }, towers));
  const given = new Map(([['image.tower', imageFile], ['text.tower', textFile]] as const).flatMap(([prefix, file]) => [...file.weights].map(([name, w]) => [`${prefix}.${name}`, w])));
  const weights: Weights = new Map(specifications.map((s, i) => {
    const adopted = given.get(s.name);
    if (adopted !== undefined) return [s.name, adopted];
    const data = new Float32Array(sizeOf(s.dims));
    firstValues(s, seed, i, data);
    return [s.name, { dims: s.dims, data }];
  }));
  await tryOut(configuration, towers, weights, tokenizer);

  const notes = [
    `The image encoder gives ${configuration.image.kind === 'adopted' ? `${image.image.tokenSide} × ${image.image.tokenSide} tokens (${image.image.tokens})` : ''} ${image.image.embedding === null ? 'and no embedding' : `and an embedding (${image.image.embedding})`}; the text encoder ${text.text.pool === 'given' ? `an embedding (${text.text.output})` : `hidden states (${text.text.output}), pooled by their ${text.text.pool === 'end' ? 'last token' : text.text.pool === 'first' ? 'first token' : 'mean'}`}.`,
    ...(shared ? [] : [`The encoders share no embedding space: projections to ${embedding} numbers were added, which are untrained.`]),
    'The region branch, the ROI processor and the proposal head are untrained: nothing is proposed until a training run has set the threshold.',
    ...untrainable(graph, specifications.map((s) => s.name)),
  ];
  const version = o.version ?? '0.1.0';
  await writeBundle(o.out, {
    configuration, towers, weights, tokenizerJson,
    extra: { 'evaluation.json': `${JSON.stringify({ note: notes.join(' '), metrics: nothingMeasured }, null, 1)}\n` },
    manifest: {
      version, parent: null, createdAt: o.createdAt, findings: [...o.findings ?? []],
      // Scores of untrained heads mean nothing: none reaches 1.
      threshold: 1, licence: o.licence ?? 'unknown: that of the encoders',
      madeBy: { code: `bundle create${o.name === undefined ? '' : `: ${o.name}`}`, seed, device: 'cpu', steps: 0, data: sha256Of(new TextEncoder().encode([imageFile, textFile].map((f) => f.sha256).join(' '))), examples: 0, phantomOnly: false, seconds: 0 },
    },
  });
  return { version, configuration, weights: [...weights.values()].reduce((n, w) => n + w.data.length, 0), notes };
}

const nothingMeasured = { recallAt50: null, recallAt2Fp: null, recallSmall: null, ap50: null, regionTextRecall1: null, imageTextRecall1: null, labelAccuracy: null, calibrationError: null };

type TakenFile = Skeleton & { readonly what: string; readonly sha256: string };
async function takeFile(file: string, what: string): Promise<TakenFile> {
  const bytes = await readFile(file).catch((cause: unknown) => { throw new AppError('not-found', `The ${what} ${file} cannot be read.`, { cause }); });
  return { ...takeApart(bytes, `${what} ${path.basename(file)}`, beside(file)), what: `${what} ${path.basename(file)}`, sha256: sha256Of(bytes) };
}

/** Files beside a model, in its folder or below. */
function beside(file: string): ExternalData {
  const folder = path.dirname(path.resolve(file)), known = new Map<string, Uint8Array>();
  return (location, offset, length) => {
    const found = path.resolve(folder, location);
    if (!found.startsWith(folder + path.sep)) throw new AppError('bundle-damaged', `${path.basename(file)} refers to ${location}, which lies outside its folder.`);
    const bytes = known.get(found) ?? readFileSync(found);
    known.set(found, bytes);
    if (offset < 0 || offset + length > bytes.length) throw new AppError('bundle-damaged', `${location} ends before what ${path.basename(file)} keeps in it.`);
    return bytes.subarray(offset, offset + length);
  };
}

/** Runs what builds graphs; what it throws is a sentence about the encoder. */
function building<T>(work: () => T, what = 'The encoders', hint = ''): T {
  try { return work(); } catch (cause) {
    throw unusable(`${what} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}${cause instanceof Error && cause.message.endsWith('.') ? '' : '.'}${hint}`, cause);
  }
}
const graphOf = (file: TakenFile, bytes: Uint8Array, dimensions: Readonly<Record<string, number>>): Graph => building(() => readOnnx(bytes, { dimensions }), `The ${file.what}`);
const openBatch = (file: TakenFile, name: string, dims: readonly (number | string | null)[]): void => {
  if (typeof dims[0] === 'number') throw unusable(`The ${file.what} is exported for batches of exactly ${dims[0]} (input ${name}); export it with an open batch dimension.`);
};

type Output = { readonly name: string; readonly shape: readonly number[] };
/** The one that is told, or the one there is, or the first that a usual name fits. */
function pick(file: TakenFile, candidates: readonly Output[], told: string | undefined, usual: RegExp, option: string): Output | null {
  if (told !== undefined) {
    const found = candidates.find((c) => c.name === told);
    if (found === undefined) throw unusable(`The ${file.what} has no output ${told} that ${option} could mean; it could be ${candidates.map((c) => c.name).join(', ') || 'none'}.`);
    return found;
  }
  const [only] = candidates;
  if (only === undefined || candidates.length === 1) return only ?? null;
  const named = candidates.filter((c) => usual.test(c.name)), [first] = named;
  if (first === undefined) throw unusable(`The ${file.what} has several outputs that could be meant (${candidates.map((c) => `${c.name} [${c.shape.join(', ')}]`).join(', ')}); name one with ${option}.`);
  return first;
}

function describeImage(file: TakenFile, o: AdoptOptions): { image: Omit<AdoptedImage, 'project'>; bytes: Uint8Array; embedding: number | null } {
  const [input, ...others] = file.inputs;
  if (input === undefined || others.length > 0 || input.dims.length !== 4 || input.dtype !== 'float32') throw unusable(`The ${file.what} must take one input of shape [batch, 3, side, side] and type float32; it takes ${file.inputs.map((p) => `${p.name} [${p.dims.join(', ')}] ${p.dtype}`).join(', ') || 'none'}.`);
  openBatch(file, input.name, input.dims);
  const [, channels, high, wide] = input.dims;
  const fixed = typeof high === 'number' ? high : null;
  const side = fixed ?? o.side ?? usualSide;
  if ((typeof channels === 'number' && channels !== 3) || (typeof wide === 'number' && wide !== side) || (o.side !== undefined && o.side !== side)) throw unusable(`The ${file.what} takes images of [${input.dims.slice(1).join(', ')}], not of 3 channels and ${o.side ?? side} pixels a side.`);
  const dims = { [input.name]: [batchDimension, 3, side, side] };
  // Two images: what is per image is told from what is not.
  const { outputs } = graphOf(file, file.bytes(dims), { [batchDimension]: 2 });
  const own = outputs.filter((v) => v.shape[0] === 2 && v.dtype === 'float32');
  const grid = (v: Output): { side: number; prefix: number } | null => {
    if (v.shape.length === 4) return v.shape[2] === v.shape[3] ? { side: v.shape[2] ?? 0, prefix: 0 } : null;
    const count = v.shape[1] ?? 0, n = Math.floor(Math.sqrt(count));
    // Class token and registers come first; a vision transformer has a handful.
    return v.shape.length === 3 && n >= 2 && count - n * n <= 16 ? { side: n, prefix: count - n * n } : null;
  };
  const spatial = pick(file, own.filter((v) => grid(v) !== null && (v.shape.length === 3 || (v.shape[2] ?? 0) >= 2)), o.imageTokens, /last_hidden_state|token|feature|patch/i, '--image-tokens');
  if (spatial === null) throw unusable(`The ${file.what} gives ${outputs.map((v) => `${v.name} [${v.shape.join(', ')}]`).join(', ')}, none of which has a place for each part of the image; export it with its last hidden state or feature map as an output.`);
  const vector = o.imageEmbedding === undefined && own.every((v) => v.shape.length !== 2) ? null : pick(file, own.filter((v) => v.shape.length === 2), o.imageEmbedding, /embed|proj/i, '--image-embedding');
  const { side: tokenSide, prefix } = grid(spatial) ?? { side: 0, prefix: 0 };
  return {
    bytes: file.bytes(dims, [...new Set([spatial.name, ...(vector === null ? [] : [vector.name])])]), embedding: vector?.shape[1] ?? null,
    image: { kind: 'adopted', side, widths: baseConfiguration(0).image.widths, input: input.name, mean: [...o.mean ?? clipMean], std: [...o.std ?? clipStd], tokens: spatial.name, tokenSide, prefix, embedding: vector?.name ?? null },
  };
}

function describeText(file: TakenFile, tokenizer: Tokenizer, o: AdoptOptions): { text: Omit<AdoptedText, 'project'>; bytes: Uint8Array; vector: number } {
  const inputs = Object.fromEntries(file.inputs.map((p) => {
    openBatch(file, p.name, p.dims);
    const role = /mask/i.test(p.name) ? 'mask' : /type|segment/i.test(p.name) ? 'zeros' : /position/i.test(p.name) ? 'places' : 'ids';
    if (p.dims.length !== 2) throw unusable(`The ${file.what} takes an input ${p.name} of shape [${p.dims.join(', ')}]; texts are [batch, length].`);
    return [p.name, { role, dtype: p.dtype } as const];
  }));
  const ids = file.inputs.filter((p) => inputs[p.name]?.role === 'ids'), [first] = ids;
  if (first === undefined || ids.length > 1 || (first.dtype !== 'int64' && first.dtype !== 'int32')) throw unusable(`The ${file.what} must take one input of token ids; it takes ${file.inputs.map((p) => `${p.name} ${p.dtype}`).join(', ') || 'none'}.`);
  const fixed = file.inputs.map((p) => p.dims[1]).find((d) => typeof d === 'number'), length = fixed ?? Math.min(o.textLength ?? usualLength, tokenizer.contextLength ?? Infinity);
  if (o.textLength !== undefined && o.textLength !== length) throw unusable(`The ${file.what} takes texts of ${length} tokens, not of ${o.textLength}.`);
  const dims = Object.fromEntries(file.inputs.map((p) => [p.name, [batchDimension, fixed ?? lengthDimension]]));
  const graph = building(() => readOnnx(file.bytes(dims), { dimensions: { [batchDimension]: 2, [lengthDimension]: length } }), `The ${file.what}`, fixed === undefined ? ` That was with texts of ${length} tokens; where it has places for fewer, --text-length says so.` : '');
  const vocabulary = vocabularyOf(graph, first.name);
  if (vocabulary !== null) checkFit(file, vocabulary, tokenizer);
  const own = graph.outputs.filter((v) => v.shape[0] === 2 && v.dtype === 'float32');
  const isVector = (v: Output): boolean => v.shape.length === 2, isHidden = (v: Output): boolean => v.shape.length === 3 && v.shape[1] === length;
  // An embedding is what is wanted; a pooler's output (BERT's tanh) was made for another task, hidden states say more.
  const candidates = own.filter((v) => (isVector(v) && (o.pool === undefined || v.name === o.textOutput) && (!/pooler/i.test(v.name) || v.name === o.textOutput)) || isHidden(v));
  const vectors = candidates.filter(isVector);
  const output = pick(file, o.textOutput === undefined && vectors.length > 0 ? vectors : candidates, o.textOutput, /embed|proj|last_hidden_state/i, '--text-output');
  if (output === null) throw unusable(`The ${file.what} gives ${graph.outputs.map((v) => `${v.name} [${v.shape.join(', ')}]`).join(', ')}, neither a vector a text nor hidden states.`);
  const pool = isVector(output) ? 'given' : o.pool ?? (tokenizer.kind === 'BPE' ? 'end' : 'mean');
  return { bytes: file.bytes(dims, [output.name]), vector: output.shape.at(-1) ?? 0, text: { kind: 'adopted', vocabulary: vocabulary ?? tokenizer.vocabulary, length, inputs, output: output.name, pool } };
}

/** Rows of the table that token ids are looked up in; null where that cannot be seen. */
function vocabularyOf(graph: Graph, ids: string): number | null {
  const same = new Set([ids]);
  for (const n of graph.nodes) {
    if (['Cast', 'Identity', 'Reshape', 'Flatten'].includes(n.op) && same.has(n.inputs[0] ?? '')) same.add(n.outputs[0] ?? '');
    if (n.op === 'Gather' && same.has(n.inputs[1] ?? '')) return graph.values.get(n.inputs[0] ?? '')?.shape[0] ?? null;
  }
  return null;
}

function checkFit(file: TakenFile, rows: number, tokenizer: Tokenizer): void {
  if (tokenizer.vocabulary > rows) throw unusable(`The tokenizer does not fit: its tokens are numbered up to ${tokenizer.vocabulary - 1}, but the ${file.what} knows ${rows}.`);
  // Tables are padded to round numbers, by far less than two vocabularies differ.
  if (rows - tokenizer.vocabulary > Math.max(128, 0.05 * rows)) throw unusable(`The tokenizer does not fit: it has ${tokenizer.vocabulary} tokens, the ${file.what} ${rows}; it belongs to another encoder.`);
}

/** One image and some texts through the finished models: what comes out must be numbers. */
async function tryOut(c: NetworkConfiguration, towers: Towers, weights: Weights, tokenizer: Tokenizer): Promise<void> {
  const source = (name: string) => weights.get(name) ?? { dims: [0], data: new Float32Array(0) };
  const random = randomFrom(3), { side } = c.image, { length } = c.text;
  const encoded = Array.from({ length: runSize.texts }, (_, i) => tokenizer.encode(i === 0 ? '' : 'a small finding '.repeat(i), length));
  await expectNumbers('image encoder', imageModel(c, weightConstants(source), towers), { image: float32([1, 3, side, side], Float32Array.from({ length: 3 * side * side }, () => random.uniform(-2, 2))) });
  await expectNumbers('text encoder', textModel(c, weightConstants(source), towers), { ids: int64([runSize.texts, length], encoded.flatMap((e) => [...e.ids])), mask: float32([runSize.texts, length], encoded.flatMap((e) => [...e.mask])) });
}
async function expectNumbers(what: string, graph: Graph, feeds: Record<string, Tensor>): Promise<void> {
  const session = await openSession(writeOnnx(graph, 'trial')).catch((cause: unknown) => { throw unusable(`The ${what} cannot be run: ${cause instanceof Error ? cause.message : String(cause)}`, cause); });
  try {
    const out = await session.run(feeds).catch((cause: unknown) => { throw unusable(`The ${what} cannot be run: ${cause instanceof Error ? cause.message : String(cause)}`, cause); });
    for (const [name, t] of Object.entries(out)) if (t.dtype === 'float32' && t.data.some((v) => !Number.isFinite(v))) throw unusable(`The ${what} gives values that are no numbers (${name}) on a plain input.`);
  } finally {
    await session.release();
  }
}

/** A sentence where the encoders can be used but not trained through. */
function untrainable(graph: Graph, names: readonly string[]): string[] {
  try { differentiate(graph, 'total', names); return []; } catch (cause) { return [`The encoders themselves cannot be trained (${cause instanceof Error ? cause.message : String(cause)}); train the heads.`]; }
}
