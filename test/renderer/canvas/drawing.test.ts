// Each drawing tool as it is used, and what holds for any sequence of gestures: what is drawn lies in the image, in
// tenths of a pixel or on whole ones, one gesture is at most one command, and Escape is none.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundsOf, covers, pixelsOf, type Point } from '../../../shared/domain/shape.ts';
import { drawingTools, type Press, type Target } from '../../../renderer/canvas/tools/tool.ts';
import { keyDown } from '../../../renderer/canvas/tools/gesture.ts';
import { targetAt } from '../../../renderer/canvas/tools/select.ts';
import { bent } from '../../../renderer/canvas/tools/vertex.ts';
import { Bench, image } from './bench.ts';

const square: Target = { id: 'square', box: { x: 40, y: 40, width: 20, height: 20 } };
const triangle: Target = { id: 'triangle', box: { x: 100, y: 20, width: 60, height: 60 }, shape: { kind: 'polygon', points: [{ x: 100, y: 20 }, { x: 160, y: 20 }, { x: 160, y: 80 }] } };
const bench = (change: ConstructorParameters<typeof Bench>[1] = {}, ...targets: Target[]): Bench => new Bench(targets, change);
const points = (b: Bench, id: string): [number, number][] => { const shape = b.shape(id); return shape?.kind === 'polygon' ? shape.points.map((p) => [p.x, p.y]) : []; };

describe('ellipse', () => {
  test('is drawn as a box is, and keeps its kind when it is moved and resized', () => {
    const b = bench().drag('ellipse', [20, 20], [60, 40]);
    expect(b.commands).toEqual([{ kind: 'add', box: { x: 20, y: 20, width: 40, height: 20 }, shape: { kind: 'ellipse' } }]);
    b.selected = 'new-0';
    b.drag('select', [40, 30], [50, 30]).drag('select', [70, 40], [80, 50]);
    expect(b.targets[0]).toMatchObject({ box: { x: 30, y: 20, width: 50, height: 30 }, shape: { kind: 'ellipse' } });
  });
});

