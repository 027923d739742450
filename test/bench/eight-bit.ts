// What eight bits give: the bundle's encoders as they are and quantised, in turn, on the same inputs. Only models that are
// mostly matrix products are opened in eight bits by the program (models/inference/eight-bit.ts); the others are measured
// all the same, so that the rule can be judged.
import { readBundle } from '../../models/bundle/bundle.ts';
import { cosines } from '../../models/inference/eight-bit.ts';
import { matrixShare, quantised } from '../../models/onnx/quantise.ts';
import { randomFrom } from '../../models/random.ts';
import { runSize } from '../../models/nets/dual-branch.ts';
import { openSession } from '../../models/runtime/session.ts';
import { float32, int64, sizeOf, type Tensor } from '../../models/tensor.ts';
import { baseBundle } from './grounds.ts';
import { quantile, single, spread, timed, type Part } from './statistics.ts';

const turns = 40;

export async function eightBit(): Promise<Part> {
  const bundle = await readBundle(baseBundle), { side } = bundle.configuration.image, { length } = bundle.configuration.text, random = randomFrom(11);
  const noise = (dims: readonly number[]): Tensor => float32(dims, Float32Array.from({ length: sizeOf(dims) }, () => random.uniform(-2, 2)));
  const texts = Array.from({ length: runSize.texts }, (_, i) => bundle.tokenizer.encode(`Small ${bundle.manifest.findings[i % bundle.manifest.findings.length]?.phrase ?? 'finding'} in the upper left part of the image.`, length));
  const cases = [
    { name: 'image encoder', model: bundle.models['image.onnx'], feeds: { image: noise([1, 3, side, side]) } },
    { name: `text encoder, ${runSize.texts} texts`, model: bundle.models['text.onnx'], feeds: { ids: int64([runSize.texts, length], texts.flatMap((t) => [...t.ids])), mask: float32([runSize.texts, length], texts.flatMap((t) => [...t.mask])) } },
  ];
  const rows: Part['rows'][number][] = [];
  for (const { name, model, feeds } of cases) {
    const [whole, small] = [await openSession(model), await openSession(quantised(model))], times = { whole: [] as number[], small: [] as number[] };
    const all = cosines((await whole.run(feeds, ['embedding']))['embedding'], (await small.run(feeds, ['embedding']))['embedding']);
    for (let i = 0; i < turns; i++) { times.whole.push((await timed(() => whole.run(feeds)))[0]); times.small.push((await timed(() => small.run(feeds)))[0]); }
    await Promise.all([whole.release(), small.release()]);
    rows.push(spread(`${name}, as it is`, times.whole), spread('– in eight bits', times.small), single('– time, share of matrix products, least cosine', `${(quantile(times.small, 0.5) / quantile(times.whole, 0.5)).toFixed(2)} · ${(100 * matrixShare(model)).toFixed(0)} % · ${Math.min(...all).toFixed(5)}`));
  }
  return { rows, notes: [`**Eight bits**: the base bundle's encoders on the processor, ${turns} runs each, in turn; matrices quantised by column, activations as they come. The program opens an image encoder in eight bits where at least 70 % of its work is products with constant matrices (adopted transformers) and the embeddings agree; its own image encoder is mostly convolutions and stays as it is.`] };
}
