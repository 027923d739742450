// Figures of a task with their intervals. A figure is prepared once on a set (sorted, matched) and then answers for any
// weights of the patients, so that a thousand resamples cost a thousand sums. Intervals are percentile bootstraps over
// patients (Efron and Tibshirani 1993, chapter 13), seeded; candidates of a retrieval stay the whole set's.
import type { Measure } from '../../shared/domain/model.ts';
import type { NamedFigure, TaskReport } from '../../shared/domain/task.ts';
import { randomFrom } from '../random.ts';

/** Whom an item is about, and the parts of the set it belongs to. */
export interface Subject { readonly patient: string; readonly modality: string; readonly device: string | null; readonly site: string | null }
/** The figure when item i counts `weights[i]` times; null when it has no value. */
export type Weighted = (weights: ArrayLike<number>) => number | null;
export interface Figure<I> { readonly name: string; readonly prepare: (items: readonly I[]) => Weighted }

const resamples = 1000;
/** Below so many patients an interval is no interval, and a figure would be read as one. */
export const fewestPatients = 5;

export function measured<I extends Subject>(items: readonly I[], figures: readonly Figure<I>[], seed = 1): NamedFigure[] {
  const patients = new Map<string, number>();
  const patientOf = items.map((item) => { const known = patients.get(item.patient) ?? patients.size; patients.set(item.patient, known); return known; });
  const prepared = figures.map((f) => ({ name: f.name, statistic: f.prepare(items), values: [] as number[] }));
  const weights = new Float64Array(items.length).fill(1);
  const whole = prepared.map((p) => p.statistic(weights));
  const random = randomFrom(seed, patients.size, 23), drawn = new Float64Array(patients.size);
  for (let r = 0; r < resamples && patients.size > 1; r++) {
    drawn.fill(0);
    for (let i = 0; i < patients.size; i++) { const k = random.integer(patients.size); drawn[k] = (drawn[k] ?? 0) + 1; }
    for (let i = 0; i < items.length; i++) weights[i] = drawn[patientOf[i] ?? 0] ?? 0;
    for (const [i, p] of prepared.entries()) { const v = whole[i] === null ? null : p.statistic(weights); if (v !== null) p.values.push(v); }
  }
  return prepared.map(({ name, values }, i) => {
    const value = whole[i];
    if (value === null || value === undefined) return { name, measure: null };
    values.sort((a, b) => a - b);
    const quantile = (q: number): number => values[Math.round(q * (values.length - 1))] ?? value;
    return { name, measure: { value, low: Math.min(value, quantile(0.025)), high: Math.max(value, quantile(0.975)), n: patients.size } satisfies Measure };
  });
}

export const patientsOf = (items: readonly Subject[]): number => new Set(items.map((i) => i.patient)).size;

type Stratum = TaskReport['strata'][number];
/** One part of a set; too few patients give no figure. */
export function stratum<I extends Subject>(by: Stratum['by'], value: string, items: readonly I[], figures: readonly Figure<I>[]): Stratum {
  const patients = patientsOf(items);
  return { by, value, items: items.length, patients, figures: patients < fewestPatients ? [] : measured(items, figures).filter((f) => f.measure !== null) };
}

/** The parts by what made the image: none by an attribute that is the same, or unknown, for all. */
export function strata<I extends Subject>(items: readonly I[], figures: readonly Figure<I>[], bands: ((item: I) => string | null) | null = null): Stratum[] {
  const by: readonly (readonly [Stratum['by'], (item: I) => string | null])[] = [['modality', (i) => i.modality], ['device', (i) => i.device], ['site', (i) => i.site], ...(bands === null ? [] : [['size', bands] as const])];
  return by.flatMap(([name, valueOf]) => {
    const parts = new Map<string, I[]>();
    for (const item of items) { const value = valueOf(item); if (value === null) continue; const part = parts.get(value); if (part === undefined) parts.set(value, [item]); else part.push(item); }
    return parts.size < 2 && name !== 'size' ? [] : [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, part]) => stratum(name, value, part, figures));
  });
}

/** The figure on those items alone of which `belongs` is true. */
export const within = <I>(belongs: (item: I) => boolean, figure: Figure<I>): Figure<I> => ({
  name: figure.name,
  prepare: (items) => {
    const own = items.flatMap((item, i) => (belongs(item) ? [i] : [])), statistic = figure.prepare(items.filter(belongs)), gathered = new Float64Array(own.length);
    return (weights) => { for (const [k, i] of own.entries()) gathered[k] = weights[i] ?? 0; return statistic(gathered); };
  },
});

/** The weighted mean of what `of` says about items; those it says nothing about do not count. */
export const meanOf = <I>(name: string, of: (item: I) => number | boolean | null): Figure<I> => ({
  name,
  prepare: (items) => {
    const values = items.map((i) => { const v = of(i); return v === null ? null : Number(v); });
    return (weights) => {
      let sum = 0, count = 0;
      for (const [i, v] of values.entries()) if (v !== null) { const w = weights[i] ?? 0; sum += w * v; count += w; }
      return count === 0 ? null : sum / count;
    };
  },
});

/** The weighted median: the smallest value that half of the items do not exceed. */
export const medianOf = <I>(name: string, of: (item: I) => number | null): Figure<I> => ({
  name,
  prepare: (items) => {
    const values = items.flatMap((item, i) => { const v = of(item); return v === null ? [] : [[v, i] as const]; }).sort(([a], [b]) => a - b);
    return (weights) => {
      let all = 0, sum = 0;
      for (const [, i] of values) all += weights[i] ?? 0;
      for (const [v, i] of values) { sum += weights[i] ?? 0; if (all > 0 && 2 * sum >= all) return v; }
      return null;
    };
  },
});

/** Shares of the image's area by which lesions are told apart, with their words. */
export const sizeBands = [['< 0.1 %', 0, 0.001], ['0.1–1 %', 0.001, 0.01], ['1–5 %', 0.01, 0.05], ['> 5 %', 0.05, Infinity]] as const;
export const bandOf = (share: number): string => sizeBands.find(([, , to]) => share < to)?.[0] ?? '> 5 %';