describe('polygon', () => {
  const corners = [[20, 20], [60, 20], [60, 60], [20, 60]] as const;
  test('is closed by a click on its first corner, by Enter, and by a double click', () => {
    const done = [{ kind: 'add', box: { x: 20, y: 20, width: 40, height: 40 }, shape: { kind: 'polygon', points: corners.map(([x, y]) => ({ x, y })) } }];
    expect(bench().click('polygon', ...corners, [21, 22]).expectToBeIn('idle').commands).toEqual(done);
    expect(bench().click('polygon', ...corners, [20, 60]).expectToBeIn('idle').commands).toEqual(done);
    const b = bench().click('polygon', ...corners);
    expect(b.key('Enter')).toBe(true);
    expect(b.commands).toEqual(done);
  });
  test('Backspace takes the last corner back, and with the only one everything', () => {
    const b = bench().click('polygon', [20, 20], [60, 20], [90, 90]);
    b.key('Backspace');
    b.click('polygon', [60, 60]).key('Enter');
    expect(points(b, 'new-0')).toEqual([[20, 20], [60, 20], [60, 60]]);
    const one = bench().click('polygon', [20, 20]);
    one.key('Backspace');
    one.expectToBeIn('idle');
  });
  test('Escape leaves nothing; two corners are no polygon, nor are three on a line', () => {
    expect(bench().click('polygon', ...corners).escape().expectToBeIn('idle').commands).toEqual([]);
    const two = bench().click('polygon', [20, 20], [60, 20]);
    two.key('Enter');
    expect(two.expectToBeIn('polygon').commands).toEqual([]);
    const flat = bench().click('polygon', [20, 20], [60, 20], [90, 20]);
    flat.key('Enter');
    expect(flat.commands).toEqual([]);
  });
  test('panning and zooming on the way do not end it', () => {
    const b = bench().click('polygon', [20, 20], [60, 20]).pointerDown(10, 10, { tool: 'polygon', button: 1 }).pointerMove(30, 30).pointerUp().expectToBeIn('polygon');
    b.click('polygon', [60, 60], [20, 20]);
    expect(points(b, 'new-0')).toEqual([[20, 20], [60, 20], [60, 60]]);
  });
  test('a vertex is dragged, an edge gets one in its middle, Alt takes one out, and the box follows', () => {
    const b = bench({ selected: 'triangle' }, triangle);
    b.drag('select', [100, 20], [90, 10]);
    expect(b.targets[0]?.box).toEqual({ x: 90, y: 10, width: 70, height: 70 });
    b.drag('select', [160, 50], [180, 50]);
    expect(points(b, 'triangle')).toEqual([[90, 10], [160, 20], [180, 50], [160, 80]]);
    b.pointerDown(180, 50, { alt: true }).pointerUp();
    expect(points(b, 'triangle')).toEqual([[90, 10], [160, 20], [160, 80]]);
    // Of three, none goes.
    b.pointerDown(160, 20, { alt: true }).pointerUp();
    expect(points(b, 'triangle')).toHaveLength(3);
    expect(b.commands).toHaveLength(3);
  });
  test('a vertex that was clicked goes with Delete; without one, Delete means something else', () => {
    const b = bench({ selected: 'triangle' }, triangle).drag('select', [160, 50], [180, 50]);
    b.pointerDown(180, 50).pointerUp().expectToBeIn('vertex');
    expect([b.key('Delete'), points(b, 'triangle').length]).toEqual([true, 3]);
    // Of three, none goes, nor does the region: the next is in hand.
    expect([b.key('Delete'), points(b, 'triangle').length, b.escape().key('Delete')]).toEqual([true, 3, false]);
  });
  test('with keys alone: Tab goes round, arrows move, N adds, Delete takes out, Escape ends', () => {
    const b = bench({ selected: 'triangle' }, triangle), before = points(b, 'triangle');
    b.hold().expectToBeIn('vertex');
    for (const key of ['Tab', 'Right', 'Shift Down', 'Shift Tab', 'Shift Tab', 'Up']) expect(b.key(key)).toBe(true);
    const [p, q, r] = before;
    expect(points(b, 'triangle')).toEqual([p, [(q?.[0] ?? 0) + 1, (q?.[1] ?? 0) + 10], [r?.[0], (r?.[1] ?? 0) - 1]]);
    b.key('N');
    expect(points(b, 'triangle')).toHaveLength(4);
    // The new one is in hand, between the last and the first.
    b.key('Left');
    expect(points(b, 'triangle')[3]).toEqual([((r?.[0] ?? 0) + (p?.[0] ?? 0)) / 2 - 1, ((r?.[1] ?? 0) - 1 + (p?.[1] ?? 0)) / 2]);
    b.key('Delete');
    expect(points(b, 'triangle')).toHaveLength(3);
    expect([b.key('A'), b.key('Ctrl Z'), b.key('Escape'), b.key('Tab'), b.gesture.kind]).toEqual([false, false, true, false, 'idle']);
  });
  test('a vertex stays in the image, and a quick hand\'s keys add up though nothing was drawn between', () => {
    const b = bench({ selected: 'triangle' }, triangle).hold();
    for (let i = 0; i < 5; i++) b.key('Shift Up');
    expect(points(b, 'triangle')[0]).toEqual([100, 0]);
    // Both keys see the outline of before the first.
    const { scene } = b, held = { kind: 'vertex', id: 'triangle', index: 1 } as const, asked = ['Right', 'Right'].flatMap((key) => keyDown(scene, held, key)?.effects ?? []);
    const row = asked.reduce<readonly Point[]>((outline, e) => { const made = e.kind === 'bend' ? bent(outline, e.bend, image)?.shape : undefined; return made?.kind === 'polygon' ? made.points : outline; }, [{ x: 10, y: 10 }, { x: 30, y: 10 }, { x: 20, y: 40 }]);
    expect(row[1]).toEqual({ x: 32, y: 10 });
  });
  test('nothing is in hand of what cannot be changed, or has no corners', () => {
    expect(bench({ selected: 'triangle', locked: true }, triangle).hold().gesture.kind).toBe('idle');
    expect(bench({ selected: null }, triangle).hold().gesture.kind).toBe('idle');
    expect(bench({ selected: 'b' }, { id: 'b', box: { x: 1, y: 1, width: 20, height: 20 } }).hold().gesture.kind).toBe('idle');
    // A line is no outline.
    expect(bent([{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 5, y: 1 }], { kind: 'move', vertex: 2, by: { x: 0, y: -1 } }, image)).toBeNull();
  });
  test('its box handles stand aside and stretch it', () => {
    const b = bench({ selected: 'triangle' }, triangle).drag('select', [166, 86], [146, 66]);
    expect(points(b, 'triangle')).toEqual([[100, 20], [140, 20], [140, 60]]);
  });
});

