// Which examples a step sees: every example once an epoch in an order drawn from the seed, and a share of phantoms
// replayed from what the base network was made of, so that it does not forget (Rolnick et al. 2019, arXiv 1811.11682).
import { AppError } from '../../shared/errors.ts';
import type { Example } from '../../shared/domain/example.ts';
import { readPixels, type PixelImage } from '../images/pixels.ts';
import { makePhantom } from '../phantom/make-phantom.ts';
import { randomFrom } from '../random.ts';
import type { Drawn } from './batch.ts';

/** Decoded images kept in memory, in bytes; the least recently used go first. */
const cacheLimit = 1_500_000_000;

class ImageCache {
  readonly #held = new Map<string, PixelImage>();
  #bytes = 0;
  async get(key: string, load: () => Promise<PixelImage>): Promise<PixelImage> {
    const known = this.#held.get(key);
    if (known !== undefined) { this.#held.delete(key); this.#held.set(key, known); return known; }
    const image = await load();
    this.#held.set(key, image);
    this.#bytes += image.samples.byteLength;
    for (const [old, { samples }] of this.#held) {
      if (this.#bytes <= cacheLimit || old === key) break;
      this.#held.delete(old);
      this.#bytes -= samples.byteLength;
    }
    return image;
  }
}

export interface SamplerOptions {
  readonly examples: readonly Example[];
  readonly blobPath: (sha256: string) => string;
  /** Share of each batch that is phantoms, in [0, 1]; 1 needs no examples. */
  readonly replay: number;
  /** How many different phantoms there are. */
  readonly phantoms: number;
  readonly seed: number;
}

/** Answers the examples of step n (from 1), `count` of them. AppError('nothing-to-train') without examples to draw. */
export function makeSampler(o: SamplerOptions): (step: number, count: number) => Promise<Drawn[]> {
  if (o.examples.length === 0 && o.replay < 1) throw new AppError('nothing-to-train', 'There are no corrected cases to learn from yet.');
  const cache = new ImageCache();
  const phantomExamples = new Map<number, Example>();
  const orders = new Map<number, number[]>();
  const orderOf = (epoch: number): number[] => {
    const known = orders.get(epoch);
    if (known !== undefined) return known;
    orders.clear();
    const order = randomFrom(o.seed, epoch, 1).shuffled(o.examples.map((_, i) => i));
    orders.set(epoch, order);
    return order;
  };
  const phantom = async (seed: number): Promise<Drawn> => {
    const image = await cache.get(`phantom ${seed}`, () => {
      const study = makePhantom(seed);
      phantomExamples.set(seed, study.example);
      return Promise.resolve(study.image);
    });
    const example = phantomExamples.get(seed) ?? makePhantom(seed).example;
    return { example, image };
  };
  return async (step, count) => {
    const replayed = o.examples.length === 0 ? count : Math.min(count - 1, Math.round(o.replay * count));
    const random = randomFrom(o.seed, step, 2);
    const drawn: Drawn[] = [];
    for (let i = 0; i < count - replayed; i++) {
      const position = (step - 1) * (count - replayed) + i;
      const epoch = Math.floor(position / o.examples.length);
      const example = o.examples[orderOf(epoch)[position % o.examples.length] ?? 0];
      if (example === undefined) throw new Error('the sampler has no such example');
      drawn.push({ example, image: await cache.get(example.pixels.blob, () => readPixels(o.blobPath, example.pixels)) });
    }
    for (let i = 0; i < replayed; i++) drawn.push(await phantom(random.integer(o.phantoms)));
    return drawn;
  };
}
