// Intervals by the percentile bootstrap, resampling patients, since two images of one patient are not two witnesses
// (Efron and Tibshirani 1993, chapter 13). Seeded: the same data give the same interval.
import type { Measure } from '../../shared/domain/model.ts';
import { randomFrom } from '../random.ts';

const resamples = 1000;

/**
 * A statistic with its 95 % interval over patients; null when it has no value on the whole set. `statistic` gets the
 * images of the drawn patients, a patient drawn twice twice.
 */
export function bootstrap<T>(images: readonly T[], patientOf: (image: T) => string, statistic: (drawn: readonly T[]) => number | null, seed = 1): Measure | null {
  const value = statistic(images);
  if (value === null) return null;
  const groups = new Map<string, T[]>();
  for (const image of images) { const key = patientOf(image); const group = groups.get(key); if (group === undefined) groups.set(key, [image]); else group.push(image); }
  const patients = [...groups.values()];
  const random = randomFrom(seed, patients.length, 23);
  const values: number[] = [];
  for (let r = 0; r < resamples; r++) {
    const drawn: T[] = [];
    for (let i = 0; i < patients.length; i++) drawn.push(...(patients[random.integer(patients.length)] ?? []));
    const v = statistic(drawn);
    if (v !== null) values.push(v);
  }
  values.sort((a, b) => a - b);
  const quantile = (q: number): number => values[Math.min(values.length - 1, Math.max(0, Math.round(q * (values.length - 1))))] ?? value;
  return { value, low: Math.min(value, quantile(0.025)), high: Math.max(value, quantile(0.975)), n: patients.length };
}
