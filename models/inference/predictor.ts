// A bundle at work: regions with words proposed on an image, words suggested for a box, and embeddings. The same code
// serves the page, the command line and the evaluation of candidates.
import type { Device } from '../../shared/contracts/inference.ts';
import { attributedCaption, certaintyOf, imageCaption, regionCaption, type Certainty, type Finding } from '../../shared/domain/caption.ts';
import { clampBox, type Box } from '../../shared/domain/geometry.ts';
import { AppError } from '../../shared/errors.ts';
import { readBundle, type Bundle } from '../bundle/bundle.ts';
import { calibrated, uncalibrated } from '../evaluation/calibration.ts';
import { wholeImage } from '../images/network-input.ts';
import { fillRegion, regionArrays, regionTensors } from '../images/region-inputs.ts';
import type { PixelImage } from '../images/pixels.ts';
import { gridSide } from '../nets/configuration.ts';
import { decodeProposals, proposalAt, rounded, suppressed, type RawProposal } from '../nets/decode-proposals.ts';
import { runSize } from '../nets/dual-branch.ts';
import { refined } from '../nets/refinement.ts';
import { belongsToTile, tileSide, viewsOf } from '../nets/views.ts';
import { randomFrom } from '../random.ts';
import { difference } from '../runtime/compare.ts';
import { chooseDevice, deviceWords } from '../runtime/device.ts';
import { openForInference } from './eight-bit.ts';
import { openSession, type Session } from '../runtime/session.ts';
import { float32, type Tensor } from '../tensor.ts';
import { Answerer, type Answered } from './answerer.ts';
import { named, type Named } from './naming.ts';

export interface Proposal {
  readonly box: Box;
  readonly score: number;
  /** What the proposal head of the global branch says of the place, and the region branch of the crop; the score is both together, calibrated. */
  readonly firstLook: number;
  readonly secondLook: number;
  readonly label: string;
  readonly caption: string;
  /** What the region branch calls it, most probable first; empty without findings to choose from. */
  readonly names: readonly Named[];
  readonly embedding: Float32Array;
}
export interface Suggestion { readonly label: string; readonly caption: string; readonly probability: number }
/** What one look at the whole image gave. */
export interface Seen { readonly tokens: Tensor; /** How much each token weighs in the embedding, where the encoder says so. */ readonly attention: Float32Array | null; /** The fine grid, where the configuration looks at regions in it. */ readonly fine: Tensor | null; readonly embedding: Float32Array; readonly objectness: Float32Array; readonly boxes: Float32Array }
interface RegionSeen { readonly embedding: Float32Array; readonly finding: number; /** The box as the second look puts it right. */ readonly box: Box }

/** The most regions proposed on one image. */
const regionLimit = 100;
/** Below this the first look is not worth a second. */
const firstLookMinimum = 0.03;

export class Predictor {
  readonly bundle: Bundle;
  readonly device: Device;
  readonly #image: Session;
  readonly #region: Session;
  readonly #text: Session;
  readonly #answerer: Answerer | null;
  readonly #looks = new WeakMap<PixelImage, Promise<Seen>>();
  readonly #textCache = new Map<string, Float32Array>();
  #scales = { image: 1 / 0.07, region: 1 / 0.07 };

  private constructor(bundle: Bundle, device: Device, image: Session, region: Session, text: Session, answerer: Answerer | null) {
    this.bundle = bundle;
    this.device = device;
    this.#image = image;
    this.#region = region;
    this.#text = text;
    this.#answerer = answerer;
  }

