// Phantom studies as files, in the form in which any annotated data set is imported: PNG images beside an
// annotations.jsonl. Nothing downstream knows that they were made here, but that they say they are phantoms.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import { makePhantom } from './make-phantom.ts';

export async function writePhantoms(folder: string, count: number, seed: number, onProgress: (done: number) => void, signal?: AbortSignal): Promise<number> {
  await mkdir(path.join(folder, 'images'), { recursive: true });
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    signal?.throwIfAborted();
    const { title, image, example } = makePhantom(seed + i);
    const { width, height, channels, sample, spacing, window, intercept } = image.format;
    const data = image.samples instanceof Int16Array ? new Uint16Array(image.samples) : image.samples;
    await writeFile(path.join(folder, 'images', example.file), encode({ width, height, data, channels, depth: sample === 'uint8' ? 8 : 16 }));
    lines.push(JSON.stringify({
      image: `images/${example.file}`, width, height, title, modality: example.modality, text: example.text, patient: example.patient, phantom: true, source: 'phantom',
      window, intercept, spacing, regions: example.findings.map((f) => ({ bbox: [f.box.x, f.box.y, f.box.width, f.box.height], label: f.label, caption: f.caption })),
    }));
    onProgress(i + 1);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  await writeFile(path.join(folder, 'annotations.jsonl'), `${lines.join('\n')}\n`);
  return count;
}
