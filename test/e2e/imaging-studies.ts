// Phantom images in the forms that hospitals send them: a radiograph, an enhanced CT of many frames, a colour ultrasound
// film, a TIFF of 16 bits; and all of them in one archive. Nobody's images, made from numbers.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { writeArrayBuffer } from 'geotiff';
import { makePhantom } from '../../models/phantom/make-phantom.ts';
import { writeDicom, type Elements } from '../electron/host/import/write-dicom.ts';

const words = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);
const person = (study: string): Elements => [[0x00080020, 'DA', '20260914'], [0x00080030, 'TM', '101500'], [0x00081030, 'LO', study], [0x00100010, 'PN', 'Phantom^Paula'], [0x00100020, 'LO', 'PHANTOM-7'], [0x00100030, 'DA', '19610302'], [0x00100040, 'CS', 'F'], [0x00101010, 'AS', '065Y']];

/** MONOCHROME1 with a VOI LUT, spacing at the detector, and which way the patient stands. */
export function radiograph(): Uint8Array {
  const { image: { samples, format: { width, height } } } = makePhantom(500);
  return writeDicom({ width, height, samples: Uint16Array.from(samples, (v) => 4095 - v), stored: 12, photometric: 'MONOCHROME1', syntax: 'implicit', more: [
    ...person('Chest'), [0x00080060, 'CS', 'DX'], [0x0008103e, 'LO', 'PA erect'], [0x00181164, 'DS', '0.6\\0.6'], [0x00185101, 'CS', 'PA'], [0x0020000d, 'UI', '1.2.826.0.1.3680043.8.498.1'], [0x0020000e, 'UI', '1.2.826.0.1.3680043.8.498.1.1'], [0x00200020, 'CS', 'L\\F'],
    [0x00281050, 'DS', '2047\\1500'], [0x00281051, 'DS', '4095\\2000'], [0x00281055, 'LO', 'NORMAL\\HARDER'], [0x00281056, 'CS', 'SIGMOID'], [0x00283010, 'SQ', [[[0x00283002, 'US', words(4096, 0, 12)], [0x00283003, 'LO', 'CHEST'], [0x00283006, 'OW', new Uint8Array(Uint16Array.from({ length: 4096 }, (_, i) => Math.round(4095 * (i / 4095) ** 1.2)).buffer)]]]],
    // A ruler laid over the image.
    [0x60000010, 'US', 8], [0x60000011, 'US', 200], [0x60000022, 'LO', 'Ruler'], [0x60000050, 'SS', words(height - 30, 40)], [0x60003000, 'OW', Uint8Array.from({ length: 200 }, (_, i) => { let b = 0; for (let n = 0; n < 8; n++) { const at = 8 * i + n, x = at % 200, y = Math.floor(at / 200); if (y === 7 || x % 20 === 0) b |= 1 << n; } return b; })],
  ] });
}

/** Of every slice: Hounsfield units of a body with a lesion that grows and shrinks. */
export function enhancedCt(frames = 40): Uint8Array {
  const side = 256, samples = new Int16Array(side * side * frames);
  for (let n = 0; n < frames; n++) {
    const along = n / (frames - 1), lesion = { x: 150 + 10 * along, y: 112, r: 24 * Math.sin(Math.PI * along) };
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) {
      const grain = ((x * 73 + y * 151 + n * 31) % 37) - 18, [u, v] = [(x - 128) / 112, (y - 132) / 88], body = u * u + v * v <= 1, wall = u * u + v * v > 0.88;
      const spine = Math.hypot(x - 128, y - 188) < 15, lungs = ((x - 80) / 34) ** 2 + ((y - 122) / (50 - 20 * along)) ** 2 < 1 || ((x - 176) / 34) ** 2 + ((y - 122) / (50 - 20 * along)) ** 2 < 1;
      samples[(n * side + y) * side + x] = !body ? -1000 : (Math.hypot(x - lesion.x, y - lesion.y) < lesion.r ? 60 : spine ? 420 : lungs ? -820 : wall ? -90 : 40) + grain;
    }
  }
  const at = (n: number): Elements => [[0x00209113, 'SQ', [[[0x00200032, 'DS', `-96\\-96\\${2.5 * n}`]]]]];
  return writeDicom({ width: side, height: side, samples, frames, more: [
    ...person('CT chest'), [0x00080018, 'UI', '1.2.826.0.1.3680043.8.498.2.1.1'], [0x0008103e, 'LO', 'Axial 2.5 mm'], [0x0020000d, 'UI', '1.2.826.0.1.3680043.8.498.2'], [0x0020000e, 'UI', '1.2.826.0.1.3680043.8.498.2.1'], [0x00200052, 'UI', '1.2.826.0.1.3680043.8.498.2.9'],
    [0x52009229, 'SQ', [[[0x00209116, 'SQ', [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]], [0x00289110, 'SQ', [[[0x00180050, 'DS', '2.5'], [0x00280030, 'DS', '0.75\\0.75']]]], [0x00289132, 'SQ', [[[0x00281050, 'DS', '40\\-600'], [0x00281051, 'DS', '400\\1500'], [0x00281055, 'LO', 'SOFT\\LUNG']]]], [0x00289145, 'SQ', [[[0x00281052, 'DS', '0'], [0x00281053, 'DS', '1'], [0x00281054, 'LO', 'HU']]]]]]],
    [0x52009230, 'SQ', Array.from({ length: frames }, (_, n) => at(n))],
  ] });
}

