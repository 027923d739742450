// The trainable weights of a network: named tensors that are views on one WebAssembly memory, beside their gradient and
// the optimiser's moments. Sessions read them where they are, the optimiser's kernel changes them where they are.
import { sizeOf } from '../tensor.ts';
import type { WebAssemblyGlobal, WebAssemblyMemory } from './web-assembly.ts';

declare const WebAssembly: WebAssemblyGlobal;

export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array;
  /** Whether it shrinks a little each step (Loshchilov and Hutter 2019): matrices and kernels do, biases, norms and positions do not. */
  readonly decays: boolean;
}
export interface Parameters {
  /** Four blocks, one after the other: weights, gradient, first and second moments, which the optimiser's kernel walks. */
  readonly memory: WebAssemblyMemory;
  readonly flat: Float32Array;
  /** These three are laid out as `flat`. */
  readonly gradient: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly list: readonly Parameter[];
}

/** Each view begins at a multiple of four numbers, as SIMD wants it; the numbers between stay zero. */
const padded = (n: number): number => Math.ceil(n / 4) * 4;
const pageBytes = 65_536;

/** Views for the given shapes, in the order given, on memory of their own. RangeError beyond 4 GiB, which is 268 million weights. */
export function makeParameters(shapes: readonly { readonly name: string; readonly dims: readonly number[]; readonly decays?: boolean }[]): Parameters {
  const size = shapes.reduce((n, s) => n + padded(sizeOf(s.dims)), 0);
  const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil((16 * size) / pageBytes)) });
  const block = (i: number): Float32Array => new Float32Array(memory.buffer, 4 * i * size, size);
  const flat = block(0);
  let at = 0;
  const list = shapes.map(({ name, dims, decays }) => {
    const data = flat.subarray(at, at + sizeOf(dims));
    at += padded(data.length);
    return { name, dims, data, decays: decays ?? (dims.length >= 2 && name.endsWith('.weight')) };
  });
  return { memory, flat, gradient: block(1), first: block(2), second: block(3), list };
}

/** A parameter's place in `flat`, and so in the gradient and the moments. */
export const offsetOf = (p: Parameter): number => p.data.byteOffset / 4;
export const gradientOf = (parameters: Parameters, p: Parameter): Float32Array => parameters.gradient.subarray(offsetOf(p), offsetOf(p) + p.data.length);
