// Zero-shot classification: which finding a region shows, and whether an image shows a finding at all, from nothing but
// sentences. A finding's prompts are averaged and brought to unit length (Radford et al. 2021, section 3.1.4); what a
// single prompt gives stands beside it.
import { findingsOf, imageCaption, regionCaption, type Finding } from '../../../shared/domain/caption.ts';
import type { Example } from '../../../shared/domain/example.ts';
import { placeOf, placePhrase, sizeOf } from '../../../shared/domain/geometry.ts';
import type { TaskReport } from '../../../shared/domain/task.ts';
import type { Predictor } from '../../inference/predictor.ts';
import { dot } from '../../tensor.ts';
import { auroc, balancedAccuracy, macro } from '../auroc.ts';
import { bandOf, measured, patientsOf, strata, within, type Figure } from '../figures.ts';
import type { EvaluateOptions } from '../measure.ts';
import { bboxOf, shareOf, subjectsOf, type ClassificationLine } from './lines.ts';

type Prompt = (finding: Finding) => string;
const articled = (phrase: string): string => `${/^[aeiou]/i.test(phrase) ? 'An' : 'A'} ${phrase}`;

/** The first is what the program itself asks with. All speak of this very box, so that only the finding differs. */
const regionPrompts = (box: Parameters<typeof regionCaption>[1], image: Parameters<typeof regionCaption>[2]): readonly Prompt[] => [
  ({ phrase }) => regionCaption(phrase, box, image), ({ phrase }) => `${articled(phrase)} ${placePhrase(placeOf(box, image))}.`, ({ phrase }) => `${articled(`${sizeOf(box, image)} ${phrase}`)}.`, ({ phrase }) => `${articled(phrase)}.`, ({ phrase }) => `The region shows ${articled(phrase).toLowerCase()}.`,
];
/** Captions of images name labels, as those that were learnt do. */
const imagePrompts = (modality: string): readonly Prompt[] => [...[1, 2, 3].map((n): Prompt => ({ label }) => imageCaption(modality, Array.from({ length: n }, () => label))), ({ phrase }) => `The image shows ${articled(phrase).toLowerCase()}.`];
const absentPrompts = (modality: string): readonly Prompt[] => [() => imageCaption(modality, []), ({ phrase }) => `The image shows no ${phrase}.`];

async function averaged(predictor: Predictor, prompts: readonly Prompt[], of: Finding): Promise<Float32Array> {
  const vectors = await predictor.embedTexts(prompts.map((p) => p(of))), sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const v of vectors) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (v[i] ?? 0);
  const length = Math.hypot(...sum);
  return sum.map((v) => v / Math.max(length, 1e-12));
}

/** The labels that people or the data set gave, each with the phrase that its captions use. */
export const classesOf = (examples: readonly Example[]): Finding[] => findingsOf(examples.flatMap((e) => e.findings));

export async function classificationLines(o: EvaluateOptions): Promise<ClassificationLine[]> {
  const { predictor, examples } = o, subjectOf = subjectsOf(examples, predictor.bundle.manifest.version), classes = classesOf(examples);
  const lines: ClassificationLine[] = [];
  if (classes.length < 2) return lines;
  await predictor.embedTexts([classes[0]?.phrase ?? '']);
  const { region: regionScale, image: imageScale } = predictor.scales;
  /** Probability among the findings. */
  const among = async (embedding: Float32Array, prompts: readonly Prompt[]): Promise<Record<string, number>> => {
    const logits = await Promise.all(classes.map(async (c) => regionScale * dot(embedding, await averaged(predictor, prompts, c))));
    const top = Math.max(...logits), total = logits.reduce((s, l) => s + Math.exp(l - top), 0);
    return Object.fromEntries(classes.map((c, i) => [c.label, Math.exp((logits[i] ?? top) - top) / total]));
  };
  /** Probability of there against not there, finding by finding. */
  const present = async (embedding: Float32Array, there: readonly Prompt[], not: readonly Prompt[]): Promise<Record<string, number>> =>
    Object.fromEntries(await Promise.all(classes.map(async (c) => [c.label, 1 / (1 + Math.exp(-imageScale * (dot(embedding, await averaged(predictor, there, c)) - dot(embedding, await averaged(predictor, not, c)))))])));
  for (const [i, e] of examples.entries()) {
    o.signal?.throwIfAborted();
    const named = e.findings.filter((f) => f.label !== '');
    const { image, regions } = await predictor.embedBoth(await o.load(e), named.map((f) => f.box));
    const base = { task: 'classification' as const, ...subjectOf(e) }, there = imagePrompts(e.modality), not = absentPrompts(e.modality);
    lines.push({ ...base, of: 'image', id: e.caseId, bbox: null, share: null, truth: [...new Set(named.map((f) => f.label))].sort(), scores: await present(image, there, not), onePrompt: await present(image, there.slice(0, 1), not.slice(0, 1)) });
    for (const [k, f] of named.entries()) {
      const prompts = regionPrompts(f.box, e.pixels), vector = regions[k] ?? new Float32Array(0);
      lines.push({ ...base, of: 'region', id: f.id, bbox: bboxOf(f.box), share: shareOf(f.box, e.pixels), truth: [f.label], scores: await among(vector, prompts), onePrompt: await among(vector, prompts.slice(0, 1)) });
    }
    o.onProgress?.(i + 1, examples.length);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  return lines;
}

type Scores = 'scores' | 'onePrompt';
const best = (scores: Readonly<Record<string, number>>): string => Object.entries(scores).reduce((a, b) => (b[1] > a[1] ? b : a), ['', -Infinity])[0];

function figuresOf(lines: readonly ClassificationLine[]): Figure<ClassificationLine>[] {
  const labels = Object.keys(lines[0]?.scores ?? {});
  const of = (what: ClassificationLine['of'], name: string, prepare: Figure<ClassificationLine>['prepare']): Figure<ClassificationLine> => within((l) => l.of === what, { name: `${what}.${name}`, prepare });
  const rocOf = (items: readonly ClassificationLine[], label: string, key: Scores) => auroc(items.map((l) => l[key][label] ?? 0), items.map((l) => l.truth.includes(label)));
  /** Regions: the best finding is the answer. Images: every finding is a question, answered yes from one half on. */
  const accuracy = (what: ClassificationLine['of'], key: Scores) => (items: readonly ClassificationLine[]) => (what === 'region'
    ? balancedAccuracy(items.map((l) => best(l[key])), items.map((l) => l.truth[0] ?? ''))
    : macro(labels.map((label) => balancedAccuracy(items.map((l) => String((l[key][label] ?? 0) >= 0.5)), items.map((l) => String(l.truth.includes(label)))))));
  const both = (['scores', 'onePrompt'] as const).map((key) => [key, key === 'scores' ? '' : 'onePrompt.'] as const);
  return (['region', 'image'] as const).flatMap((what) => [
    ...both.flatMap(([key, prefix]) => [of(what, `${prefix}auroc`, (items) => macro(labels.map((label) => rocOf(items, label, key)))), of(what, `${prefix}balancedAccuracy`, accuracy(what, key))]),
    ...labels.map((label) => of(what, `auroc.${label}`, (items) => rocOf(items, label, 'scores'))),
  ]);
}

export function classificationReport(lines: readonly ClassificationLine[]): TaskReport {
  const figures = figuresOf(lines);
  return {
    task: 'classification', items: lines.length, images: new Set(lines.map((l) => l.caseId)).size, patients: patientsOf(lines),
    figures: measured(lines, figures), strata: strata(lines, figures, (l) => (l.share === null ? null : bandOf(l.share))), reliability: [],
  };
}
