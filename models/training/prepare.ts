// The network as a run trains it: its graph for a part and for the whole of a batch, with what is frozen as constants
// and, where that is worth it, cut off and computed once (features.ts); and the batch's arrays to match.
//
// A new view of an example each time would be new pixels, and nothing would be worth keeping. So where features of
// examples are kept, each example is seen in a few views, drawn from the seed once and for all and the same in every
// epoch; which of them, is drawn for each step. Where only texts are kept, views stay new.
import { createHash } from 'node:crypto';
import type { Trainable } from '../../shared/domain/run.ts';
import type { Weights } from '../bundle/bundle.ts';
import type { Graph } from '../graph/graph.ts';
import type { Towers } from '../nets/adopted-tower.ts';
import type { NetworkConfiguration } from '../nets/configuration.ts';
import { textRows, trainingGraph } from '../nets/dual-branch.ts';
import { firstValues } from '../nets/weights.ts';
import { randomFrom } from '../random.ts';
import type { SessionOptions } from '../runtime/session.ts';
import { sizeOf, type Tensor } from '../tensor.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { batchTargets, exampleInputs, lookAt, makeBatch, textInputs, type BatchShape, type Drawn } from './batch.ts';
import { FeatureCache, splitFrozen, type FrozenSplit } from './features.ts';
import { planTraining, type TrainingPlan } from './trainable.ts';

export interface PrepareOptions {
  readonly configuration: NetworkConfiguration;
  readonly towers: Towers;
  readonly tokenizer: Tokenizer;
  /** Weights to start from; what is missing starts from the seed. */
  readonly start: Weights | null;
  readonly trainable: Trainable;
  readonly seed: number;
  /** Of one part; `parts` of them share a step. */
  readonly shape: BatchShape;
  readonly parts: number;
  /** Asked when features are first computed: by then the device is proven. */
  readonly session: () => SessionOptions;
}
export interface PreparedNetwork {
  readonly plan: TrainingPlan;
  readonly part: Graph;
  readonly whole: Graph;
  readonly wholeShape: BatchShape;
  /** Graphs that run beside the step, one example or text at a time. */
  readonly frozen: readonly Graph[];
  /** Rows of a part by the groups that follow each other in the whole batch: texts of images, then of regions; null where there is one group. */
  readonly groups: (name: string) => readonly number[] | null;
  /** The inputs of step n that are no weights. */
  readonly feeds: (step: number, drawn: readonly Drawn[]) => Promise<Record<string, Tensor>>;
  readonly release: () => Promise<void>;
}

/** Views of an example, where its features are kept. */
export const fixedViews = 4;

/** AppError('wrong-usage') when the network has nothing of what is to be trained. */
export function prepareNetwork(o: PrepareOptions): PreparedNetwork {
  const { configuration: c, shape, parts, seed, tokenizer } = o;
  const wholeShape: BatchShape = { ...shape, images: parts * shape.images, regionTexts: parts * shape.regionTexts };
  const { weights } = trainingGraph(c, shape, o.towers), values = startValues(o, weights);
  const planOf = (s: BatchShape): TrainingPlan => planTraining(trainingGraph(c, s, o.towers).graph, weights, values, o.trainable, seed);
  const plan = planOf(shape), wholePlan = parts === 1 ? plan : planOf(wholeShape);
  const uncut = (graph: Graph): FrozenSplit => ({ rest: graph, parts: [] });
  let [part, all] = [uncut(plan.graph), uncut(wholePlan.graph)];
  if (o.trainable.kind !== 'all') {
    const { graph: single } = planOf({ images: 1, regions: shape.regions, regionTexts: 0 });
    const cut = (p: TrainingPlan, s: BatchShape): FrozenSplit => splitFrozen(p.graph, single, { example: s.images, text: s.images + s.regionTexts });
    const [a, b] = [cut(plan, shape), parts === 1 ? null : cut(wholePlan, wholeShape)];
    // Parts of a batch are taken along its first axis.
    if (parts === 1 || a.parts.every((p) => p.kept.every((k) => k.axis === 0))) [part, all] = [a, b ?? a];
  }
  const keeps = (kind: 'example' | 'text') => all.parts.find((p) => p.kind === kind);
  /** Entries of a text along the first axis of what has texts there: one, or where tokens are rows, its tokens. */
  const ofTexts = new Map([...[...textRows].map((name) => [name, 1] as const), ...keeps('text')?.kept.map((k) => [k.name, k.length] as const) ?? []]);
  const pixels = all.rest.inputs.some((v) => v.name === 'image' || v.name === 'crops'), fixed = keeps('example') !== undefined;

  let cache: Promise<FeatureCache> | null = null;
  return {
    plan, part: part.rest, whole: all.rest, wholeShape, frozen: all.parts.map((p) => p.graph),
    groups: (name) => { const entries = ofTexts.get(name); return entries === undefined ? null : [entries * shape.images, entries * shape.regionTexts]; },
    async feeds(step, drawn) {
      const random = randomFrom(seed, step, 3), choose = randomFrom(seed, step, 7);
      if (all.parts.length === 0) return makeBatch(drawn, c, wholeShape, tokenizer, random);
      const seen = drawn.map((d) => {
        if (!fixed) return { key: '', look: lookAt(d, c, shape.regions, random) };
        const view = choose.integer(fixedViews);
        return { key: `${d.example.caseId} ${view}`, look: lookAt(d, c, shape.regions, randomFrom(seed, numberOf(d.example.caseId), view, 5)) };
      });
      const looks = seen.map((s) => s.look), { targets, texts } = batchTargets(looks, c, wholeShape, random);
      const inputs = { ...exampleInputs(looks, c, shape.regions, pixels), ...textInputs(texts, c, tokenizer), ...targets };
      cache ??= FeatureCache.open(all, o.session());
      return { ...inputs, ...await (await cache).feeds({
        example: seen.map(({ key, look }) => ({ key, inputs: () => exampleInputs([look], c, shape.regions) })),
        text: texts.map((text) => ({ key: text, inputs: () => textInputs([text], c, tokenizer) })),
      }) };
    },
    release: async () => { await (await cache)?.release(); },
  };
}

/** 32 bits of a name, for a generator of its own. */
const numberOf = (name: string): number => createHash('sha256').update(name).digest().readInt32LE(0);

function startValues(o: PrepareOptions, weights: TrainingPlan['trained']): Weights {
  return new Map(weights.map((w, i) => {
    const given = o.start?.get(w.name);
    if (given?.data.length === sizeOf(w.dims)) return [w.name, { dims: w.dims, data: given.data }];
    const data = new Float32Array(sizeOf(w.dims));
    firstValues(w, o.seed, i, data);
    return [w.name, { dims: w.dims, data }];
  }));
}
