// Real DICOM series: their slices tell where they lie. How their pixels are read is tested in formats.test.ts.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stackOf } from '../../../../shared/domain/series.ts';
import { firstFrame } from './first-frame.ts';

const folder = path.join(import.meta.dirname, '../../../../../shared/data/dicom');

describe.skipIf(!existsSync(folder))('real DICOM files (skipped where ../shared/data is not here)', () => {
  it('of two series tell where they lie: in millimetres, in the direction of their numbers', async () => {
    const stackOfFiles = async (names: readonly string[]) => stackOf(await Promise.all(names.map(async (name) => { const { series, number, plane } = await firstFrame(new Uint8Array(await readFile(path.join(folder, 'files', name))), name); return { id: name, ...(series === null ? {} : { series: { id: series.uid, number, plane } }) }; })));
    expect(await stackOfFiles(['pydicom__17196', 'pydicom__17106', 'pydicom__17166', 'pydicom__17136'])).toMatchObject({ slices: ['17106', '17136', '17166', '17196'].map((n) => ({ id: `pydicom__${n}` })), positions: [-99.480003, 103.019997, 104.269997, 105.519997] });
    // Numbered from the head down: against the normal.
    const { slices, positions } = await stackOfFiles(['pydicom__2693', 'pydicom__2062', 'pydicom__2392']);
    expect([slices.map((c) => c.series?.number), slices.every((c) => c.series?.id === slices[0]?.series?.id), positions?.map((p) => p > 0)]).toEqual([[6, 7, 8], true, [true, true, true]]);
    expect(positions?.toSorted((a, b) => b - a)).toEqual(positions);
  });
});