/** A film with colours of flow in it, run-length encoded, calibrated in centimetres. */
export function ultrasoundFilm(frames = 12): Uint8Array {
  const { image: { samples, format: { width, height } } } = makePhantom(501), out = new Uint8Array(frames * width * height * 3);
  for (let n = 0; n < frames; n++) for (let i = 0; i < width * height; i++) {
    const x = i % width, y = Math.floor(i / width), v = samples[i] ?? 0, flow = Math.hypot((x - width / 2) / 60, (y - height * 0.55) / 16) < 1 && v > 12, pulse = 0.5 + 0.5 * Math.sin((2 * Math.PI * n) / frames + x / 25), at = 3 * (n * width * height + i);
    out[at] = flow ? Math.round(80 + 175 * pulse) : v;
    out[at + 1] = flow ? 30 : v;
    out[at + 2] = flow ? Math.round(200 * (1 - pulse)) : v;
  }
  return writeDicom({ width, height, samples: out, channels: 3, frames, syntax: 'rle', more: [
    ...person('Abdomen, ultrasound'), [0x00080018, 'UI', '1.2.826.0.1.3680043.8.498.3.1.1'], [0x00080060, 'CS', 'US'], [0x0008103e, 'LO', 'Colour Doppler'], [0x00181063, 'DS', '60'], [0x0020000d, 'UI', '1.2.826.0.1.3680043.8.498.3'], [0x0020000e, 'UI', '1.2.826.0.1.3680043.8.498.3.1'],
    [0x00186011, 'SQ', [[[0x00186012, 'US', 1], [0x00186024, 'US', 3], [0x00186026, 'US', 3], [0x0018602c, 'FD', 0.03], [0x0018602e, 'FD', 0.03]]]],
  ] });
}

/** A micrograph's grey values spread over 16 bits. */
export function deepTiff(): Uint8Array {
  const { image: { samples, format: { width, height, channels } } } = makePhantom(503);
  const grey = Array.from({ length: width * height }, (_, i) => { let sum = 0; for (let c = 0; c < channels; c++) sum += samples[i * channels + c] ?? 0; return Math.round(9000 + (sum / channels) * 130 + ((i * 31) % 97)); });
  return new Uint8Array(writeArrayBuffer(Uint16Array.from(grey), { width, height }));
}

export const titles = { radiograph: 'PHANTOM-7 · Chest · PA erect', ct: 'PHANTOM-7 · CT chest · Axial 2.5 mm', ultrasound: 'PHANTOM-7 · Abdomen, ultrasound · Colour Doppler', tiff: 'phantom micrograph 16 bits' } as const;

/** All four in one archive, and the path of it. */
export async function imagingArchive(folder: string): Promise<string> {
  const file = path.join(folder, 'phantom studies.zip');
  await writeFile(file, zipSync({ 'DX/IM0001': radiograph(), 'CT/IM0001': enhancedCt(), 'US/IM0001': ultrasoundFilm(), 'phantom micrograph 16 bits.tif': deepTiff() }, { level: 1 }));
  return file;
}
