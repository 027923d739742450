// One batch, as the arrays the training step is fed with. Everything is drawn from a generator of (seed, step), so a
// batch depends on nothing but the examples, the seed and the step's number.
import type { Example } from '../../shared/domain/example.ts';
import { iou, type Box } from '../../shared/domain/geometry.ts';
import { phraseOf } from '../../shared/domain/caption.ts';
import { refinementOf } from '../nets/refinement.ts';
import { letterboxScale, toNetwork, wholeImage } from '../images/network-input.ts';
import type { PixelImage } from '../images/pixels.ts';
import { fillRegion, regionArrays, regionTensors } from '../images/region-inputs.ts';
import { gridSide, type NetworkConfiguration } from '../nets/configuration.ts';
import { jointLoss, lossWeights, type BatchShape } from '../nets/dual-branch.ts';
import type { Random } from '../random.ts';
import { float32, type Tensor } from '../tensor.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { augmentedView, inView, type View, type ViewedFinding } from './augment.ts';
import { denseTargets } from './dense-targets.ts';
import { nearMisses } from './hard-negatives.ts';

export type { BatchShape } from '../nets/dual-branch.ts';
/** As many regions and texts an image, however many images. */
export const shapeOf = (images: number): BatchShape => ({ images, regions: 6, regionTexts: 5 * images });
export const batchShape = shapeOf(8);

/** Region slots an image keeps for negatives: rejected boxes first, then random background. */
const negativeSlots = 2;
/** Additive logit of a padded candidate: far below every real one, still finite. */
const absent = -1e4;

export interface Drawn { readonly example: Example; readonly image: PixelImage }

interface Slot { readonly box: Box; readonly caption: string | null; readonly replaced: string | null }

/** One example as a step sees it: all that chance decides, and nothing that has to be computed from pixels. */
export interface Look { readonly image: PixelImage; readonly view: View; readonly slots: readonly (Slot & { /** The box as a proposal would find it. */ readonly jittered: Box })[] }

export function lookAt({ example, image }: Drawn, c: NetworkConfiguration, regions: number, random: Random): Look {
  const view = augmentedView(example, image, c.image.side, random);
  return { image, view, slots: chooseSlots(view, regions, random).map((slot) => ({ ...slot, jittered: jitter(slot.box, random) })) };
}

export function makeBatch(drawn: readonly Drawn[], c: NetworkConfiguration, shape: BatchShape, tokenizer: Tokenizer, random: Random): Record<string, Tensor> {
  if (drawn.length !== shape.images) throw new RangeError(`makeBatch: ${drawn.length} examples for a batch of ${shape.images}`);
  const looks = drawn.map((d) => lookAt(d, c, shape.regions, random));
  const { targets, texts } = batchTargets(looks, c, shape, random);
  return { ...exampleInputs(looks, c, shape.regions), ...textInputs(texts, c, tokenizer), ...targets };
}

/** What the image encoder and the region branch are shown; pixels (image and crops) can be left out where they are not needed. */
export function exampleInputs(looks: readonly Look[], c: NetworkConfiguration, K: number, pixels = true): Record<string, Tensor> {
  const B = looks.length, S = c.image.side, s = c.region.side;
  const image = new Float32Array(pixels ? B * 3 * S * S : 0), all = regionArrays(c, B * K), regions = pixels ? all : { ...all, crops: new Float32Array(0) };
  for (const [b, { image: source, view, slots }] of looks.entries()) {
    if (pixels) {
      wholeImage(source, view.window, S, image, b * 3 * S * S);
      adjust(image, b * 3 * S * S, S, view, Math.round(view.window.width * letterboxScale(view.window, S)));
    }
    for (const [k, { jittered }] of slots.entries()) {
      const at = b * K + k;
      fillRegion(regions, at, c, source, jittered, inView(jittered, view), view.window);
      if (regions.crops.length > 0) adjust(regions.crops, at * 3 * s * s, s, view, s);
    }
  }
  return { ...(pixels ? { image: float32([B, 3, S, S], image) } : {}), ...regionTensors(regions, c, B, B * K) };
}

/** Texts as tokens [T, L] with their mask. */
export function textInputs(texts: readonly string[], c: NetworkConfiguration, tokenizer: Tokenizer): Record<string, Tensor> {
  const T = texts.length, L = c.text.length;
  const ids = new BigInt64Array(T * L), mask = new Float32Array(T * L);
  for (const [at, text] of texts.entries()) {
    const encoded = tokenizer.encode(text, L);
    for (let i = 0; i < L; i++) { ids[at * L + i] = BigInt(encoded.ids[i] ?? 0); mask[at * L + i] = encoded.mask[i] ?? 0; }
  }
  return { ids: { dtype: 'int64', dims: [T, L], data: ids }, mask: float32([T, L], mask) };
}

