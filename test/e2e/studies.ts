// Images to import: phantom studies and small DICOM files of our own, always; real ones where ../shared/data is there.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import { readJpeg } from '../../electron/host/import/raster.ts';
import { writeDicom } from '../electron/host/import/write-dicom.ts';
import { writePhantoms } from '../../models/phantom/write-phantoms.ts';

export const sharedData = path.join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
export const sharedDataHere = existsSync(sharedData);

/** Phantom studies as files; answers the images and the annotations. */
export async function phantomFiles(folder: string, count: number, seed: number): Promise<string[]> {
  await writePhantoms(folder, count, seed, () => undefined);
  const lines = (await readFile(path.join(folder, 'annotations.jsonl'), 'utf8')).trim().split('\n');
  return [path.join(folder, 'annotations.jsonl'), ...lines.map((l) => { const { image } = JSON.parse(l) as { image: string }; return path.join(folder, image); })];
}

/** Real DICOM files: one study in four transfer syntaxes, so that four decoders work. */
export const realDicom = (): string[] => ['RLELosslessTransferSyntax_1.2.840.10008.1.2.5', 'JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90', 'JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80', 'JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50']
  .map((syntax) => path.join(sharedData, 'dicom', 'files', `cs3d__CTImage.dcm_${syntax}.dcm`));

/** Real photographs of the shared sets, laid down as PNG files: the sets hold JPEG only. */
export async function realPng(folder: string, set: 'bccd' | 'covid_cxr', count: number): Promise<string[]> {
  const lines = (await readFile(path.join(sharedData, set, 'annotations.jsonl'), 'utf8')).trim().split('\n').slice(0, count);
  return Promise.all(lines.map(async (l, i) => {
    const { image } = JSON.parse(l) as { image: string };
    const { samples, format } = await (await readJpeg(new Uint8Array(await readFile(path.join(sharedData, set, image))), image)).frame(0);
    const file = path.join(folder, `${set}-${i + 1}.png`);
    await writeFile(file, encode({ width: format.width, height: format.height, channels: format.channels, depth: 8, data: samples instanceof Uint8Array ? samples : Uint8Array.from(samples) }));
    return file;
  }));
}

/** Millimetres between the slices of `ctSeries`, and of its pixels. */
export const sliceGap = 2.5, slicePixel = 0.8;
/** A CT series of nobody: a body with a bright round lesion that grows, moves and shrinks through the slices. A file each, numbered from the feet up. */
export async function ctSeries(folder: string, count: number, side = 256): Promise<string[]> {
  const files: string[] = [], k = 256 / side;
  for (let n = 0; n < count; n++) {
    const along = n / (count - 1), lesion = { x: 110 + 40 * along, y: 100 + 20 * along, r: 10 + 16 * Math.sin(Math.PI * along) }, samples = new Int16Array(side * side);
    for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) {
      // Air, tissue and lesion in Hounsfield units; the grain is the same in every run.
      const grain = ((x * 73 + y * 151 + n * 31) % 37) - 18, body = ((k * x - 128) / 110) ** 2 + ((k * y - 128) / 90) ** 2 <= 1;
      samples[y * side + x] = (body ? (Math.hypot(k * x - lesion.x, k * y - lesion.y) <= lesion.r ? 140 : 30) : -990) + (body ? grain : 0);
    }
    const file = path.join(folder, `slice-${n + 1}.dcm`);
    await writeFile(file, writeDicom({
      width: side, height: side, samples, more: [
        [0x00100010, 'PN', 'Nobody^Series'], [0x00100020, 'LO', 'NOBODY-1'], [0x00081030, 'LO', 'CT abdomen'], [0x0020000e, 'UI', '1.2.826.0.1.3680043.8.498.100'], [0x00200013, 'IS', String(n + 1)],
        [0x00200032, 'DS', `-102.4\\-102.4\\${(n * sliceGap).toFixed(1)}`], [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'], [0x00280030, 'DS', `${slicePixel * k}\\${slicePixel * k}`], [0x00281050, 'DS', '40'], [0x00281051, 'DS', '400'],
      ],
    }));
    files.push(file);
  }
  return files;
}
