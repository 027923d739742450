// How far readers agree who read the same cases without seeing each other: whether they mark the same places (matched by
// overlap), whether they call them the same beyond chance, and how well their outlines lie on each other.
import { iou, type Box } from './geometry.ts';

export interface Marked { readonly id: string; readonly box: Box; readonly label: string }
/** One place, with what each reader marked there, in the readers' order; null where one marked nothing. */
export interface Place { readonly marks: readonly (Marked | null)[] }

/** Two marks are of one place when their boxes overlap by half of what they cover together. */
export const samePlace = 0.5;

/**
 * The places that any reader marked. Pairs of marks of different readers are joined best overlap first, each mark once, no
 * place with two marks of one reader. The order of readers changes the order of marks within a place and nothing else.
 */
export function placesOf(readers: readonly (readonly Marked[])[]): Place[] {
  const pairs: { overlap: number; a: readonly [number, number]; b: readonly [number, number] }[] = [];
  for (let r = 0; r < readers.length; r++) for (let s = r + 1; s < readers.length; s++) {
    for (const [i, m] of (readers[r] ?? []).entries()) for (const [k, n] of (readers[s] ?? []).entries()) { const overlap = iou(m.box, n.box); if (overlap >= samePlace) pairs.push({ overlap, a: [r, i], b: [s, k] }); }
  }
  const group = new Map<string, Map<number, number>>(), key = ([r, i]: readonly [number, number]): string => `${r} ${i}`;
  for (const [r, marks] of readers.entries()) for (const i of marks.keys()) group.set(key([r, i]), new Map([[r, i]]));
  for (const { a, b } of pairs.sort((x, y) => y.overlap - x.overlap)) {
    const one = group.get(key(a)), other = group.get(key(b));
    if (one === undefined || other === undefined || one === other || [...other.keys()].some((r) => one.has(r))) continue;
    for (const [r, i] of other) { one.set(r, i); group.set(key([r, i]), one); }
  }
  return [...new Set(group.values())].map((members) => ({ marks: readers.map((marks, r) => { const i = members.get(r); return i === undefined ? null : marks[i] ?? null; }) }));
}

export interface Agreement {
  readonly places: number;
  /** Places that all readers marked. */
  readonly shared: number;
  /** Mean overlap (IoU) of pairs of marks of one place; null without any. */
  readonly overlap: number | null;
  /** Cohen's kappa of two readers, Fleiss' of more, over places, "nothing" being one of the names; null where chance alone would agree wholly. */
  readonly kappa: number | null;
}

export function agreementOf(cases: readonly (readonly Place[])[]): Agreement {
  const places = cases.flat(), readers = places[0]?.marks.length ?? 0;
  const overlaps = places.flatMap(({ marks }) => marks.flatMap((m, i) => marks.slice(i + 1).flatMap((n) => (m === null || n === null ? [] : [iou(m.box, n.box)]))));
  const named = places.map(({ marks }) => marks.map((m) => m?.label ?? nothing));
  return {
    places: places.length, shared: places.filter((p) => p.marks.every((m) => m !== null)).length,
    overlap: overlaps.length === 0 ? null : overlaps.reduce((a, b) => a + b, 0) / overlaps.length,
    kappa: readers === 2 ? cohen(named) : readers > 2 ? fleiss(named) : null,
  };
}
const nothing = '';

/** Cohen 1960, "A coefficient of agreement for nominal scales": (p_o - p_e) / (1 - p_e), p_e from each reader's own shares. Rows of two names. */
export function cohen(rows: readonly (readonly string[])[]): number | null {
  if (rows.length === 0) return null;
  const names = [...new Set(rows.flat())], share = (reader: number, name: string): number => rows.filter((r) => r[reader] === name).length / rows.length;
  const observed = rows.filter(([a, b]) => a === b).length / rows.length, chance = names.reduce((sum, n) => sum + share(0, n) * share(1, n), 0);
  return chance > 1 - 1e-12 ? null : (observed - chance) / (1 - chance);
}

/** Fleiss 1971, "Measuring nominal scale agreement among many raters": mean agreement of pairs of readers a row, against that of the shares of all. */
export function fleiss(rows: readonly (readonly string[])[]): number | null {
  const n = rows[0]?.length ?? 0;
  if (rows.length === 0 || n < 2) return null;
  const names = [...new Set(rows.flat())], count = (row: readonly string[], name: string): number => row.filter((x) => x === name).length;
  const observed = rows.reduce((sum, row) => sum + names.reduce((s, name) => s + count(row, name) ** 2, -n) / (n * (n - 1)), 0) / rows.length;
  const chance = names.reduce((sum, name) => sum + (rows.reduce((s, row) => s + count(row, name), 0) / (rows.length * n)) ** 2, 0);
  return chance > 1 - 1e-12 ? null : (observed - chance) / (1 - chance);
}
