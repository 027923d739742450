// The frame codec as properties: what goes in comes out, whatever it is, and damaged bytes never come out as a
// message that was not sent without being a message at all.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFrames } from '../../../shared/rpc/frame.ts';

const encoder = new TextEncoder(), decoder = new TextDecoder();
const frames = makeFrames({ encode: (t) => encoder.encode(t), decode: (b) => decoder.decode(b) });
const typed = fc.oneof(fc.float32Array(), fc.float64Array(), fc.uint8Array(), fc.uint16Array(), fc.int16Array(), fc.int32Array());
/** JSON values with typed arrays anywhere in them. JSON has no -0, which no message of ours needs. */
const { value: message } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.string({ unit: 'grapheme' }), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => (v === 0 ? 0 : v)), fc.boolean(), fc.constant(null), typed,
    fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$array', 'at', 'length', '$$array')), tie('value'), { maxKeys: 4 })),
}));

describe('Frames', () => {
  it('give back every message, typed arrays bit by bit', () => {
    fc.assert(fc.property(message, (m) => { expect(frames.decode(frames.encode(m))).toEqual(m); }), { seed: 1, numRuns: 500 });
  });

  it('carry data that look like the codec\'s own references as data', () => {
    for (const sent of [{ $array: 'Float32Array', at: 0, length: 2 }, { a: Float32Array.of(1), b: { $array: 'Uint8Array', at: 0, length: 4 } }, { $array: { $array: 'x' } }]) expect(frames.decode(frames.encode(sent))).toEqual(sent);
  });

  it('copy the memory they are given, wherever it lies', () => {
    fc.assert(fc.property(fc.float32Array({ minLength: 1, noNaN: true }), fc.nat({ max: 7 }), (array, shift) => {
      const bytes = frames.encode({ array });
      const inside = new Uint8Array(bytes.length + shift + 3);
      inside.set(bytes, shift);
      const view = inside.subarray(shift, shift + bytes.length);
      const decoded = frames.decode(view);
      inside.fill(0xaa);
      expect(decoded).toEqual({ array });
    }), { seed: 2 });
  });

  it('throw, or answer something, on any bytes, and never hang or read outside', () => {
    const tryDecode = (bytes: Uint8Array): unknown => { try { return frames.decode(bytes); } catch (error) { return error instanceof Error ? 'refused' : 'no error'; } };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => { expect(tryDecode(bytes)).not.toBe('no error'); }), { seed: 3, numRuns: 500 });
    fc.assert(fc.property(fc.float32Array({ minLength: 2 }), fc.nat(), (array, cut) => {
      const bytes = frames.encode({ array });
      // Cut anywhere, the array is not whole, so nothing may come out.
      expect(tryDecode(bytes.subarray(0, Math.min(cut % bytes.length, bytes.length - 8)))).toBe('refused');
    }), { seed: 4 });
  });
});
