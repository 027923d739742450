// The nearest of many unit vectors, exactly: at the 10^5 regions that a site corrects in years one pass takes some
// hundredths of a second, so nothing is approximated and nothing needs an index that could be out of date.

export interface Candidate { readonly caseId: string; /** Unit length, so that a dot product is a cosine. */ readonly embedding: Float32Array }
export interface Near<C> { readonly candidate: C; readonly similarity: number }

function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
const nearestFirst = (a: Near<unknown>, b: Near<unknown>): number => b.similarity - a.similarity;

/** At most `limit`, nearest first. Each case gives its nearest before any gives a second: six cells of one smear say less than six patients. */
export function nearest<C extends Candidate>(query: Float32Array, candidates: readonly C[], limit: number): Near<C>[] {
  const best = new Map<string, Near<C>>();
  for (const candidate of candidates) {
    const similarity = cosine(query, candidate.embedding), known = best.get(candidate.caseId);
    if (known === undefined || similarity > known.similarity) best.set(candidate.caseId, { candidate, similarity });
  }
  const chosen = [...best.values()].sort(nearestFirst).slice(0, limit);
  if (chosen.length < limit) {
    const taken = new Set(chosen.map((c) => c.candidate));
    chosen.push(...candidates.flatMap((candidate): Near<C>[] => (taken.has(candidate) ? [] : [{ candidate, similarity: cosine(query, candidate.embedding) }])).sort(nearestFirst).slice(0, limit - chosen.length));
  }
  return chosen.sort(nearestFirst);
}
