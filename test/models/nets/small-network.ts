// The smallest network that the layers allow (channels in groups of 8, sides in strides of 16 and 8): every tensor of
// the real one is there, and a step takes milliseconds.
import { wholeRoiProcessor, type NetworkConfiguration } from '../../../models/nets/configuration.ts';
import { trainingGraph } from '../../../models/nets/dual-branch.ts';
import { firstValues } from '../../../models/nets/weights.ts';
import { makePhantom } from '../../../models/phantom/make-phantom.ts';
import { randomFrom } from '../../../models/random.ts';
import { baseTokenizerJson, readTokenizer } from '../../../models/text/tokenizer.ts';
import { makeBatch, type BatchShape, type Drawn } from '../../../models/training/batch.ts';
import { makeParameters, type Parameters } from '../../../models/training/parameters.ts';
import type { Graph } from '../../../models/graph/graph.ts';
import type { Tensor } from '../../../models/tensor.ts';

export const smallTokenizerJson = baseTokenizerJson();
export const smallTokenizer = readTokenizer(smallTokenizerJson);

export const smallConfiguration: NetworkConfiguration = {
  image: { side: 32, widths: [8, 8, 8], depth: 1 },
  region: { side: 16, widths: [8, 8, 8], depth: 1 },
  text: { vocabulary: smallTokenizer.vocabulary, length: 12, depth: 1 },
  width: 8, heads: 2, embedding: 8, head: 8, roi: wholeRoiProcessor,
};
export const smallShape: BatchShape = { images: 2, regions: 4, regionTexts: 6 };

/** Two phantoms, one with a replaced caption and a rejected box, so that every input of the graph is in use. */
export function smallBatch(seed: number, c = smallConfiguration): Record<string, Tensor> {
  const drawn = [seed, seed + 1].map((s): Drawn => {
    const { example, image } = makePhantom(s);
    const findings = example.findings.map((f, i) => ({ ...f, replacedCaption: i === 0 ? 'Small clip in the centre of the image.' : null, missed: i === 1 }));
    return { example: { ...example, findings, rejected: [{ x: 2, y: 2, width: 20, height: 16 }] }, image };
  });
  return makeBatch(drawn, c, smallShape, smallTokenizer, randomFrom(seed, 3));
}

/** The training graph with weights as the seed starts them, biases and scales moved off their round first values. */
export function smallNetwork(seed: number): { graph: Graph; parameters: Parameters } {
  const { graph, weights } = trainingGraph(smallConfiguration, smallShape);
  const parameters = makeParameters(weights);
  for (const [i, specification] of weights.entries()) {
    const data = parameters.list[i]?.data;
    if (data === undefined) throw new Error(`${specification.name} has no memory`);
    firstValues(specification, seed, i, data);
    if ('value' in specification.start && !specification.name.startsWith('scale.')) {
      const random = randomFrom(seed, i, 41);
      for (let k = 0; k < data.length; k++) data[k] = (data[k] ?? 0) + 0.1 * random.normal();
    }
  }
  return { graph, parameters };
}
