// Seeded random numbers. A generator is made from a few integers (seed, step, purpose), never carried across steps,
// so a run that is resumed at step n draws what the uninterrupted run drew there.
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Random {
  /** Uniform in [low, high). */
  uniform(low?: number, high?: number): number;
  /** Uniform integer in [0, below). */
  integer(below: number): number;
  /** Standard normal (Box and Muller 1958). */
  normal(): number;
  /** True with probability p. */
  chance(p: number): boolean;
  /** A new array in random order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[];
}

/** Mixes the parts into one 32-bit seed (FNV-1a over their bytes). */
function mix(parts: readonly number[]): number {
  let h = 0x811c9dc5;
  for (const part of parts) for (let shift = 0; shift < 32; shift += 8) h = Math.imul(h ^ ((part >>> shift) & 255), 0x01000193);
  return h | 0;
}

export function randomFrom(...parts: readonly number[]): Random {
  const generator = xoroshiro128plus(mix(parts));
  // 32 bits are plenty here, and one draw a number keeps grain on a million pixels quick.
  const uniform = (low = 0, high = 1): number => low + (high - low) * ((generator.next() >>> 0) / 4294967296);
  const integer = (below: number): number => Math.min(below - 1, Math.floor(uniform(0, below)));
  return {
    uniform, integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    chance: (p) => uniform() < p,
    shuffled: (items) => {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const a = out[i], b = out[j];
        if (a !== undefined && b !== undefined) { out[i] = b; out[j] = a; }
      }
      return out;
    },
  };
}