/** What the losses compare with, and the B + TR texts, image texts first, that the pairs are numbered by; unused places are empty texts. */
export function batchTargets(looks: readonly Look[], c: NetworkConfiguration, shape: BatchShape, random: Random): { targets: Record<string, Tensor>; texts: string[] } {
  const { images: B, regions: K, regionTexts: TR } = shape;
  const S = c.image.side, G = gridSide(c);
  const objectness = new Float32Array(B * G * G), objectnessWeight = new Float32Array(B * G * G);
  const boxTarget = new Float32Array(B * 4 * G * G), boxWeight = new Float32Array(B * G * G);
  const findingTarget = new Float32Array(B * K), findingWeight = new Float32Array(B * K);
  const refinementTarget = new Float32Array(B * K * 4), refinementWeight = new Float32Array(B * K);
  const captions: (string | null)[] = [];
  const replaced = new Set<string>();
  const viewed: { caption: string; box: Box; window: Box }[] = [];
  const imageTexts = looks.map(({ view }) => view.text);

  for (const [b, { view, slots }] of looks.entries()) {
    for (const [k, slot] of slots.entries()) {
      const at = b * K + k;
      findingTarget[at] = slot.caption === null ? 0 : 1;
      findingWeight[at] = 1;
      if (slot.caption !== null) { refinementTarget.set(refinementOf(inView(slot.jittered, view), inView(slot.box, view)), at * 4); refinementWeight[at] = 1; }
      captions.push(slot.caption);
      if (slot.replaced !== null) replaced.add(slot.replaced);
      if (slot.caption !== null) viewed.push({ caption: slot.caption, box: inView(slot.box, view), window: view.window });
    }
    for (let k = slots.length; k < K; k++) captions.push(null);

    const network = (box: Box): Box => toNetwork(inView(box, view), view.window, S);
    denseTargets(G, view.findings.map((f) => ({ box: network(f.box), weight: f.missed ? 2 : 1 })), view.rejected.map(network), view.cut.map(network), {
      objectness: objectness.subarray(b * G * G, (b + 1) * G * G), objectnessWeight: objectnessWeight.subarray(b * G * G, (b + 1) * G * G),
      box: boxTarget.subarray(b * 4 * G * G, (b + 1) * 4 * G * G), boxWeight: boxWeight.subarray(b * G * G, (b + 1) * G * G),
    });
  }
  scaleTo(boxWeight, 1);
  scaleTo(findingWeight, 1);
  scaleTo(refinementWeight, 1);
  const peaks = objectness.reduce((n, v) => n + (v === 1 ? 1 : 0), 0);
  for (let i = 0; i < objectnessWeight.length; i++) objectnessWeight[i] = (objectnessWeight[i] ?? 0) / Math.max(1, peaks);

  const positives = random.shuffled([...new Set(captions.filter((t) => t !== null))]).slice(0, TR);
  // What people replaced comes first, then captions that are right but for one thing.
  const phrases = [...new Set(viewed.map((v) => phraseOf(v.caption)).filter((p) => p !== null))];
  const nearly = viewed.flatMap(({ caption, box, window }) => random.shuffled(nearMisses(caption, { ...box, x: box.x - window.x, y: box.y - window.y }, window, phrases)).slice(0, 2));
  const negatives = [...new Set([...random.shuffled([...replaced]), ...random.shuffled(nearly)])].filter((t) => !captions.includes(t)).slice(0, TR - positives.length);
  const texts = [...positives, ...negatives];
  const region = pairTargets(captions, positives, B * K, TR);
  const whole = pairTargets(imageTexts, [...new Set(imageTexts)], B, B);
  const uniqueImageTexts = [...new Set(imageTexts)];

  const f = float32;
  const targets = {
    objectnessTarget: f([B, 1, G, G], objectness), objectnessWeight: f([B, 1, G, G], objectnessWeight),
    boxTarget: f([B, 4, G, G], boxTarget), boxWeight: f([B, 1, G, G], boxWeight),
    findingTarget: f([B * K, 1], findingTarget), findingWeight: f([B * K, 1], findingWeight),
    refinementTarget: f([B * K, 4, 1, 1], refinementTarget), refinementWeight: f([B * K, 1, 1, 1], refinementWeight),
    regionToText: f([B * K, TR], region.forward), textToRegion: f([TR, B * K], region.backward),
    textAbsent: f([1, TR], Float32Array.from({ length: TR }, (_, i) => (i < texts.length ? 0 : absent))),
    regionAbsent: f([1, B * K], Float32Array.from(captions, (t) => (t !== null ? 0 : absent))),
    imageToText: f([B, B], whole.forward), textToImage: f([B, B], whole.backward),
    lossWeights: lossWeights(jointLoss),
    imageTextAbsent: f([1, B], Float32Array.from({ length: B }, (_, i) => (i < uniqueImageTexts.length ? 0 : absent))),
  };
  return { targets, texts: Array.from({ length: B + TR }, (_, i) => (i < B ? uniqueImageTexts[i] : texts[i - B]) ?? '') };
}