describe('freehand', () => {
  const round = (n: number): [number, number][] => Array.from({ length: n }, (_, i) => [100 + 40 * Math.cos((2 * Math.PI * i) / n), 50 + 40 * Math.sin((2 * Math.PI * i) / n)]);
  test('closes itself, with fewer vertices than the hand gave and none far from them', () => {
    const b = bench().drag('freehand', ...round(200)), [made] = b.targets;
    expect(points(b, 'new-0').length).toBeLessThan(60);
    for (const [x, y] of points(b, 'new-0')) expect(Math.hypot(x - 100, y - 50)).toBeCloseTo(40, 0);
    expect(made?.box.width).toBeCloseTo(80, 0);
  });
  test('a click is no contour', () => { expect(bench().drag('freehand', [50, 50], [51, 50], [51, 51]).commands).toEqual([]); });
});

describe('brush and eraser', () => {
  const inside = (b: Bench, id: string, x: number, y: number): boolean => { const t = b.targets.find((a) => a.id === id); return t !== undefined && covers(t.shape, t.box, { x, y }); };
  test('a click paints a disc of the brush\'s size', () => {
    const b = bench({ brush: 10 }).drag('brush', [50, 50]), [made] = b.targets;
    expect(made?.box).toEqual({ x: 40, y: 40, width: 20, height: 20 });
    const n = made?.shape?.kind === 'mask' ? pixelsOf(made.shape.runs, made.box).reduce((sum, v) => sum + v, 0) : 0;
    expect(Math.abs(n - Math.PI * 100)).toBeLessThan(8);
  });
  test('the thinnest brush paints the pixel it is on, at the image\'s corner, too', () => {
    expect(bench({ brush: 0.5 }).drag('brush', [50.9, 50.1]).targets[0]?.box).toEqual({ x: 50, y: 50, width: 1, height: 1 });
    expect(bench({ brush: 5 }).drag('brush', [-3, -3]).targets[0]?.box).toMatchObject({ x: 0, y: 0 });
  });
  test('begun on the chosen box it adds to it, and the box is a mask then; begun elsewhere it is another region', () => {
    const b = bench({ selected: 'square' }, square).drag('brush', [58, 50], [80, 50]);
    expect(b.commands.map((c) => c.kind)).toEqual(['change']);
    expect(b.shape('square')?.kind).toBe('mask');
    expect([inside(b, 'square', 41, 41), inside(b, 'square', 75, 50), inside(b, 'square', 75, 41)]).toEqual([true, true, false]);
    expect(bench({ selected: 'square' }, square).drag('brush', [100, 50], [120, 50]).commands.map((c) => c.kind)).toEqual(['add']);
  });
  test('the eraser takes away from the chosen region alone; what it would take whole stays', () => {
    const b = bench({ selected: 'square' }, square).drag('eraser', [30, 50], [70, 50]);
    expect([inside(b, 'square', 50, 50), inside(b, 'square', 50, 42), inside(b, 'square', 50, 58)]).toEqual([false, true, true]);
    expect(bench({ selected: 'square', brush: 40 }, square).drag('eraser', [50, 50]).commands).toEqual([]);
    expect(bench({}, square).drag('eraser', [30, 50], [70, 50]).commands).toEqual([]);
  });
  test('painted where it was painted already, and erased where nothing was: no command', () => {
    expect(bench({ selected: 'square', brush: 2 }, square).drag('brush', [50, 50]).commands).toEqual([]);
    expect(bench({ selected: 'square', brush: 2 }, square).drag('eraser', [150, 50]).commands).toEqual([]);
  });
});

