// Numbers with a shape: the one form in which graphs keep constants and sessions take inputs. Row-major, little-endian.
export type Tensor =
  | { readonly dtype: 'float32'; readonly dims: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'int64'; readonly dims: readonly number[]; readonly data: BigInt64Array }
  | { readonly dtype: 'int32'; readonly dims: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'bool'; readonly dims: readonly number[]; readonly data: Uint8Array };
export type DType = Tensor['dtype'];

export const sizeOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
export const float32 = (dims: readonly number[], data: Float32Array | readonly number[]): Tensor =>
  ({ dtype: 'float32', dims, data: data instanceof Float32Array ? data : Float32Array.from(data) });
export const int64 = (dims: readonly number[], data: readonly number[]): Tensor => ({ dtype: 'int64', dims, data: BigInt64Array.from(data, saturated) });

/** 64 bits from a double: 2^63 - 1, which stands for "to the end" of an axis, is no double and saturates. */
export const saturated = (v: number): bigint => (v >= 2 ** 63 ? 2n ** 63n - 1n : v <= -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(v)));

/** The numbers of a tensor, whatever its type (int64 beyond 2^53 loses precision: shapes and axes never are). */
export const numbersOf = (t: Tensor): number[] => Array.from(t.data, Number);

/** The tensor's bytes, without a copy. */
export const bytesOf = (t: Tensor): Uint8Array => new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength);

/** The sum of products of two vectors of one length. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
