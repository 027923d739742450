// One step of the joint fine-tuning, in the pieces that models/training/train.ts puts together: the batch is made, the
// graph runs forward and backward, the gradient is clipped, AdamW updates the weights.
import { readBundle, weightsOf } from '../../models/bundle/bundle.ts';
import { lossNames, trainingGraph } from '../../models/nets/dual-branch.ts';
import { writeOnnx } from '../../models/onnx/write.ts';
import { makePhantom } from '../../models/phantom/make-phantom.ts';
import { randomFrom } from '../../models/random.ts';
import { chooseDevice } from '../../models/runtime/device.ts';
import { openSession } from '../../models/runtime/session.ts';
import type { Tensor } from '../../models/tensor.ts';
import { adamW, clipping } from '../../models/training/adamw.ts';
import { batchShape, makeBatch, type Drawn } from '../../models/training/batch.ts';
import { makeParameters } from '../../models/training/parameters.ts';
import { createTrainingStep } from '../../models/training/step.ts';
import { baseBundle } from './grounds.ts';
import { inUnit, single, spread, timed, type Part } from './statistics.ts';

const warmUp = 3, measured = 15, studies = 16;

export async function trainStep(): Promise<Part> {
  const bundle = await readBundle(baseBundle), start = weightsOf(bundle), device = await chooseDevice();
  const { graph, weights } = trainingGraph(bundle.configuration, batchShape);
  const parameters = makeParameters(weights);
  for (const p of parameters.list) { const given = start.get(p.name); if (given !== undefined) p.data.set(given.data); }
  const feedsOfWeights: Record<string, Tensor> = Object.fromEntries(parameters.list.map((p) => [p.name, { dtype: 'float32', dims: p.dims, data: p.data }]));
  const optimizer = adamW(parameters);
  const drawn = Array.from({ length: studies }, (_, i): Drawn => makePhantom(8000 + i));

  const step = await createTrainingStep(graph, lossNames, parameters, { device: device.name });
  const forward = await openSession(writeOnnx(graph, 'forward'), { device: device.name, memoryPattern: false });
  const times = { batch: [] as number[], forward: [] as number[], both: [] as number[], update: [] as number[] };
  try {
    for (let n = 1; n <= warmUp + measured; n++) {
      const chosen = randomFrom(1, n).shuffled(drawn).slice(0, batchShape.images);
      const [batch, feeds] = await timed(() => makeBatch(chosen, bundle.configuration, batchShape, bundle.tokenizer, randomFrom(1, n, 3)));
      const [once] = await timed(() => forward.run({ ...feeds, ...feedsOfWeights }, ['total']));
      const [both, losses] = await timed(() => step.run(feeds));
      if (!Number.isFinite(losses['total'])) throw new Error('the loss is no number');
      const [update] = await timed(() => optimizer.update(n, 1e-4, clipping(optimizer.gradientNorm(), 2)));
      if (n > warmUp) { times.batch.push(batch); times.forward.push(once); times.both.push(both); times.update.push(update); }
    }
  } finally {
    await Promise.all([step.release(), forward.release()]);
  }
  const whole = times.both.map((v, i) => v + (times.batch[i] ?? 0) + (times.update[i] ?? 0));
  const sizes = new Set(drawn.map(({ image: { format: f } }) => f.width * f.height));
  return {
    rows: [
      spread('training: samples a second', whole.map((v) => (1000 * batchShape.images) / v), inUnit('samples/s')),
      spread('training: one step', whole),
      spread('– batch making', times.batch),
      spread('– forward', times.forward),
      spread('– backward', times.both.map((v, i) => v - (times.forward[i] ?? 0))),
      spread('– clip and AdamW', times.update),
      single('training: parameters', `${(parameters.flat.length / 1e6).toFixed(2)} million`),
    ],
    notes: [
      `**Training step**: batch of ${batchShape.images} images with ${batchShape.regions} region slots each and ${batchShape.regionTexts} region texts, the base bundle's network and weights, on ${device.name}; ${measured} steps after ${warmUp} to warm up, on ${studies} phantom studies (${(Math.min(...sizes) / 1e6).toFixed(2)} to ${(Math.max(...sizes) / 1e6).toFixed(2)} megapixels, decoded beforehand). Forward and backward run as one graph; *forward* is the same losses run alone in a session of their own on the same batch, *backward* the difference of the two, step by step, the copies of the gradient included. Checkpoints are not in it.`,
    ],
  };
}
