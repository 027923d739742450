// Letters at the edges of an image, of slices in any direction and of projections, as they stand and turned.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directionsOf, edgeLetters } from '../../../shared/domain/orientation.ts';
import { planeOf } from '../../../shared/domain/series.ts';

const round = (of: Parameters<typeof edgeLetters>[0], turns?: number, mirrored?: boolean): string => { const l = edgeLetters(of, turns, mirrored); return l === null ? 'none' : [l.top, l.right, l.bottom, l.left].map((x) => x ?? '-').join(' '); };
const plane = (...directions: readonly number[]) => planeOf([0, 0, 0], directions);

describe('of slices', () => {
  test('axial, coronal and sagittal, as a reader expects them', () => {
    expect(round(plane(1, 0, 0, 0, 1, 0))).toBe('A L P R');
    expect(round(plane(1, 0, 0, 0, 0, -1))).toBe('H L F R');
    expect(round(plane(0, 1, 0, 0, 0, -1))).toBe('H P F A');
  });
  test('oblique ones name all they lean to, the strongest first; what a file only rounded is none', () => {
    const c = Math.cos(0.3), s = Math.sin(0.3);
    expect(round(plane(1, 0, 0, 0, c, s))).toBe('AF L PH R');
    // (2, 1, -0.5) and (1, -2, 0), each at right angles to the other.
    const of = (...v: readonly [number, number, number]): number[] => { const n = Math.hypot(...v); return v.map((x) => x / n); };
    expect(round(plane(...of(2, 1, -0.5), ...of(1, -2, 0)))).toBe('PR LPF AL RAH');
    expect(round(plane(Math.cos(0.01), Math.sin(0.01), 0, -Math.sin(0.01), Math.cos(0.01), 0))).toBe('A L P R');
  });
});
describe('of projections', () => {
  test('as the file says: the letters at the right and at the foot', () => { expect([round(['L', 'F']), round(['P', 'F']), round(['AL', 'FP'])]).toEqual(['H L F R', 'H P F A', 'HA AL FP PR']); });
  test('nothing is guessed', () => { expect([round(null), round(undefined), round(['', '']), round(['LE', 'V']), round(['', 'F'])]).toEqual(['none', 'none', 'none', 'none', 'H - F -']); });
  test('a slice tells it by its plane, a projection by its letters', () => {
    expect(round(directionsOf({ series: { plane: plane(1, 0, 0, 0, 1, 0) }, towards: ['R', 'F'] }))).toBe('A L P R');
    expect([round(directionsOf({ series: { plane: null }, towards: ['R', 'F'] })), round(directionsOf({}))]).toEqual(['H R F L', 'none']);
  });
});
describe('turned', () => {
  test('a quarter clockwise brings the left to the top; mirrored, left and right change places first', () => {
    expect([round(['L', 'F'], 1), round(['L', 'F'], 2), round(['L', 'F'], -1), round(['L', 'F'], 0, true), round(['L', 'F'], 1, true)]).toEqual(['R H L F', 'F R H L', 'L F R H', 'H R F L', 'L H R F']);
  });
  test('four quarters, or mirrored twice by turning round, are none', () => {
    fc.assert(fc.property(fc.integer({ min: -9, max: 9 }), fc.boolean(), fc.constantFrom<[string, string]>(['L', 'F'], ['PR', 'H'], ['A', '']), (turns, mirrored, of) => {
      expect(round(of, turns + 4, mirrored)).toBe(round(of, turns, mirrored));
      // Opposite edges stay opposite.
      const l = edgeLetters(of, turns, mirrored);
      if (l?.left != null && l.right != null) expect(edgeLetters([l.left, ''])?.left).toBe(l.right);
    }), { seed: 5 });
  });
});
