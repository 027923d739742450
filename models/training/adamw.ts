// AdamW: adaptive moments with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2), as a
// WebAssembly kernel over the parameters' own memory (adamw.wat): the same bits on every machine, and about as fast as
// memory is.
import { adamWBytes } from './adamw-bytes.ts';
import { offsetOf, type Parameters } from './parameters.ts';
import type { WebAssemblyGlobal } from './web-assembly.ts';

declare const WebAssembly: WebAssemblyGlobal;

export interface AdamWOptions { readonly beta1: number; readonly beta2: number; readonly epsilon: number; readonly weightDecay: number }
export const adamWDefaults: AdamWOptions = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.02 };

interface Kernel {
  sumOfSquares(at: number, count: number): number;
  update(weights: number, gradient: number, first: number, second: number, count: number, scale: number, rate: number, correction: number, decay: number, beta1: number, beta2: number, epsilon: number): void;
}
const isKernel = (exports: unknown): exports is Kernel => typeof exports === 'object' && exports !== null && 'sumOfSquares' in exports && 'update' in exports;

export interface Optimizer {
  /** Euclidean norm of the gradient; NaN or Infinity when an entry is. */
  gradientNorm(): number;
  /** Euclidean norm of the weights: finite exactly when every weight is. */
  weightNorm(): number;
  /** One update of all weights by `scale` times the gradient. `step` counts from 1. */
  update(step: number, learningRate: number, scale: number): void;
}

export function adamW(parameters: Parameters, options: AdamWOptions = adamWDefaults): Optimizer {
  const { exports: kernel } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(adamWBytes, 'base64')), { host: { memory: parameters.memory } });
  if (!isKernel(kernel)) throw new Error('adamw.wat exports something else');
  const { flat, gradient, first, second, list } = parameters;
  const { beta1, beta2, epsilon, weightDecay } = options;
  return {
    gradientNorm: () => Math.sqrt(kernel.sumOfSquares(gradient.byteOffset, gradient.length)),
    weightNorm: () => Math.sqrt(kernel.sumOfSquares(flat.byteOffset, flat.length)),
    update(step, learningRate, scale) {
      const rate = learningRate / (1 - beta1 ** step), correction = 1 / (1 - beta2 ** step);
      for (const p of list) {
        const at = 4 * offsetOf(p), count = Math.ceil(p.data.length / 4) * 4;
        kernel.update(at, gradient.byteOffset + at, first.byteOffset + at, second.byteOffset + at, count, scale, rate, correction, p.decays ? 1 - learningRate * weightDecay : 1, beta1, beta2, epsilon);
      }
    },
  };
}

/** The factor that shortens a gradient of this norm to at most `limit`. */
export const clipping = (norm: number, limit: number): number => (norm > limit ? limit / norm : 1);
