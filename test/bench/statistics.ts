// What a measurement answers: rows of one table, and notes that say what was measured and how. Every spread is taken
// from the single values; nothing is an average that hides its tail.
export interface Row { readonly what: string; readonly figure: string; readonly quartiles: string; readonly tail: string; readonly count: string }
export interface Part { readonly rows: readonly Row[]; readonly notes: readonly string[] }

/** Linear interpolation between the order statistics (type 7 of Hyndman and Fan 1996); q in [0, 1]. NaN without values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1), below = Math.floor(at);
  const low = sorted[below] ?? Number.NaN, high = sorted[below + 1] ?? low;
  return low + (high - low) * (at - below);
}

const significant = (v: number): string => (Math.abs(v) >= 100 ? v.toFixed(0) : Math.abs(v) >= 10 ? v.toFixed(1) : v.toFixed(2));
export const milliseconds = (v: number): string => (Math.abs(v) < 10_000 ? `${significant(v)} ms` : `${(v / 1000).toFixed(1)} s`);
export const inUnit = (unit: string) => (v: number): string => `${significant(v)} ${unit}`;

/** Median, quartiles and, where asked for, percentiles of the tail, in [0, 100]. */
export function spread(what: string, values: readonly number[], write: (v: number) => string = milliseconds, tail: readonly number[] = []): Row {
  return {
    what, figure: write(quantile(values, 0.5)), quartiles: `${write(quantile(values, 0.25))} – ${write(quantile(values, 0.75))}`,
    tail: tail.map((p) => (p === 100 ? `longest ${write(quantile(values, 1))}` : `p${p} ${write(quantile(values, p / 100))}`)).join(' · '), count: String(values.length),
  };
}
/** One figure without a spread, or a word why there is none. */
export const single = (what: string, figure: string, count = ''): Row => ({ what, figure, quartiles: '', tail: '', count });

/** Milliseconds that `work` takes, and its answer. */
export async function timed<T>(work: () => T | Promise<T>): Promise<[number, T]> {
  const began = performance.now();
  const answer = await work();
  return [performance.now() - began, answer];
}
