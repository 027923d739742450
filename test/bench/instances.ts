// Ten thousand DICOM instances in one import: twenty CT series of five hundred slices. What the host holds in memory
// before, after, and when it is opened again; whether the last thousand go in as quickly as the first; and how long it
// takes to find that all of them are there already.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { writeDicom } from '../electron/host/import/write-dicom.ts';
import { freshFolder, freshWorkspace, never, silent, sizeOnDisk, withHost } from './grounds.ts';
import { inUnit, single, timed, type Part } from './statistics.ts';

const series = 20, slices = 500, side = 128;
// What waits to be collected is not what is held.
setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');
const resident = (): string => { if (typeof collect === 'function') collect(); return `${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`; };

export async function instances(): Promise<Part> {
  const folder = await freshFolder('instances-files'), files: string[] = [];
  for (let s = 0; s < series; s++) for (let n = 0; n < slices; n++) {
    // A ball in a slope: other bytes in every slice, compressible as images are.
    const samples = Int16Array.from({ length: side * side }, (_, i) => { const x = i % side - 64, y = Math.floor(i / side) - 64, z = (n - 250) / 5; return x * x + y * y + z * z < 900 + 20 * s ? 60 + ((x * y) & 7) : -1000 + ((x + n) & 3); });
    const file = path.join(folder, `${s}-${n}.dcm`);
    await writeFile(file, writeDicom({ width: side, height: side, samples, more: [[0x00100020, 'LO', `bench-${s}`], [0x0020000d, 'UI', `1.2.3.${s}`], [0x0020000e, 'UI', `1.2.3.${s}.1`], [0x00200013, 'IS', String(n + 1)], [0x00200032, 'DS', `0\\0\\${n}`], [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'], [0x00280030, 'DS', '1\\1'], [0x00281052, 'DS', '0'], [0x00281053, 'DS', '1']] }));
    files.push(file);
  }
  const megabytes = (await sizeOnDisk(files)) / 1e6, workspace = await freshWorkspace('instances'), count = series * slices;
  const rows = await withHost(workspace, async (host) => {
    const before = resident(), at: number[] = [], began = performance.now(), rate = (from: number, to: number): string => inUnit('files/s')((1000 * (to - from)) / ((at[to - 1] ?? NaN) - (at[from] ?? NaN)));
    const [took, report] = await timed(() => host.import({ paths: [folder], annotations: null, as: 'truth' }, (p) => { if (p.of !== null) at[p.done - 1] = performance.now() - began; }, never));
    if (report.imported.length !== count) throw new Error(`${report.imported.length} of ${count} were imported`);
    const after = resident(), [again, second] = await timed(() => host.import({ paths: [folder], annotations: null, as: 'truth' }, silent, never));
    if (second.duplicates !== count) throw new Error(`${second.duplicates} of ${count} were known`);
    return [
      single(`${count} instances, ${megabytes.toFixed(0)} MB: imported`, `${(took / 1000).toFixed(0)} s, ${inUnit('files/s')((1000 * count) / took)}, ${inUnit('MB/s')((1000 * megabytes) / took)}`),
      single('their first and their last thousand', `${rate(0, 1000)} and ${rate(count - 1000, count)}`),
      single('all of them found to be there', `${(again / 1000).toFixed(0)} s, ${inUnit('files/s')((1000 * count) / again)}`),
      single('the host\'s memory before, after, after the second time', `${before}, ${after}, ${resident()}`),
    ];
  });
  const opened = await timed(() => withHost(workspace, async () => resident()));
  return { rows: [...rows, single('opened anew', `${(opened[0] / 1000).toFixed(1)} s to open and close, ${opened[1]}`)], notes: [`**Ten thousand instances**: ${series} series of ${slices} slices, ${side} × ${side} of 16 bits, uncompressed; resident memory of the host's process with its decode workers.`] };
}
