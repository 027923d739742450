// The inference engine: a process that holds one bundle open and answers about images. It reads pixel blobs of its
// workspace and nothing else; it never writes.
import { AppError } from '../../shared/errors.ts';
import type { PixelFormat } from '../../shared/domain/case.ts';
import { inferenceContract, type InferenceContract } from '../../shared/contracts/inference.ts';
import type { Service } from '../../shared/rpc/contract.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { readPixels, type PixelImage } from '../../models/images/pixels.ts';
import { Explainer } from '../../models/inference/explainer.ts';
import { disagreement, entropy } from '../../models/inference/naming.ts';
import { Outliner } from '../../models/inference/outliner.ts';
import { Predictor } from '../../models/inference/predictor.ts';
import { engineArguments, hostPipe, reportBug } from './parent.ts';

const { blobPath } = engineArguments();
/** A bundle at work; it is let go when another has taken its place and its last answer is given. */
interface Open { readonly folder: string; readonly predictor: Predictor; explainer: Promise<Explainer> | null; outliner: Promise<Outliner> | null; answering: number }
let open: Open | null = null;
let loading: Promise<unknown> = Promise.resolve();
let last: PixelImage | null = null;

async function answer<T>(work: (predictor: Predictor, open: Open) => Promise<T>): Promise<T> {
  const mine = open;
  if (mine === null) throw new AppError('engine-failed', 'No model is loaded yet.');
  mine.answering++;
  try { return await work(mine.predictor, mine); } finally { mine.answering--; await letGo(mine); }
}
async function letGo(bundle: Open): Promise<void> { if (bundle !== open && bundle.answering === 0) await Promise.all([bundle.predictor.release(), bundle.explainer?.then((e) => e.release()), bundle.outliner?.then((o) => o.release())]); }
async function load(folder: string): Promise<Predictor> {
  if (open?.folder === folder) return open.predictor;
  const before = open, predictor = await Predictor.open(folder);
  open = { folder, predictor, explainer: null, outliner: null, answering: 0 };
  if (before !== null) await letGo(before);
  return predictor;
}
/** The image asked about last is kept: boxes drawn on it ask again. */
async function pixels(format: PixelFormat): Promise<PixelImage> {
  if (last?.format.blob !== format.blob || JSON.stringify(last.format) !== JSON.stringify(format)) last = await readPixels(blobPath, format);
  return last;
}

const service: Service<InferenceContract> = {
  async load({ bundle }) {
    // One after the other: the page greets while the first proposal is asked for.
    const mine = loading.then(() => load(bundle));
    loading = mine.catch(() => undefined);
    const { bundle: { manifest: { version } }, device } = await mine;
    return { version, device };
  },
  propose: ({ image, findings, threshold }) => answer(async (p) => {
    const began = performance.now();
    const seen = await pixels(image.pixels), { version, threshold: usual, findings: known } = p.bundle.manifest, names = findings ?? known, least = threshold ?? usual;
    const regions = await p.propose(seen, names, least), global = await p.nameImage(seen, image.modality, names);
    return {
      version, threshold: least, caption: p.captionOf(image.modality, regions), embedding: await p.embedImage(seen), milliseconds: performance.now() - began,
      regions: regions.map(({ box, score, label, caption, firstLook, secondLook, names: own }) => ({ box, score, label, caption, firstLook, secondLook, entropy: entropy(own), disagreement: disagreement(global, own) })),
    };
  }),
  describe: ({ image, box, findings }) => answer(async (p) => ({ suggestions: (await p.describe(await pixels(image.pixels), box, findings ?? p.bundle.manifest.findings)).slice(0, 6) })),
  explain: ({ image, box, findings, label }) => answer(async (p, mine) => {
    const explainer = await (mine.explainer ??= Explainer.open(p));
    return { version: p.bundle.manifest.version, ...await explainer.explain(await pixels(image.pixels), image.modality, box, findings ?? p.bundle.manifest.findings, label) };
  }),
  outline: ({ image, point, expected }) => answer(async (p, mine) => {
    const outliner = await (mine.outliner ??= Outliner.open(p)), { points, box } = await outliner.outline(await pixels(image.pixels), point, expected);
    return { points: [...points], box };
  }),
  answer: ({ image, question, box }) => answer(async (p) => ({ answers: (await p.answer(await pixels(image.pixels), question, box)).answers.slice(0, 6) })),
  embedImage: ({ image }) => answer(async (p) => ({ embedding: await p.embedImage(await pixels(image.pixels)) })),
  embedRegions: ({ image, boxes }) => answer(async (p) => ({ embeddings: await p.embedRegions(await pixels(image.pixels), boxes) })),
  embedTexts: ({ texts }) => answer(async (p) => ({ embeddings: await p.embedTexts(texts) })),
};

serve(inferenceContract, service, hostPipe(), { onBug: reportBug });
