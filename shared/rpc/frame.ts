// Messages with typed arrays as bytes, for pipes that carry only bytes (a WebSocket): a JSON head in which arrays are
// references, then the arrays' bytes, each at a multiple of 8. Little-endian, as every platform we run on.
import { z } from 'zod';

const kinds = { Float32Array, Uint8Array, Int32Array, Uint16Array, Int16Array, Float64Array } as const;
const kind = z.enum(['Float32Array', 'Uint8Array', 'Int32Array', 'Uint16Array', 'Int16Array', 'Float64Array']);
const marker = '$array', plain = 'no array';
const reference = z.object({ [marker]: kind, at: z.number(), length: z.number() });
const escaped = z.object({ [marker]: z.literal(plain), entries: z.array(z.tuple([z.string(), z.unknown()])) });

interface Utf8 { encode(text: string): Uint8Array; decode(bytes: Uint8Array): string }
const aligned = (n: number): number => Math.ceil(n / 8) * 8;

export function makeFrames(utf8: Utf8): { encode(message: unknown): Uint8Array; decode(bytes: Uint8Array): unknown } {
  return {
    encode(message) {
      const parts: Uint8Array[] = [];
      let size = 0;
      const json = JSON.stringify(message, (_key, value: unknown) => {
        for (const name of kind.options) {
          if (!(value instanceof kinds[name])) continue;
          const told = { [marker]: name, at: size, length: value.length };
          parts.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
          size = aligned(size + value.byteLength);
          return told;
        }
        // Data that look like a reference travel as their entries, so that they come out as they went in.
        return typeof value === 'object' && value !== null && Object.hasOwn(value, marker) ? { [marker]: plain, entries: Object.entries(value) } : value;
      });
      const head = utf8.encode(json);
      const start = aligned(4 + head.length);
      const out = new Uint8Array(start + size);
      new DataView(out.buffer).setUint32(0, head.length, true);
      out.set(head, 4);
      let at = start;
      for (const part of parts) { out.set(part, at); at += aligned(part.length); }
      return out;
    },
    /** The frame is copied first: it may be a view on memory that is used again. Throws on what is no frame. */
    decode(given) {
      const bytes = Uint8Array.from(given);
      const length = new DataView(bytes.buffer).getUint32(0, true);
      const start = aligned(4 + length);
      return JSON.parse(utf8.decode(bytes.subarray(4, 4 + length)), (_key, value: unknown) => {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, marker)) return value;
        const data = escaped.safeParse(value);
        if (data.success) return Object.fromEntries(data.data.entries);
        const array = reference.safeParse(value);
        return array.success ? new kinds[array.data[marker]](bytes.buffer, start + array.data.at, array.data.length) : value;
      }) as unknown;
    },
  };
}
