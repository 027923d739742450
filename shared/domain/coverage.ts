// How far each case is from everything that was signed off, in the space of the network's image embeddings, and which of
// the rest cover that space best: farthest-first traversal (González 1985), the greedy k-centre cover. Exact, and
// incremental: one case signed off costs one pass over the rest. What takes long comes in passes, a generator, so that
// whoever runs it decides when the others have their turn.

/** Picks that farthest-first makes one by one; the rest are ordered by what these leave of their distance. No reader does as many between two sign-offs. */
const horizon = 256;

export class Coverage {
  readonly #width: number;
  readonly #at = new Map<string, number>();
  readonly #ids: string[] = [];
  #vectors: Float32Array;
  /** The highest cosine with a signed-off case and which one it is, −1 where there is none. */
  #near: Float32Array;
  #by: Int32Array;
  readonly #done = new Set<number>();

  /** @param width of the embeddings */
  constructor(width: number) {
    this.#width = width;
    this.#vectors = new Float32Array(64 * width);
    this.#near = new Float32Array(64);
    this.#by = new Int32Array(64);
  }

  get size(): number { return this.#ids.length; }
  has(id: string): boolean { return this.#at.has(id); }

  /** A case's embedding, of unit length. */
  put(id: string, embedding: Float32Array): void {
    let i = this.#at.get(id);
    if (i === undefined) { i = this.#ids.push(id) - 1; this.#at.set(id, i); this.#grow(); }
    const moved = this.#done.has(i);
    if (moved) this.forget(id);
    this.#vectors.set(embedding.subarray(0, this.#width), i * this.#width);
    this.#lookAgain(i);
    if (moved) this.cover(id);
  }

  /** The case was signed off: what is like it is new no more. One pass. */
  cover(id: string): void {
    const c = this.#at.get(id);
    if (c === undefined || this.#done.has(c)) return;
    this.#done.add(c);
    this.#pass(c, this.#near, this.#by);
  }

  /** The case was reopened. Only what it alone covered is looked at again. */
  forget(id: string): void {
    const c = this.#at.get(id);
    if (c === undefined || !this.#done.delete(c)) return;
    for (let i = 0; i < this.#ids.length; i++) if (this.#by[i] === c) this.#lookAgain(i);
  }

  isCovered(id: string): boolean { const i = this.#at.get(id); return i !== undefined && this.#done.has(i); }

  /**
   * For each case that is not signed off its distance (1 − cosine, in [0, 2]) from all that is, and from all that
   * farthest-first takes before it: ordered by falling distance they are that traversal. Yields after every pass.
   */
  *distances(): Generator<void, Map<string, number>> {
    const n = this.#ids.length, left = this.#near.slice(0, n), found = new Map<string, number>(), waiting: number[] = [];
    for (let i = 0; i < n; i++) if (!this.#done.has(i)) waiting.push(i);
    // Where nothing is signed off, the most usual case comes first: the one nearest to the mean.
    let next = this.#done.size === 0 ? this.#mostUsual(waiting) : farthest(waiting, left, found, this.#ids);
    for (let k = 0; k < horizon && next >= 0; k++) {
      found.set(this.#ids[next] ?? '', k === 0 && this.#done.size === 0 ? 2 : 1 - (left[next] ?? 0));
      this.#pass(next, left, null);
      yield;
      next = farthest(waiting, left, found, this.#ids);
    }
    for (const i of waiting) { const id = this.#ids[i] ?? ''; if (!found.has(id)) found.set(id, 1 - (left[i] ?? 0)); }
    return found;
  }

  #mostUsual(waiting: readonly number[]): number {
    const w = this.#width, mean = new Float32Array(w);
    for (const i of waiting) for (let k = 0; k < w; k++) mean[k] = (mean[k] ?? 0) + (this.#vectors[i * w + k] ?? 0);
    let best = -1, likest = -Infinity;
    for (const i of waiting) {
      const c = this.#cosine(i, mean, 0);
      if (c > likest) { likest = c; best = i; }
    }
    return best;
  }

  /** Every case is held against one: where it is nearer than what was nearest, that is put right. */
  #pass(centre: number, near: Float32Array, by: Int32Array | null): void {
    const v = this.#vectors.subarray(centre * this.#width, (centre + 1) * this.#width);
    for (let i = 0; i < near.length && i < this.#ids.length; i++) {
      const c = this.#cosine(i, v, 0);
      if (c > (near[i] ?? -1)) { near[i] = c; if (by !== null) by[i] = centre; }
    }
  }

  #lookAgain(i: number): void {
    this.#near[i] = -1;
    this.#by[i] = -1;
    for (const c of this.#done) {
      const likeness = this.#cosine(i, this.#vectors, c * this.#width);
      if (likeness > (this.#near[i] ?? -1)) { this.#near[i] = likeness; this.#by[i] = c; }
    }
  }

  /** Four sums side by side: the processor need not wait for one to add the next. */
  #cosine(i: number, other: Float32Array, from: number): number {
    const v = this.#vectors, w = this.#width, at = i * w;
    let a = 0, b = 0, c = 0, d = 0, k = 0;
    for (; k + 3 < w; k += 4) {
      a += (v[at + k] ?? 0) * (other[from + k] ?? 0);
      b += (v[at + k + 1] ?? 0) * (other[from + k + 1] ?? 0);
      c += (v[at + k + 2] ?? 0) * (other[from + k + 2] ?? 0);
      d += (v[at + k + 3] ?? 0) * (other[from + k + 3] ?? 0);
    }
    for (; k < w; k++) a += (v[at + k] ?? 0) * (other[from + k] ?? 0);
    return a + b + c + d;
  }

  #grow(): void {
    const room = this.#by.length;
    if (this.#ids.length <= room) return;
    const vectors = new Float32Array(2 * room * this.#width), near = new Float32Array(2 * room), by = new Int32Array(2 * room);
    vectors.set(this.#vectors); near.set(this.#near); by.set(this.#by);
    this.#vectors = vectors; this.#near = near; this.#by = by;
  }
}

/** Of those not taken yet the one that is least like what is taken; −1 when none is left. Ties go to the smaller id, whatever came in first. */
function farthest(waiting: readonly number[], near: Float32Array, taken: ReadonlyMap<string, number>, ids: readonly string[]): number {
  let best = -1, least = Infinity;
  for (const i of waiting) {
    const likeness = near[i] ?? -1, id = ids[i] ?? '';
    if (likeness > least || taken.has(id)) continue;
    if (likeness < least || id < (ids[best] ?? '')) { best = i; least = likeness; }
  }
  return best;
}
