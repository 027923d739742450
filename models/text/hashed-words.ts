// The words of a short text as numbers without a vocabulary: words and pairs of neighbours, each hashed to a place
// (Weinberger et al. 2009, arXiv 0902.2206), at unit length. Beside an encoder's embedding it keeps apart what an encoder
// that never read such questions maps to one point.
export const hashedWordsLength = 512;

/** Place and sign of a word (FNV-1a, 32 bits; the highest bit is the sign). */
function hash(word: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(word)) h = Math.imul(h ^ byte, 0x01000193);
  return h >>> 0;
}

export function hashedWords(text: string): Float32Array {
  const words = text.toLowerCase().normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? [], out = new Float32Array(hashedWordsLength);
  for (const term of [...words, ...words.slice(1).map((w, i) => `${words[i] ?? ''} ${w}`)]) {
    const h = hash(term), at = (h & 0x7fffffff) % hashedWordsLength;
    out[at] = (out[at] ?? 0) + (h >>> 31 === 1 ? -1 : 1);
  }
  const length = Math.hypot(...out);
  return length === 0 ? out : out.map((v) => v / length);
}
