// Numbers of an ONNX file as tensors, wherever they lie: in the message's lists, in its bytes, or in a file beside it.
// What fits into float32, int32, int64 or bool without loss is widened (half precision, small integers); the rest is
// refused by name. Numbers are copied once, from the file's bytes, or not at all when they lie alone.
import { saturated, sizeOf, type DType, type Tensor } from '../tensor.ts';
import { damaged, unsupported, type TensorProto } from './parse.ts';

/** Reads part of a file in the model's folder; `location` is relative, with slashes, and does not leave that folder. */
export type ExternalData = (location: string, offset: number, length: number) => Uint8Array;

interface Element {
  readonly name: string;
  /** Bytes. */
  readonly width: number;
  readonly dtype: DType;
}
/** TensorProto.DataType. Half and double precision are read as float32; what is not listed (strings, complex numbers, uint64, 8 bits and fewer for quantised weights) is not read. */
const elements: Readonly<Record<number, Element>> = {
  1: { name: 'float32', width: 4, dtype: 'float32' }, 10: { name: 'float16', width: 2, dtype: 'float32' }, 16: { name: 'bfloat16', width: 2, dtype: 'float32' }, 11: { name: 'float64', width: 8, dtype: 'float32' },
  6: { name: 'int32', width: 4, dtype: 'int32' }, 7: { name: 'int64', width: 8, dtype: 'int64' }, 9: { name: 'bool', width: 1, dtype: 'bool' },
  2: { name: 'uint8', width: 1, dtype: 'int32' }, 3: { name: 'int8', width: 1, dtype: 'int32' }, 4: { name: 'uint16', width: 2, dtype: 'int32' }, 5: { name: 'int16', width: 2, dtype: 'int32' }, 12: { name: 'uint32', width: 4, dtype: 'int64' },
};
const floats: ReadonlySet<number> = new Set([1, 10, 16, 11]);

/** The element type as which values of TensorProto.DataType `code` are computed here. Small integers wrap around when computed with, so that only their constants are read, not their arithmetic. */
export function dtypeOf(code: number, where: string): DType {
  const found = elements[code];
  if (found === undefined || (found.name !== found.dtype && !floats.has(code))) throw unsupported(`${where} has element type ${found?.name ?? code}, which is not supported.`);
  return found.dtype;
}

export function tensorOf(t: TensorProto, name: string, external: ExternalData | undefined): Tensor {
  const element = elements[t.data_type];
  if (element === undefined) throw unsupported(`The tensor ${name} has element type ${t.data_type}, which is not supported.`);
  const count = sizeOf(t.dims);
  const wrong = (has: string): Error => damaged(`The tensor ${name} of shape [${t.dims.join(', ')}] has ${has}.`);
  if (t.data_location !== 0 || (t.raw_data !== undefined && (t.raw_data.length > 0 || count === 0))) {
    const raw = t.data_location === 0 ? t.raw_data ?? new Uint8Array(0) : externalBytes(t, name, count * element.width, external);
    if (raw.length !== count * element.width) throw wrong(`${raw.length} bytes`);
    return fromBytes(element, t.dims, raw, name, t.data_location !== 0);
  }
  // float16, bfloat16 and integers below 64 bits are listed in int32_data, bit by bit.
  const listed = element.name === 'float32' ? t.float_data : element.name === 'float64' ? t.double_data : element.name === 'int64' ? t.int64_data : element.name === 'uint32' ? t.uint64_data : t.int32_data;
  if (listed.length !== count) throw wrong(`${listed.length} numbers`);
  switch (element.dtype) {
    case 'float32': return { dtype: 'float32', dims: t.dims, data: element.name === 'float16' || element.name === 'bfloat16' ? widen(Uint16Array.from(listed), element.name) : element.name === 'float64' ? narrow(listed, name) : Float32Array.from(listed) };
    case 'int64': return { dtype: 'int64', dims: t.dims, data: BigInt64Array.from(listed, saturated) };
    case 'int32': return { dtype: 'int32', dims: t.dims, data: Int32Array.from(listed) };
    case 'bool': return { dtype: 'bool', dims: t.dims, data: Uint8Array.from(listed, (v) => (v === 0 ? 0 : 1)) };
  }
}