describe('point and outline', () => {
  test('a point is the middle of its box, at the edge, too', () => {
    for (const [x, y] of [[50, 50], [0.7, 99.4], [199, 3]] as const) {
      const [made] = bench().drag('point', [x, y]).targets;
      expect(made?.shape).toEqual({ kind: 'point' });
      expect([(made?.box.x ?? 0) + (made?.box.width ?? 0) / 2, (made?.box.y ?? 0) + (made?.box.height ?? 0) / 2].map((v) => Math.round(v * 10) / 10)).toEqual([Math.min(199.5, x), Math.min(99.5, y)].map((v) => Math.round(v * 10) / 10));
    }
  });
  test('an outline is asked for: inside the chosen region for it, elsewhere for a new one', () => {
    expect(bench({ selected: 'square' }, square).drag('outline', [50, 50]).commands).toEqual([{ kind: 'outline', at: { x: 50, y: 50 }, of: square }]);
    expect(bench({ selected: 'square' }, square).drag('outline', [90, 50]).commands).toEqual([{ kind: 'outline', at: { x: 90, y: 50 }, of: null }]);
  });
});

describe('snapping', () => {
  test('a drawn corner, a dragged box and a dragged edge meet a neighbour\'s edge and the image\'s', () => {
    const snapped = { snapping: true } as const;
    expect(bench(snapped, square).drag('box', [62, 45], [80, 58]).box('new-1')).toEqual({ x: 60, y: 45, width: 20, height: 15 });
    expect(bench({ ...snapped, selected: 'square' }, square).drag('select', [50, 50], [12.5, 50]).box('square')).toEqual({ x: 0, y: 40, width: 20, height: 20 });
    const other: Target = { id: 'other', box: { x: 80, y: 45, width: 10, height: 10 } };
    expect(bench({ ...snapped, selected: 'square' }, square, other).drag('select', [60, 50], [78, 50]).box('square')).toEqual({ x: 40, y: 40, width: 40, height: 20 });
  });
  test('a polygon\'s corner meets a vertex before an edge, and an edge anywhere', () => {
    const b = bench({ snapping: true }, square).click('polygon', [61, 41], [80, 70], [61, 52]);
    b.key('Enter');
    expect(points(b, 'new-1')).toEqual([[60, 40], [80, 70], [60, 52]]);
  });
  test('six screen pixels are the reach at any zoom; far neighbours and Alt leave everything alone', () => {
    for (const scale of [1, 4]) {
      const drawn = (off: number, snapping = true): number | undefined => bench({ snapping, view: { scale, x: 0, y: 0 } }, square).drag('box', [60 + off / scale, 45], [90, 58.5]).box('new-1')?.x;
      expect([drawn(5.5), drawn(7), drawn(5.5, false)]).toEqual([60, Math.round(10 * (60 + 7 / scale)) / 10, Math.round(10 * (60 + 5.5 / scale)) / 10]);
    }
    expect(bench({ snapping: true }, square).drag('box', [61, 80], [75, 92]).box('new-1')?.x).toBe(61);
  });
});

