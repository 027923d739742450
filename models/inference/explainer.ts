// Why the network proposes what it proposes, out of the network itself: what each of its two looks says, which parts of
// the whole image speak for the finding, what of the surroundings the ROI processor used, and what the region would be
// called with less of them. Nothing here is fitted or guessed: every figure is a value that the network computes.
import type { Explanation } from '../../shared/contracts/inference.ts';
import { imageCaption, regionCaption, type Finding } from '../../shared/domain/caption.ts';
import type { Box } from '../../shared/domain/geometry.ts';
import { weightsOf } from '../bundle/bundle.ts';
import { calibrated } from '../evaluation/calibration.ts';
import { letterboxScale, toNetwork } from '../images/network-input.ts';
import { fillRegion, regionArrays, regionTensors } from '../images/region-inputs.ts';
import type { PixelImage } from '../images/pixels.ts';
import { denseStride, gridSide, tokenSide } from '../nets/configuration.ts';
import { explanationModel, runSize } from '../nets/dual-branch.ts';
import { weightConstants } from '../nets/weights.ts';
import { writeOnnx } from '../onnx/write.ts';
import { openSession, type Session } from '../runtime/session.ts';
import { dot, float32 } from '../tensor.ts';
import { disagreement, named } from './naming.ts';
import { numbers, whole, type Predictor, type Seen } from './predictor.ts';

type HeatMap = Explanation['objectness'];

/** From the region alone to the region as the network sees it. */
const strengths = Array.from({ length: runSize.regions }, (_, i) => i / (runSize.regions - 1));

export class Explainer {
  readonly #predictor: Predictor;
  readonly #session: Session;
  /** [D, E] of the global branch's projection; null where it has none. */
  readonly #project: { readonly dims: readonly number[]; readonly data: Float32Array } | null;

  private constructor(predictor: Predictor, session: Session, project: { readonly dims: readonly number[]; readonly data: Float32Array } | null) {
    this.#predictor = predictor;
    this.#session = session;
    this.#project = project;
  }

  static async open(predictor: Predictor, threads?: number): Promise<Explainer> {
    const { bundle } = predictor, weights = weightsOf(bundle);
    const constants = weightConstants((name) => { const w = weights.get(name); if (w === undefined) throw new Error(`the weight ${name} is missing`); return w; });
    const session = await openSession(writeOnnx(explanationModel(bundle.configuration, constants), 'explanation'), threads === undefined ? {} : { threads });
    return new Explainer(predictor, session, weights.get('image.project.weight') ?? null);
  }
  async release(): Promise<void> { await this.#session.release(); }

  /** @param label the finding to explain; what the region branch calls it when left out. @param findings what it could be called. */
  async explain(image: PixelImage, modality: string, box: Box, findings: readonly Finding[], label?: string): Promise<Explanation> {
    const { bundle } = this.#predictor, c = bundle.configuration, seen = await this.#predictor.look(image), K = runSize.regions;
    const inputs = regionArrays(c, K);
    for (let k = 0; k < K; k++) fillRegion(inputs, k, c, image, box, box, whole(image));
    const out = await this.#session.run({
      ...regionTensors(inputs, c, 1, K), ...(c.roi.context === 'none' ? {} : { tokens: seen.tokens, strength: float32([1, K, 1], Float32Array.from(strengths)) }), ...(seen.fine === null ? {} : { fine: seen.fine }),
    });
    const embeddings = numbers(out['embedding']), logits = numbers(out['finding']), last = K - 1;
    const texts = await this.#predictor.embedTexts(findings.map((f) => regionCaption(f.phrase, box, image.format))), labels = findings.map((f) => ({ label: f.label }));
    const context = strengths.map((strength, k) => ({ strength, finding: sigmoid(logits[k] ?? 0), names: named(labels, texts, embeddings.subarray(k * c.embedding, (k + 1) * c.embedding), this.#predictor.scales.region) }));
    const region = context.at(-1)?.names ?? [], secondLook = context.at(-1)?.finding ?? 0;
    const global = await this.#predictor.nameImage(image, modality, findings);
    const explained = label ?? region[0]?.label ?? 'finding';
    const [words, none] = await this.#predictor.embedTexts([imageCaption(modality, [explained]), imageCaption(modality, [])]);
    const firstLook = this.#bestCell(seen, box, image), stated = Math.sqrt(firstLook * secondLook), { calibration } = bundle.manifest;
    const attention = out['attention'] === undefined ? null : numbers(out['attention']), tokens = tokenSide(c), tokenCell = 1 / letterboxScale(image.format, tokens);
    return {
      firstLook, secondLook, score: calibration === undefined ? stated : calibrated(calibration, stated), label: explained,
      heat: words === undefined || none === undefined ? null : this.#heat(seen, words, none, tokenCell),
      objectness: { side: gridSide(c), cell: denseStride / letterboxScale(image.format, c.image.side), values: Float32Array.from(seen.objectness, sigmoid) },
      surroundings: attention === null ? null : { side: tokens, cell: tokenCell, values: attention.slice(last * tokens ** 2, K * tokens ** 2) },
      gate: numbers(out['gate'])[last] ?? 0, context, global, region, disagreement: disagreement(global, region),
    };
  }

  /** The embedding is unit(sum over n of a_n P t_n): its cosine with words is a sum over tokens. */
  #heat(seen: Seen, words: Float32Array, none: Float32Array, cell: number): HeatMap | null {
    const project = this.#project, { attention } = seen, [d = 0, e = 0] = project?.dims ?? [];
    if (project === null || attention === null || seen.tokens.dtype !== 'float32') return null;
    // P (words - none), so that each token costs one product.
    const direction = new Float32Array(d);
    for (let i = 0; i < d; i++) for (let k = 0; k < e; k++) direction[i] = (direction[i] ?? 0) + (project.data[i * e + k] ?? 0) * ((words[k] ?? 0) - (none[k] ?? 0));
    const n = attention.length, tokens = seen.tokens.data, pooled = new Float32Array(e), mean = new Float32Array(d), values = new Float32Array(n);
    for (let t = 0; t < n; t++) {
      const token = tokens.subarray(t * d, (t + 1) * d), weight = attention[t] ?? 0;
      values[t] = weight * dot(token, direction);
      for (let i = 0; i < d; i++) mean[i] = (mean[i] ?? 0) + weight * (token[i] ?? 0);
    }
    for (let i = 0; i < d; i++) for (let k = 0; k < e; k++) pooled[k] = (pooled[k] ?? 0) + (mean[i] ?? 0) * (project.data[i * e + k] ?? 0);
    const length = Math.hypot(...pooled);
    return { side: Math.sqrt(n), cell, values: values.map((v) => v / length) };
  }

  #bestCell(seen: Seen, box: Box, image: PixelImage): number {
    const c = this.#predictor.bundle.configuration, grid = gridSide(c), at = toNetwork(box, whole(image), c.image.side);
    const index = (v: number): number => Math.min(grid - 1, Math.max(0, Math.floor(v / denseStride)));
    let best = -Infinity;
    for (let y = index(at.y); y <= index(at.y + at.height); y++) for (let x = index(at.x); x <= index(at.x + at.width); x++) best = Math.max(best, seen.objectness[y * grid + x] ?? -Infinity);
    return sigmoid(best);
  }
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