function fromBytes(element: Element, dims: readonly number[], raw: Uint8Array, name: string, alone: boolean): Tensor {
  // Bytes of their own are used as they lie where the alignment allows; a view on the model's file would keep all of it.
  const own = alone && raw.byteOffset % element.width === 0 ? raw : new Uint8Array(raw);
  const { buffer, byteOffset: at } = own;
  const n = own.byteLength / element.width;
  switch (element.name) {
    case 'float32': return { dtype: 'float32', dims, data: new Float32Array(buffer, at, n) };
    case 'int32': return { dtype: 'int32', dims, data: new Int32Array(buffer, at, n) };
    case 'int64': return { dtype: 'int64', dims, data: new BigInt64Array(buffer, at, n) };
    case 'bool': return { dtype: 'bool', dims, data: own };
    case 'float16': case 'bfloat16': return { dtype: 'float32', dims, data: widen(new Uint16Array(buffer, at, n), element.name) };
    case 'float64': return { dtype: 'float32', dims, data: narrow(new Float64Array(buffer, at, n), name) };
    case 'uint8': return { dtype: 'int32', dims, data: Int32Array.from(own) };
    case 'int8': return { dtype: 'int32', dims, data: Int32Array.from(new Int8Array(buffer, at, n)) };
    case 'uint16': return { dtype: 'int32', dims, data: Int32Array.from(new Uint16Array(buffer, at, n)) };
    case 'int16': return { dtype: 'int32', dims, data: Int32Array.from(new Int16Array(buffer, at, n)) };
    default: return { dtype: 'int64', dims, data: BigInt64Array.from(new Uint32Array(buffer, at, n), BigInt) };
  }
}

/** IEEE 754 binary16, or the upper half of binary32, as binary32: exact. */
function widen(half: Uint16Array, kind: 'float16' | 'bfloat16'): Float32Array {
  const out = new Float32Array(half.length), bits = new Uint32Array(out.buffer);
  for (const [i, h] of half.entries()) {
    if (kind === 'bfloat16') { bits[i] = h << 16; continue; }
    const sign = (h & 0x8000) << 16, exponent = (h >> 10) & 31, fraction = h & 1023;
    if (exponent === 0) { out[i] = (sign === 0 ? 1 : -1) * fraction * 2 ** -24; continue; }
    bits[i] = sign | (exponent === 31 ? 0x7f800000 : (exponent + 112) << 23) | (fraction << 13);
  }
  return out;
}

/** A single number (a scale, an epsilon) is rounded; a whole tensor that float32 cannot hold is not. */
function narrow(doubles: ArrayLike<number>, name: string): Float32Array {
  const out = Float32Array.from(doubles);
  if (out.length > 1 && out.some((v, i) => v !== doubles[i] && !Number.isNaN(v))) throw unsupported(`The tensor ${name} is in double precision, and float32 cannot hold its numbers. Export the network in float32.`);
  return out;
}

function externalBytes(t: TensorProto, name: string, expected: number, external: ExternalData | undefined): Uint8Array {
  const entries = new Map(t.external_data.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '', offset = Number(entries.get('offset') ?? 0), length = Number(entries.get('length') ?? expected);
  // A model is somebody else's file: what it names must lie in its own folder, on Windows too.
  if (location === '' || /[\\:\0]/.test(location) || location.startsWith('/') || location.split('/').some((part) => part === '..')) throw damaged(`The tensor ${name} lies in ${JSON.stringify(location)}, which is not in the folder of the model.`);
  if (!Number.isSafeInteger(offset) || offset < 0 || length !== expected) throw damaged(`The tensor ${name} of shape [${t.dims.join(', ')}] has ${length} bytes at ${offset} of ${location}.`);
  if (external === undefined) throw unsupported(`The tensor ${name} lies in another file (${location}), which was not given.`);
  return external(location, offset, length);
}