describe('what lies where', () => {
  const inner: Target = { id: 'inner', box: { x: 110, y: 22, width: 10, height: 10 } };
  const { scene } = bench({ view: { scale: 1, x: 0, y: 0 } }, triangle, inner);
  test('the outline counts, not its box; then depth, then size', () => {
    expect(targetAt({ x: 110, y: 70 }, scene)).toBeNull();
    expect(targetAt({ x: 150, y: 40 }, scene)?.id).toBe('triangle');
    expect(targetAt({ x: 115, y: 26 }, scene)?.id).toBe('inner');
    expect(targetAt({ x: 115, y: 26 }, { ...scene, targets: [{ ...triangle, depth: 1 }, inner] })?.id).toBe('triangle');
    expect(targetAt({ x: 115, y: 26 }, { ...scene, targets: [triangle, { ...inner, depth: -1 }] })?.id).toBe('triangle');
  });
  test('a locked region is chosen, never changed', () => {
    for (const tool of ['select', 'brush', 'eraser'] as const) {
      const b = bench({ selected: 'square' }, { ...square, locked: true }).drag(tool, [50, 50], [70, 70]);
      expect([b.selected, b.commands.filter((c) => c.kind === 'change')]).toEqual(['square', []]);
    }
  });
});

describe('any sequence', () => {
  const place = fc.tuple(fc.integer({ min: -40, max: 460 }), fc.integer({ min: -40, max: 260 })).map(([x, y]) => [x / 2, y / 2] as const);
  const gesture = fc.record({ tool: fc.constantFrom<Press['tool']>('select', 'select', ...drawingTools), places: fc.array(place, { minLength: 1, maxLength: 5 }), alt: fc.boolean(), button: fc.constantFrom<Press['button']>(0, 0, 0, 1), end: fc.constantFrom('up', 'up', 'up', 'Escape', 'Enter', 'Backspace', 'Delete') });
  const sequences = fc.array(gesture, { maxLength: 10 });
  type Played = typeof gesture extends fc.Arbitrary<infer T> ? T : never;
  const play = (b: Bench, { tool, places: [first = [0, 0], ...others], alt, button, end }: Played): void => {
    b.pointerDown(first[0], first[1], { tool, alt, button });
    for (const [x, y] of others) b.pointerMove(x, y);
    if (end !== 'Escape') b.pointerUp();
    if (end !== 'up') b.key(end);
  };
  test('leaves shapes that are sound, in the image, with their bounds for a box', () => {
    fc.assert(fc.property(sequences, fc.boolean(), fc.constantFrom(0.5, 3, 30), (gestures, snapping, brush) => {
      const b = bench({ snapping, brush, selected: 'triangle' }, square, triangle);
      for (const g of gestures) play(b, g);
      for (const { box, shape } of b.targets) {
        expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(image.width + 1e-9);
        expect(box.y + box.height).toBeLessThanOrEqual(image.height + 1e-9);
        expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(1);
        expect(Object.values(box).filter((v) => Math.abs(v - Math.round(v * 10) / 10) > 1e-9)).toEqual([]);
        if (shape?.kind === 'mask') {
          expect(Object.values(box).every((v) => Number.isInteger(v))).toBe(true);
          expect(shape.runs.reduce((sum, run) => sum + run, 0)).toBe(box.width * box.height);
          expect(shape.runs.length).toBeGreaterThan(1);
        }
        if (shape?.kind === 'polygon') {
          const bounds = boundsOf(shape.points);
          for (const k of ['x', 'y', 'width', 'height'] as const) expect(bounds[k]).toBeCloseTo(box[k], 6);
        }
      }
    }), { seed: 3, numRuns: 150 });
  });
  test('ends each gesture in at most one command; Escape in none, a locked scene in none', () => {
    fc.assert(fc.property(sequences, fc.boolean(), (gestures, locked) => {
      const b = bench({ locked, snapping: true, selected: 'triangle' }, square, triangle);
      for (const g of gestures) {
        const before = b.commands.length;
        play(b, g);
        expect(b.commands.length - before).toBeLessThanOrEqual(locked || (g.end === 'Escape' && b.done.length === 0) ? 0 : g.end === 'Delete' || g.end === 'Backspace' || g.end === 'Enter' ? 2 : 1);
        if (g.end === 'Escape') b.expectToBeIn('idle');
      }
    }), { seed: 4, numRuns: 120 });
  });
});
