// Named float32 tensors in a file, in the safetensors format (https://huggingface.co/docs/safetensors): 8 bytes of head
// length, a JSON head with names, shapes and notes, then the numbers.
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { sizeOf } from '../tensor.ts';

export interface NamedTensor { readonly dims: readonly number[]; readonly data: Float32Array }

const head = z.record(z.string(), z.union([
  z.object({ dtype: z.literal('F32'), shape: z.array(z.number().int()), data_offsets: z.tuple([z.number().int(), z.number().int()]) }),
  z.record(z.string(), z.string()),
]));

/** The file in parts that need no copy of the numbers, for writing one after the other. */
export function toSafetensors(tensors: Readonly<Record<string, NamedTensor>>, metadata: Readonly<Record<string, string>>): Uint8Array[] {
  let at = 0;
  const entries = Object.entries(tensors).map(([name, t]) => {
    const entry = [name, { dtype: 'F32', shape: t.dims, data_offsets: [at, at + t.data.byteLength] }] as const;
    at += t.data.byteLength;
    return entry;
  });
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const length = Math.ceil(json.length / 8) * 8, start = new Uint8Array(8 + length).fill(0x20, 8);
  new DataView(start.buffer).setBigUint64(0, BigInt(length), true);
  start.set(json, 8);
  return [start, ...Object.values(tensors).map((t) => new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength))];
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
      const part = bytes.subarray(8 + length + from, 8 + length + to);
      if (part.byteLength !== 4 * sizeOf(shape)) throw new Error(`${name} is cut off`);
      // A view where the numbers lie as a Float32Array wants them, which is so in files that toSafetensors wrote.
      const data = part.byteOffset % 4 === 0 ? part : Uint8Array.from(part);
      tensors.set(name, { dims: shape, data: new Float32Array(data.buffer, data.byteOffset, part.byteLength / 4) });
    }
    return { tensors, metadata };
  } catch (cause) {
    throw new AppError('bundle-damaged', 'The stored weights cannot be read.', { cause });
  }
}
