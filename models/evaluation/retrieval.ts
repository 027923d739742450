// Whether the right text is nearest. Identical texts are one text; a hit is any right one in the first K; ties count
// against us.
import { dot } from '../tensor.ts';

/** For each query the rank (from 1) of its best right candidate. Vectors are unit length. */
export function ranks(queries: readonly { readonly embedding: Float32Array; readonly right: ReadonlySet<number> }[], candidates: readonly Float32Array[]): number[] {
  return queries.map(({ embedding, right }) => {
    const similarity = candidates.map((c) => dot(c, embedding));
    let best = -Infinity;
    for (const i of right) best = Math.max(best, similarity[i] ?? -Infinity);
    let ahead = 0;
    for (const [i, s] of similarity.entries()) if (!right.has(i) && s >= best) ahead++;
    return ahead + 1;
  });
}

export const recallAt = (k: number, all: readonly number[]): number | null => (all.length === 0 ? null : all.filter((r) => r <= k).length / all.length);