/** Findings at random, then negatives that overlap none of them by much: rejected boxes, a box beside a finding, background. */
function chooseSlots(view: View, K: number, random: Random): Slot[] {
  const findings = random.shuffled(view.findings).slice(0, K - negativeSlots).map((f: ViewedFinding): Slot => ({ box: f.box, caption: f.caption, replaced: f.replacedCaption }));
  const apart = (box: Box): boolean => view.findings.every((f) => iou(f.box, box) < 0.3) && view.cut.every((b) => iou(b, box) < 0.3);
  const negatives: Slot[] = random.shuffled(view.rejected).filter(apart).slice(0, negativeSlots).map((box) => ({ box, caption: null, replaced: null }));
  for (let tries = 0; tries < 8 && negatives.length < negativeSlots; tries++) {
    const model = findings.length > 0 ? findings[random.integer(findings.length)]?.box : undefined;
    const width = model?.width ?? view.window.width * Math.exp(random.uniform(-3, -1)), height = model?.height ?? width;
    const beside = model !== undefined && random.chance(0.5), turn = random.uniform(0, 2 * Math.PI);
    const box = beside ? { x: model.x + 0.8 * width * Math.cos(turn), y: model.y + 0.8 * height * Math.sin(turn), width, height }
      : { x: view.window.x + random.uniform(0, Math.max(1, view.window.width - width)), y: view.window.y + random.uniform(0, Math.max(1, view.window.height - height)), width, height };
    if (apart(box)) negatives.push({ box, caption: null, replaced: null });
  }
  return [...findings, ...negatives];
}

/** A box as a proposal would find it: often a little off and a little too small or large, sometimes by much. */
function jitter(b: Box, random: Random): Box {
  const much = random.chance(0.4) ? 2.5 : 1;
  const width = b.width * Math.exp(0.1 * much * random.normal()), height = b.height * Math.exp(0.1 * much * random.normal());
  return { x: b.x + b.width / 2 - width / 2 + 0.06 * much * b.width * random.normal(), y: b.y + b.height / 2 - height / 2 + 0.06 * much * b.height * random.normal(), width, height };
}

/** Mirrors and changes brightness of one [3, side, side] view in place; only the first `width` columns hold the image. */
function adjust(data: Float32Array, at: number, side: number, view: View, width: number): void {
  for (let row = 0; row < 3 * side; row++) {
    const line = data.subarray(at + row * side, at + row * side + width);
    if (view.mirrored) line.reverse();
    for (let x = 0; x < line.length; x++) line[x] = (line[x] ?? 0) * view.gain + view.shift;
  }
}

/**
 * Targets of the symmetric contrastive loss with several positives: row i of `forward` spreads 1 / rows over the
 * texts that are item i's, rows without text are zero; `backward` is the same seen from the texts.
 */
export function pairTargets(items: readonly (string | null)[], texts: readonly string[], rows: number, columns: number): { forward: Float32Array; backward: Float32Array } {
  const forward = new Float32Array(rows * columns), backward = new Float32Array(columns * rows);
  const owners = texts.map((text) => items.flatMap((item, i) => (item === text ? [i] : [])));
  const withText = items.filter((item) => item !== null && texts.includes(item)).length;
  const used = owners.filter((o) => o.length > 0).length;
  for (const [t, own] of owners.entries()) for (const i of own) {
    forward[i * columns + t] = 1 / withText;
    backward[t * rows + i] = 1 / (own.length * used);
  }
  return { forward, backward };
}

function scaleTo(values: Float32Array, sum: number): void {
  const total = values.reduce((a, v) => a + v, 0);
  if (total > 0) for (let i = 0; i < values.length; i++) values[i] = ((values[i] ?? 0) * sum) / total;
}
