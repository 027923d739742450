// Measuring on an image as it is done: dragged, clicked, taken up again, moved by keys.
import { describe, expect, test } from 'vitest';
import type { Point } from '../../../renderer/canvas/geometry.ts';
import { Bench, image } from './bench.ts';

const at = (...points: readonly (readonly [number, number])[]): Point[] => points.map(([x, y]) => ({ x, y }));
const region = { id: 'region', box: { x: 40, y: 20, width: 60, height: 40 } };
const bench = (change: ConstructorParameters<typeof Bench>[1] = {}): Bench => new Bench([region], change);
const length = { id: 'a', kind: 'length' as const, points: at([20, 30], [120, 30]) };

describe('drawing', () => {
  test('a length by a drag, or by two clicks: the same', () => {
    const dragged = bench().drag('measure', [20, 30], [60, 30], [120, 30]), clicked = bench().click('measure', [20, 30], [120, 30]);
    for (const b of [dragged, clicked]) { expect(b.measures).toEqual([{ id: 'm-0', kind: 'length', points: at([20, 30], [120, 30]) }]); b.expectToBeIn('idle'); expect(b.commands).toEqual([]); }
  });
  test('an angle by three clicks; a first drag places two of them', () => {
    expect(bench({ measuring: 'angle' }).click('measure', [20, 30], [60, 30], [60, 80]).measures[0]?.points).toEqual(at([20, 30], [60, 30], [60, 80]));
    expect(bench({ measuring: 'angle' }).drag('measure', [20, 30], [60, 30]).expectToBeIn('measuring').click('measure', [60, 80]).measures[0]?.points).toEqual(at([20, 30], [60, 30], [60, 80]));
  });
  test('two lines by two drags', () => {
    const b = bench({ measuring: 'cobb' }).drag('measure', [20, 10], [60, 14]).expectToBeIn('measuring').drag('measure', [20, 80], [60, 70]);
    expect(b.measures[0]?.points).toEqual(at([20, 10], [60, 14], [20, 80], [60, 70]));
  });
  test('one click reads a value; a click that stays where it is draws nothing', () => {
    expect(bench({ measuring: 'probe' }).click('measure', [20, 30]).measures[0]?.points).toEqual(at([20, 30]));
    const b = bench({ measuring: 'ellipse' }).click('measure', [20, 30], [20.5, 30.2]);
    expect(b.measures).toEqual([]);
  });
  test('beside the image it ends at the edge', () => { expect(bench().drag('measure', [20, 30], [500, -40]).measures[0]?.points).toEqual(at([20, 30], [image.width, 0])); });
  test('Escape leaves nothing, Backspace takes the last point back', () => {
    expect(bench().click('measure', [20, 30]).escape().expectToBeIn('idle').measures).toEqual([]);
    const b = bench({ measuring: 'angle' }).click('measure', [20, 30], [60, 30]);
    b.key('Backspace');
    expect(b.click('measure', [70, 40], [60, 80]).measures[0]?.points).toEqual(at([20, 30], [70, 40], [60, 80]));
  });
  test('the view can be moved in between', () => {
    const b = bench().click('measure', [20, 30]).pointerDown(50, 50, { tool: 'measure', button: 1 }).pointerMove(60, 55).pointerUp().expectToBeIn('measuring').click('measure', [120, 30]);
    expect(b.measures[0]?.points).toEqual(at([20, 30], [120, 30]));
  });
  test('a case that is signed off can be measured', () => { expect(bench({ locked: true }).drag('measure', [20, 30], [120, 30]).measures).toHaveLength(1); });
});

describe('taking up again', () => {
  test.each(['measure', 'select'] as const)('by an end, with the %s tool', (tool) => {
    const b = bench({ measures: [length] }).pointerDown(119, 31, { tool }).expectToBeIn('remeasuring').pointerMove(109, 51).pointerUp().expectToBeIn('measured');
    expect(b.measures[0]?.points).toEqual(at([20, 30], [110, 50]));
  });
  test('by its line, as a whole, and no farther than the edge', () => {
    const b = bench({ measures: [length] }).pointerDown(70, 30).pointerMove(200, 40).pointerUp();
    expect(b.measures[0]?.points).toEqual(at([100, 40], [200, 40]));
    expect(b.box('region')).toEqual(region.box);
  });
  test('inside an ellipse the region can be had', () => {
    const b = bench({ measures: [{ id: 'e', kind: 'ellipse', points: at([10, 5], [190, 95]) }] }).pointerDown(70, 40);
    expect([b.gesture.kind, b.selected]).toEqual(['pressing', 'region']);
  });
  test('a click takes it into the hand and changes nothing; keys move it, go round it, remove it', () => {
    const b = bench({ measures: [length] }).pointerDown(20, 30).pointerUp().expectToBeIn('measured');
    expect(b.measures).toEqual([length]);
    expect([b.key('Right'), b.key('Shift Down')]).toEqual([true, true]);
    expect(b.measures[0]?.points).toEqual(at([21, 40], [120, 30]));
    b.key('Tab');
    b.key('Up');
    expect(b.measures[0]?.points).toEqual(at([21, 40], [120, 29]));
    // After the last point the whole.
    b.key('Tab');
    b.key('Shift Right');
    expect(b.measures[0]?.points).toEqual(at([31, 40], [130, 29]));
    b.key('Shift Tab');
    expect(b.key('A')).toBe(false);
    b.key('Delete');
    b.expectToBeIn('idle');
    expect(b.measures).toEqual([]);
  });
  test('Alt begins a new one where an old one ends', () => { expect(bench({ measures: [length] }).pointerDown(120, 30, { tool: 'measure', alt: true }).pointerMove(150, 70).pointerUp().measures[1]?.points).toEqual(at([120, 30], [150, 70])); });
});
