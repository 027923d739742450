// Images of every stored value painted by the graphics card and by the processor in a real browser, for
// test/e2e/viewing.spec.ts: how many values of how many pixels differ.
import type { PixelFormat } from '../../../shared/domain/case.ts';
import { standardWindow, type Windowing } from '../../../shared/domain/display.ts';
import type { View } from '../../../renderer/canvas/geometry.ts';
import { GpuPainter } from '../../../renderer/canvas/gpu.ts';
import { colourMaps, colourTable, paintSamples, type ColourMap, type Samples } from '../../../renderer/canvas/tone.ts';

const side = 256;
const formatOf = (blob: string, change: Partial<PixelFormat>): PixelFormat => ({ blob, width: side, height: side, channels: 1, sample: 'uint16', bitsStored: 16, slope: 1, intercept: 0, window: { centre: 32_768, width: 65_536 }, inverted: false, spacing: null, ...change });

function canvasOf(): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas'), c = (canvas.width = side, canvas.height = side, canvas.getContext('2d', { willReadFrequently: true }));
  if (c === null) throw new Error('no canvas');
  return c;
}
/** Turned views show the same pixels elsewhere: what the processor painted is turned as a canvas turns it. */
function differing(gpu: GpuPainter, format: PixelFormat, samples: Samples, window: Windowing, map: ColourMap, view: View): number {
  const table = colourTable(format, { window, map }, null), a = canvasOf(), b = canvasOf(), image = new ImageData(paintSamples(samples, format, table), side, side);
  gpu.hold(format, samples);
  if (!gpu.paint(a, format, table, view, { width: side, height: side }, 1)) return -1;
  const plain = document.createElement('canvas');
  plain.width = side; plain.height = side;
  plain.getContext('2d')?.putImageData(image, 0, 0);
  b.imageSmoothingEnabled = false;
  b.translate(side / 2, side / 2); b.rotate(((view.turns ?? 0) * Math.PI) / 2); b.scale(view.mirrored === true ? -1 : 1, 1); b.translate(-side / 2, -side / 2);
  b.drawImage(plain, 0, 0);
  const [p, q] = [a.getImageData(0, 0, side, side).data, b.getImageData(0, 0, side, side).data];
  return p.reduce((n, v, i) => n + (v === q[i] ? 0 : 1), 0);
}

declare global { interface Window { paintedByBoth: () => Promise<{ differing: Record<string, number>; isLost: boolean[] }> } }
window.paintedByBoth = async () => {
  let told = (): void => undefined;
  const gpu = GpuPainter.open(true, () => told());
  if (gpu === null) throw new Error('no WebGL2');
  const found: Record<string, number> = {}, plain: View = { scale: 1, x: 0, y: 0 };
  const all = Uint16Array.from({ length: side * side }, (_, i) => i), unsigned = formatOf('unsigned', {}), signed = formatOf('signed', { sample: 'int16', slope: 0.5, intercept: -1024, window: { centre: 40, width: 400 }, padding: [-32_768, -32_000], inverted: true });
  for (const map of colourMaps) found[`unsigned ${map}`] = differing(gpu, unsigned, all, standardWindow(unsigned), map, plain);
  for (const voi of ['linear', 'linear-exact', 'sigmoid'] as const) found[`signed ${voi}`] = differing(gpu, signed, Int16Array.from(all, (v) => v - 32_768), { centre: 40, width: 3000, inverted: voi === 'linear', voi }, 'grey', plain);
  const bytes = formatOf('bytes', { sample: 'uint8', bitsStored: 8, window: { centre: 127.5, width: 255 } });
  found['bytes'] = differing(gpu, bytes, Uint8Array.from(all, (v) => v & 255), standardWindow(bytes), 'viridis', plain);
  const colour = formatOf('colour', { channels: 3, sample: 'uint8', bitsStored: 8, window: { centre: 120, width: 200 } });
  found['colour'] = differing(gpu, colour, Uint8Array.from({ length: 3 * side * side }, (_, i) => (i * 37) & 255), standardWindow(colour), 'inferno', plain);
  for (const turns of [0, 1, 2, 3] as const) for (const mirrored of [false, true]) {
    const corner = { x: [0, side, side, 0][turns] ?? 0, y: [0, 0, side, side][turns] ?? 0 }, way = mirrored ? { x: [side, side, 0, 0][turns] ?? 0, y: [0, side, side, 0][turns] ?? 0 } : corner;
    found[`turned ${turns} ${mirrored}`] = differing(gpu, unsigned, all, standardWindow(unsigned), 'grey', { scale: 1, ...way, turns, mirrored });
  }
  const isLost = [gpu.isLost], next = (): Promise<void> => new Promise((resolve) => { told = resolve; });
  const gone = next();
  gpu.lose(true);
  await gone;
  isLost.push(gpu.isLost);
  const back = next();
  // Only when the event is over can it be given back.
  await new Promise((resolve) => { setTimeout(resolve); });
  gpu.lose(false);
  await back;
  isLost.push(gpu.isLost);
  found['after the loss'] = differing(gpu, unsigned, all, standardWindow(unsigned), 'grey', plain);
  return { differing: found, isLost };
};
