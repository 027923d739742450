// Images to import: phantom studies and small DICOM files of our own, always; real ones where ../shared/data is there.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import { readJpeg } from '../../electron/host/import/raster.ts';
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
    const { samples, format } = await readJpeg(new Uint8Array(await readFile(path.join(sharedData, set, image))), image);
    const file = path.join(folder, `${set}-${i + 1}.png`);
    await writeFile(file, encode({ width: format.width, height: format.height, channels: format.channels, depth: 8, data: samples instanceof Uint8Array ? samples : Uint8Array.from(samples) }));
    return file;
  }));
}
