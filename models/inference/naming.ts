// What an embedding is called among the site's findings, zero-shot, and how sure and how unanimous the names are.
import { dot } from '../tensor.ts';

export interface Named { readonly label: string; readonly probability: number }

/** Softmax over the scaled cosines with each finding's words, most probable first. @param texts one a finding, in its order */
export function named<F extends { readonly label: string }>(findings: readonly F[], texts: readonly Float32Array[], embedding: Float32Array, scale: number): (F & Named)[] {
  const logits = texts.map((t) => scale * dot(t, embedding)), top = Math.max(...logits), total = logits.reduce((sum, l) => sum + Math.exp(l - top), 0);
  return findings.map((f, i) => ({ ...f, probability: Math.exp((logits[i] ?? top) - top) / total })).sort((a, b) => b.probability - a.probability);
}

/** Total variation distance of two lists of names, each of which sums to 1. */
export function disagreement(a: readonly Named[], b: readonly Named[]): number {
  const other = new Map(b.map((n) => [n.label, n.probability]));
  return Math.min(1, Math.max(0, 1 - a.reduce((sum, n) => sum + Math.min(n.probability, other.get(n.label) ?? 0), 0)));
}

/** Shannon entropy as a share of the most there could be: 0 where one name is certain, 1 where all are alike. */
export function entropy(names: readonly Named[]): number {
  if (names.length < 2) return 0;
  const nats = names.reduce((sum, { probability: p }) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  return Math.min(1, Math.max(0, nats / Math.log(names.length)));
}
