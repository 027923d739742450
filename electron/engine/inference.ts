// The inference engine: a process that holds one bundle open and answers about images. It reads pixel blobs of its
// workspace and nothing else; it never writes.
import { AppError } from '../../shared/errors.ts';
import type { PixelFormat } from '../../shared/domain/case.ts';
import { inferenceContract, type InferenceContract } from '../../shared/contracts/inference.ts';
import type { Service } from '../../shared/rpc/contract.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { readPixels, type PixelImage } from '../../models/images/pixels.ts';
import { Predictor } from '../../models/inference/predictor.ts';
import { engineArguments, hostPipe, reportBug } from './parent.ts';

const { blobPath } = engineArguments();
let open: { folder: string; predictor: Predictor } | null = null;
let last: PixelImage | null = null;

function predictor(): Predictor {
  if (open === null) throw new AppError('engine-failed', 'No model is loaded yet.');
  return open.predictor;
}
/** The image asked about last is kept: boxes drawn on it ask again. */
async function pixels(format: PixelFormat): Promise<PixelImage> {
  if (last?.format.blob !== format.blob || JSON.stringify(last.format) !== JSON.stringify(format)) last = await readPixels(blobPath(format.blob), format);
  return last;
}

const service: Service<InferenceContract> = {
  async load({ bundle }) {
    if (open?.folder !== bundle) {
      const next = await Predictor.open(bundle);
      await open?.predictor.release();
      open = { folder: bundle, predictor: next };
    }
    return { version: open.predictor.bundle.manifest.version, device: open.predictor.device };
  },
  async propose({ image, findings, threshold }) {
    const p = predictor();
    const began = performance.now();
    const regions = await p.propose(await pixels(image.pixels), findings ?? p.bundle.manifest.findings, threshold);
    return { version: p.bundle.manifest.version, regions: regions.map(({ box, score, label, caption }) => ({ box, score, label, caption })), caption: p.captionOf(image.modality, regions), milliseconds: performance.now() - began };
  },
  async describe({ image, box, findings }) {
    const p = predictor();
    return { suggestions: (await p.describe(await pixels(image.pixels), box, findings ?? p.bundle.manifest.findings)).slice(0, 6) };
  },
  async embedImage({ image }) { return { embedding: await predictor().embedImage(await pixels(image.pixels)) }; },
  async embedRegions({ image, boxes }) { return { embeddings: await predictor().embedRegions(await pixels(image.pixels), boxes) }; },
  async embedTexts({ texts }) { return { embeddings: await predictor().embedTexts(texts) }; },
};

serve(inferenceContract, service, hostPipe(), { onBug: reportBug });
