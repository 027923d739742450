// The base bundle's network with weights nobody trained: what fresh training starts from, and what times depend on as much
// as on trained ones.
import { readBundle, writeBundle } from '../../models/bundle/bundle.ts';
import type { RoiProcessor } from '../../models/nets/configuration.ts';
import { trainingGraph } from '../../models/nets/dual-branch.ts';
import { firstValues } from '../../models/nets/weights.ts';
import { sizeOf } from '../../models/tensor.ts';
import { batchShape } from '../../models/training/batch.ts';

export async function untrainedBundle(base: string, folder: string, seed: number, roi: Partial<RoiProcessor> = {}): Promise<string> {
  const bundle = await readBundle(base), configuration = { ...bundle.configuration, roi: { ...bundle.configuration.roi, ...roi } };
  const { weights } = trainingGraph(configuration, batchShape, bundle.towers);
  const numbers = new Map(weights.map((w, i) => { const data = new Float32Array(sizeOf(w.dims)); firstValues(w, seed, i, data); return [w.name, { dims: w.dims, data }]; }));
  const { files: _, network: __, format: ___, calibration: ____, ...manifest } = bundle.manifest;
  await writeBundle(folder, { configuration, towers: bundle.towers, weights: numbers, tokenizerJson: bundle.tokenizerJson, manifest: { ...manifest, threshold: 0.3 } });
  return folder;
}