  /** Reads the bundle (hashes checked) and opens it on the best device. A device that cannot is told, and the CPU used. */
  static async open(folder: string, threads?: number): Promise<Predictor> {
    const bundle = await readBundle(folder);
    const chosen = await chooseDevice();
    const open = (device: Device['name']): Promise<[Session, Session, Session, Answerer | null]> => {
      const options = { device, ...(threads === undefined ? {} : { threads }) };
      return Promise.all([openForInference(bundle.models['image.onnx'], options, () => trialImage(bundle.configuration.image.side)), openSession(bundle.models['region.onnx'], options), openSession(bundle.models['text.onnx'], options), Answerer.open(folder, bundle.manifest, options)]);
    };
    if (chosen.name === 'cpu') return new Predictor(bundle, chosen, ...await open('cpu'));
    const instead = async (why: string): Promise<Predictor> => new Predictor(bundle, { name: 'cpu', verified: true, reason: `The processor does the work: ${deviceWords[chosen.name]} ${why}.` }, ...await open('cpu'));
    let sessions;
    try {
      sessions = await open(chosen.name);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'device-unavailable') throw error;
      return instead('cannot run this model');
    }
    const opened = new Predictor(bundle, chosen, ...sessions);
    if (await sameNumbers(bundle, sessions[0])) return opened;
    await opened.release();
    return instead('gives other numbers for this model than the processor');
  }

  async release(): Promise<void> { await Promise.all([this.#image.release(), this.#region.release(), this.#text.release(), this.#answerer?.release()]); }

  /** Regions above `threshold` (the bundle's when left out), best first, with their words. */
  async propose(image: PixelImage, findings: readonly Finding[], threshold = this.bundle.manifest.threshold): Promise<Proposal[]> {
    const seen = await this.look(image);
    const { calibration } = this.bundle.manifest, lowest = calibration === undefined ? threshold : uncalibrated(calibration, threshold);
    const raw = await this.#candidates(image, seen, Math.min(firstLookMinimum, lowest * lowest));
    const looked = await this.#regions(image, seen, raw.map((r) => r.box));
    const scored = suppressed(raw.flatMap(({ score: objectness }, i) => {
      const region = looked[i];
      if (region === undefined) return [];
      const stated = Math.sqrt(objectness * region.finding), score = calibration === undefined ? stated : calibrated(calibration, stated);
      return score >= threshold ? [{ box: region.box, score, firstLook: objectness, secondLook: region.finding, embedding: region.embedding }] : [];
    }), regionLimit);
    const proposals: Proposal[] = [];
    for (const p of scored) {
      const certainty = certaintyOf(p.score), names = await this.#name(p.embedding, p.box, image, findings, certainty), [best] = names;
      proposals.push({ ...p, label: best?.label ?? 'finding', caption: best?.caption ?? attributedCaption('finding', p.box, image.format, certainty), names: names.map(({ label, probability }) => ({ label, probability })) });
    }
    return proposals;
  }

  /** What the whole image is called, most probable first: the words of the global branch, which a region's names are held against. */
  async nameImage(image: PixelImage, modality: string, findings: readonly Finding[]): Promise<Named[]> {
    const texts = await this.embedTexts(findings.map((f) => imageCaption(modality, [f.label])));
    return named(findings.map(({ label }) => ({ label })), texts, await this.embedImage(image), this.#scales.image);
  }

  /** The box that the proposal head would draw about a point, likely or not; on the whole image, and nearer where the image has more to show. */
  async boxAt(image: PixelImage, point: { readonly x: number; readonly y: number }): Promise<RawProposal | null> {
    const c = this.bundle.configuration, { side } = c.image, seen = await this.look(image), tile = tileSide(image.format, side);
    const far = proposalAt(gridSide(c), seen.objectness, seen.boxes, whole(image), side, point);
    if (tile === null) return far;
    const window = clampBox({ x: point.x - tile / 2, y: point.y - tile / 2, width: tile, height: tile }, image.format), out = await this.#run(image, window, ['objectness', 'boxes']);
    const near = proposalAt(gridSide(c), numbers(out['objectness']), numbers(out['boxes']), window, side, point);
    return near !== null && near.score >= (far?.score ?? 0) ? near : far;
  }

  captionOf(modality: string, proposals: readonly { readonly label: string }[]): string { return imageCaption(modality, proposals.map((p) => p.label)); }

  /** Findings for a box a person drew, most probable first. */
  async describe(image: PixelImage, box: Box, findings: readonly Finding[]): Promise<Suggestion[]> {
    const [region] = await this.#regions(image, await this.look(image), [box]);
    return region === undefined ? [] : this.#name(region.embedding, box, image, findings);
  }

  /** Whether the bundle has an answer head. */
  get answers(): boolean { return this.#answerer !== null; }
  /** Answers to a question about the image, or about a region of it, best first. AppError('not-found') where nobody taught the model to answer. */
  async answer(image: PixelImage, question: string, box: Box | null = null): Promise<Answered> {
    if (this.#answerer === null) throw new AppError('not-found', 'This model was not taught to answer questions.');
    const { image: overall, regions: [region] } = await this.embedBoth(image, box === null ? [] : [box]);
    return this.#answerer.answer(question, region ?? overall, (texts) => this.embedTexts(texts));
  }

  async embedImage(image: PixelImage): Promise<Float32Array> { return (await this.look(image)).embedding; }
  async embedRegions(image: PixelImage, boxes: readonly Box[]): Promise<Float32Array[]> {
    return boxes.length === 0 ? [] : (await this.#regions(image, await this.look(image), boxes)).map((r) => r.embedding);
  }
  /** Image and region embeddings in one look. */
  async embedBoth(image: PixelImage, boxes: readonly Box[]): Promise<{ image: Float32Array; regions: Float32Array[] }> {
    const seen = await this.look(image);
    return { image: seen.embedding, regions: (await this.#regions(image, seen, boxes)).map((r) => r.embedding) };
  }

  async embedTexts(texts: readonly string[]): Promise<Float32Array[]> {
    const { text } = this.bundle.configuration;
    const missing = [...new Set(texts)].filter((t) => !this.#textCache.has(t));
    for (let from = 0; from < missing.length; from += runSize.texts) {
      const part = missing.slice(from, from + runSize.texts);
      const ids = new BigInt64Array(runSize.texts * text.length), mask = new Float32Array(runSize.texts * text.length);
      for (let i = 0; i < runSize.texts; i++) {
        const encoded = this.bundle.tokenizer.encode(part[i] ?? '', text.length);
        for (let k = 0; k < text.length; k++) { ids[i * text.length + k] = BigInt(encoded.ids[k] ?? 0); mask[i * text.length + k] = encoded.mask[k] ?? 0; }
      }
      const out = await this.#text.run({ ids: { dtype: 'int64', dims: [runSize.texts, text.length], data: ids }, mask: float32([runSize.texts, text.length], mask) });
      const embedding = numbers(out['embedding']), width = this.bundle.configuration.embedding;
      this.#scales = { image: Number(out['imageScale']?.data[0] ?? this.#scales.image), region: Number(out['regionScale']?.data[0] ?? this.#scales.region) };
      for (const [i, t] of part.entries()) this.#textCache.set(t, embedding.slice(i * width, (i + 1) * width));
    }
    return texts.map((t) => this.#textCache.get(t) ?? new Float32Array(this.bundle.configuration.embedding));
  }

  /** By which cosines with texts become logits; known once a text was embedded. */
  get scales(): { readonly image: number; readonly region: number } { return this.#scales; }

  /** An image is looked at once as long as somebody holds it. */
  look(image: PixelImage): Promise<Seen> {
    const known = this.#looks.get(image) ?? this.#lookAnew(image);
    this.#looks.set(image, known);
    known.catch(() => this.#looks.delete(image));
    return known;
  }

  async #lookAnew(image: PixelImage): Promise<Seen> {
    const out = await this.#run(image, whole(image), ['tokens', 'embedding', 'objectness', 'boxes', ...this.#image.outputs.filter((name) => name === 'attention'), ...(this.bundle.configuration.roi.look === 'grid' ? ['fine'] : [])]);
    const tokens = out['tokens'];
    if (tokens === undefined) throw new Error('the image model gave no tokens');
    return { tokens, attention: out['attention'] === undefined ? null : numbers(out['attention']), fine: out['fine'] ?? null, embedding: numbers(out['embedding']), objectness: numbers(out['objectness']), boxes: numbers(out['boxes']) };
  }

  #run(image: PixelImage, window: Box, wanted: readonly string[]): Promise<Record<string, Tensor>> {
    const side = this.bundle.configuration.image.side;
    const input = new Float32Array(3 * side * side);
    wholeImage(image, window, side, input, 0);
    return this.#image.run({ image: float32([1, 3, side, side], input) }, wanted);
  }

  /** What the proposal head sees on the whole image and on its tiles, each finding once, best first. */
  async #candidates(image: PixelImage, seen: Seen, minimum: number): Promise<RawProposal[]> {
    const { image: { side } } = this.bundle.configuration, grid = gridSide(this.bundle.configuration), options = { limit: regionLimit, minimum };
    const found = decodeProposals(grid, seen.objectness, seen.boxes, whole(image), side, options);
    for (const tile of viewsOf(image.format, side).slice(1)) {
      const out = await this.#run(image, tile, ['objectness', 'boxes']);
      found.push(...decodeProposals(grid, numbers(out['objectness']), numbers(out['boxes']), tile, side, options).filter(({ box }) => belongsToTile(box, tile, image.format)));
    }
    return suppressed(found, regionLimit);
  }

  async #regions(image: PixelImage, seen: Seen, boxes: readonly Box[]): Promise<RegionSeen[]> {
    const c = this.bundle.configuration, K = runSize.regions, E = c.embedding;
    const all: RegionSeen[] = [];
    // Bundles made before the second look put boxes right have no such output: their boxes stay.
    const refinement = this.#region.outputs.filter((name) => name === 'refinement');
    for (let from = 0; from < boxes.length; from += K) {
      const part = boxes.slice(from, from + K);
      const inputs = regionArrays(c, K);
      for (const [i, box] of part.entries()) fillRegion(inputs, i, c, image, box, box, whole(image));
      const out = await this.#region.run({ ...regionTensors(inputs, c, 1, K), ...(c.roi.context === 'none' ? {} : { tokens: seen.tokens }), ...(seen.fine === null ? {} : { fine: seen.fine }) }, ['embedding', 'finding', ...refinement]);
      const embedding = numbers(out['embedding']), finding = numbers(out['finding']), moves = refinement.length === 0 ? new Float32Array() : numbers(out['refinement']);
      for (const [i, box] of part.entries()) {
        const move = [moves[4 * i] ?? 0, moves[4 * i + 1] ?? 0, moves[4 * i + 2] ?? 0, moves[4 * i + 3] ?? 0] as const;
        all.push({ embedding: embedding.slice(i * E, (i + 1) * E), finding: 1 / (1 + Math.exp(-(finding[i] ?? 0))), box: rounded(clampBox(refined(box, move), image.format), image.format) });
      }
    }
    return all;
  }

  /** Zero-shot: the region against each finding's caption for this very box, so that only the finding differs. */
  async #name(embedding: Float32Array, box: Box, image: PixelImage, findings: readonly Finding[], certainty: Certainty = 'certain'): Promise<Suggestion[]> {
    const texts = await this.embedTexts(findings.map((f) => regionCaption(f.phrase, box, image.format)));
    return named(findings.map((f) => ({ label: f.label, caption: attributedCaption(f.phrase, box, image.format, certainty) })), texts, embedding, this.#scales.region);
  }
}

/** Whether a device's image model gives the processor's numbers, to a hundredth of the largest: a whole network adds up roundings. */
async function sameNumbers(bundle: Bundle, image: Session): Promise<boolean> {
  const trial = trialImage(bundle.configuration.image.side);
  const reference = await openSession(bundle.models['image.onnx']);
  try { return difference(await reference.run(trial), await image.run(trial)) <= 1e-2; } catch { return false; } finally { await reference.release(); }
}

/** Noise as bright as images are: what both precisions of a model are compared on. */
function trialImage(side: number): Record<string, Tensor> {
  const random = randomFrom(29), data = Float32Array.from({ length: 3 * side * side }, () => random.uniform(-2, 2));
  return { image: float32([1, 3, side, side], data) };
}
export const whole = (image: PixelImage): Box => ({ x: 0, y: 0, width: image.format.width, height: image.format.height });
export function numbers(t: Tensor | undefined): Float32Array {
  if (t?.dtype !== 'float32') throw new Error('the model gave no numbers');
  return t.data;
}
