// The trainable weights of a network: named tensors that are views on one block of memory, so that the optimiser
// walks plain arrays and a checkpoint is one write. Kept on disk in the safetensors format
// (https://huggingface.co/docs/safetensors): 8 bytes of head length, a JSON head, then the numbers.
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { sizeOf } from '../tensor.ts';

export interface Parameter { readonly name: string; readonly dims: readonly number[]; readonly data: Float32Array }
export interface Parameters { readonly flat: Float32Array; readonly list: readonly Parameter[] }

/** Views for the given shapes, in the order given, on memory of their own. */
export function makeParameters(shapes: readonly { readonly name: string; readonly dims: readonly number[] }[]): Parameters {
  const flat = new Float32Array(shapes.reduce((n, s) => n + sizeOf(s.dims), 0));
  let at = 0;
  const list = shapes.map(({ name, dims }) => {
    const data = flat.subarray(at, at + sizeOf(dims));
    at += data.length;
    return { name, dims, data };
  });
  return { flat, list };
}

const head = z.record(z.string(), z.union([
  z.object({ dtype: z.literal('F32'), shape: z.array(z.number().int()), data_offsets: z.tuple([z.number().int(), z.number().int()]) }),
  z.record(z.string(), z.string()),
]));

export function toSafetensors(tensors: Readonly<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>>, metadata: Readonly<Record<string, string>>): Uint8Array {
  let at = 0;
  const entries = Object.entries(tensors).map(([name, t]) => {
    const entry = [name, { dtype: 'F32', shape: t.dims, data_offsets: [at, at + t.data.byteLength] }] as const;
    at += t.data.byteLength;
    return entry;
  });
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const padded = Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(8 + padded + at);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.fill(0x20, 8, 8 + padded);
  out.set(json, 8);
  let to = 8 + padded;
  for (const t of Object.values(tensors)) { out.set(new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength), to); to += t.data.byteLength; }
  return out;
}

/** AppError('bundle-damaged') when the bytes are not a whole safetensors file of float32 tensors. */
export function fromSafetensors(bytes: Uint8Array): { tensors: Map<string, { dims: number[]; data: Float32Array }>; metadata: Record<string, string> } {
  try {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
    const parsed = head.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))));
    const tensors = new Map<string, { dims: number[]; data: Float32Array }>();
    let metadata: Record<string, string> = {};
    for (const [name, entry] of Object.entries(parsed)) {
      if (name === '__metadata__') { metadata = z.record(z.string(), z.string()).parse(entry); continue; }
      const { shape, data_offsets: [from, to] } = z.object({ shape: z.array(z.number()), data_offsets: z.tuple([z.number(), z.number()]) }).parse(entry);
      // A copy: slice() of a Node Buffer is a view on memory that is not aligned and not ours.
      const part = Uint8Array.from(bytes.subarray(8 + length + from, 8 + length + to));
      if (part.byteLength !== 4 * sizeOf(shape)) throw new Error(`${name} is cut off`);
      tensors.set(name, { dims: shape, data: new Float32Array(part.buffer) });
    }
    return { tensors, metadata };
  } catch (cause) {
    throw new AppError('bundle-damaged', 'The stored weights cannot be read.', { cause });
  }
}
