// A device's numbers against the processor's: how far apart they are, and from where on they are wrong.
import type { Tensor } from '../tensor.ts';
import { openSession, type DeviceName } from './session.ts';

/** Largest relative difference to the processor that passes: graphics hardware rounds products to fewer bits. */
export const tolerance = 1e-3;

/** The largest difference of two runs' outputs, each relative to its largest number; 1e-6 and less counts as zero. */
export function difference(expected: Readonly<Record<string, Tensor>>, found: Readonly<Record<string, Tensor>>): number {
  let worst = 0;
  for (const [name, e] of Object.entries(expected)) {
    const f = found[name];
    if (f === undefined || f.dtype !== e.dtype || f.data.length !== e.data.length) return Infinity;
    let scale = 1e-6, apart = 0;
    for (let i = 0; i < e.data.length; i++) {
      const [x, y] = [Number(e.data[i]), Number(f.data[i])];
      if (Number.isFinite(x)) scale = Math.max(scale, Math.abs(x));
      // The same NaN or infinity on both sides is agreement; on one it is none.
      const d = Object.is(x, y) ? 0 : Math.abs(x - y);
      apart = Math.max(apart, Number.isNaN(d) ? Infinity : d);
    }
    worst = Math.max(worst, apart / scale);
  }
  return worst;
}

/** One run in a session of its own. */
export async function runOnce(device: DeviceName, model: Uint8Array, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const session = await openSession(model, { device, threads: 1 });
  try { return await session.run(feeds); } finally { await session.release(); }
}

/** The runtime's own words for a failure: for the one who mends the computer, not for the one who reads images. */
export function ownWords(error: unknown): string {
  const from = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (from instanceof Error ? from.message : String(from)).split('\n')[0]?.slice(0, 300) ?? '';
}
