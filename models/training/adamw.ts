// AdamW: adaptive moments with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2).
// Plain loops over float32 arrays: the same bits on every machine with IEEE arithmetic, and a few milliseconds a
// million weights, which the forward and backward passes dwarf.
export interface AdamWState { readonly first: Float32Array; readonly second: Float32Array }
export interface AdamWOptions { readonly beta1: number; readonly beta2: number; readonly epsilon: number; readonly weightDecay: number }
export const adamWDefaults: AdamWOptions = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.02 };

/** Moments below this are set to zero: left alone they decay into denormals, and arithmetic becomes 25 times slower. */
const tiny = 1e-30;

export const freshState = (size: number): AdamWState => ({ first: new Float32Array(size), second: new Float32Array(size) });

/** Scales `gradient` in place so that its Euclidean norm is at most `limit`; answers the norm before. NaN stays NaN. */
export function clipGradient(gradient: Float32Array, limit: number): number {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) { const v = gradient[i] ?? 0; sum += v * v; }
  const norm = Math.sqrt(sum);
  if (norm > limit) { const scale = limit / norm; for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] ?? 0) * scale; }
  return norm;
}

/** One update in place. `step` counts from 1; `decayed` tells which weights decay (matrices do, biases and norms do not). */
export function adamW(weights: Float32Array, gradient: Float32Array, state: AdamWState, step: number, learningRate: number, decayed: Uint8Array, options: AdamWOptions = adamWDefaults): void {
  const { beta1, beta2, epsilon, weightDecay } = options;
  const { first, second } = state;
  const rate = learningRate / (1 - beta1 ** step);
  const correction = 1 / (1 - beta2 ** step);
  const decay = 1 - learningRate * weightDecay;
  for (let i = 0; i < weights.length; i++) {
    const gi = gradient[i] ?? 0;
    let m = beta1 * (first[i] ?? 0) + (1 - beta1) * gi;
    let v = beta2 * (second[i] ?? 0) + (1 - beta2) * gi * gi;
    if (m < tiny && m > -tiny) m = 0;
    if (v < tiny) v = 0;
    first[i] = m;
    second[i] = v;
    const w = weights[i] ?? 0;
    weights[i] = (decayed[i] === 1 ? w * decay : w) - (rate * m) / (Math.sqrt(v * correction) + epsilon);
  }
}
