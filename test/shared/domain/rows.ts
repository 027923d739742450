// A case and its regions as tests want them: sound rows, of which a test changes what it is about.
import fc from 'fast-check';
import type { CaseRow, PixelFormat } from '../../../shared/domain/case.ts';
import type { Box, Size } from '../../../shared/domain/geometry.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';

export const pixels = (size: Size = { width: 400, height: 300 }, change: Partial<PixelFormat> = {}): PixelFormat => ({
  blob: 'a'.repeat(64), ...size, channels: 1, sample: 'uint8', bitsStored: 8, slope: 1, intercept: 0, window: { centre: 128, width: 256 }, inverted: false, spacing: null, ...change,
});

export const study = (change: Partial<CaseRow> = {}): CaseRow => ({
  table: 'cases', id: 'case-1', title: 'Case 1', patient: 'p1', modality: 'ultrasound', file: 'case-1.png', source: 'b'.repeat(64), pixels: pixels(), frames: 1, thumbnail: 'c'.repeat(64),
  phantom: false, split: 'training', importedAt: '2026-01-01T00:00:00.000Z', status: 'proposed', caption: { text: '', origin: 'none' }, signedOffAt: null, ...change,
});

const box: Box = { x: 40, y: 30, width: 60, height: 50 };
/** A proposal of the model that nobody has decided. */
export const proposal = (id: string, change: Partial<RegionRow> & { readonly proposed?: Box } = {}): RegionRow => {
  const { proposed, ...rest } = change;
  const at = proposed ?? box;
  return {
    table: 'regions', id, caseId: 'case-1', box: at, label: 'cyst', caption: 'A dark cyst.', verdict: 'proposed', source: 'model',
    proposal: { box: at, label: 'cyst', caption: 'A dark cyst.', score: 0.8, model: '0.1.0' }, order: 0, ...rest,
  };
};
/** A region that a person drew. */
export const drawn = (id: string, change: Partial<RegionRow> = {}): RegionRow => proposal(id, { verdict: 'added', source: 'person', proposal: null, ...change });

const finite = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
export const sizes: fc.Arbitrary<Size> = fc.record({ width: fc.integer({ min: 2, max: 4000 }), height: fc.integer({ min: 2, max: 4000 }) });
/** Boxes anywhere near an image, also over its edges. */
export const looseBoxes: fc.Arbitrary<Box> = fc.record({ x: finite(-500, 4500), y: finite(-500, 4500), width: finite(0.1, 5000), height: finite(0.1, 5000) });
/** An image and a box inside it. */
export const boxesInside: fc.Arbitrary<{ image: Size; box: Box }> = fc.tuple(sizes, finite(0, 1), finite(0, 1), finite(0, 1), finite(0, 1)).map(([image, u, v, w, h]) => {
  const width = 1 + w * (image.width - 1), height = 1 + h * (image.height - 1);
  return { image, box: { x: u * (image.width - width), y: v * (image.height - height), width, height } };
});
