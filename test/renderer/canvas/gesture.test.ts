// What the pointer does on an image, read as it is done: press, move, release. The drawing tools are in drawing.test.ts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clampBox } from '../../../shared/domain/geometry.ts';
import { handlePoint, handles, toImage, type Point } from '../../../renderer/canvas/geometry.ts';
import { handleAt, targetAt } from '../../../renderer/canvas/tools/select.ts';
import type { Press } from '../../../renderer/canvas/tools/tool.ts';
import { Bench, image } from './bench.ts';

const small = { id: 'small', box: { x: 40, y: 40, width: 20, height: 10 } }, large = { id: 'large', box: { x: 20, y: 20, width: 80, height: 60 } };
const bench = (change: ConstructorParameters<typeof Bench>[1] = {}): Bench => new Bench([small, large], change);

describe('selecting', () => {
  test('a click selects, and changes nothing', () => {
    const b = bench().pointerDown(50, 45).expectToBeIn('pressing').pointerUp().expectToBeIn('idle');
    expect(b.selected).toBe('small');
    expect(b.commands).toEqual([]);
  });
  test('of two under the pointer the smaller one; beside it the larger', () => {
    expect(bench().pointerDown(50, 45).selected).toBe('small');
    expect(bench().pointerDown(90, 70).selected).toBe('large');
  });
  test('a click beside all of them selects none', () => { expect(bench({ selected: 'small' }).pointerDown(150, 90).pointerUp().selected).toBeNull(); });
  test('a trembling hand is no drag', () => {
    const b = bench().pointerDown(50, 45).pointerMove(51, 45.5).expectToBeIn('pressing').pointerUp();
    expect(b.commands).toEqual([]);
  });
  test('near the edge counts, farther does not, at any zoom', () => {
    for (const scale of [0.5, 1, 8]) {
      const { scene } = bench({ view: { scale, x: 0, y: 0 } });
      const at = (pixels: number): Point => ({ x: 100 * scale + pixels, y: 70 * scale });
      expect([targetAt(at(3.9), scene)?.id, targetAt(at(4.1), scene)]).toEqual(['large', null]);
    }
  });
});

describe('moving', () => {
  test('a drag takes the box along and ends in one change', () => {
    const b = bench().pointerDown(50, 45).pointerMove(60, 45).expectToBeIn('moving').pointerMove(65, 60);
    expect(b.commands).toEqual([]);
    b.pointerUp().expectToBeIn('idle');
    expect(b.commands).toEqual([{ kind: 'change', id: 'small', box: { x: 55, y: 55, width: 20, height: 10 } }]);
  });
  test('at the image\'s edge it stops and keeps its size', () => {
    const b = bench().pointerDown(50, 45).pointerMove(500, -300).pointerUp();
    expect(b.box('small')).toEqual({ x: 180, y: 0, width: 20, height: 10 });
  });
  test('Escape leaves it where it was', () => {
    const b = bench().pointerDown(50, 45).pointerMove(90, 45).expectToBeIn('moving').escape().expectToBeIn('idle').pointerMove(120, 45).pointerUp();
    expect([b.box('small'), b.commands]).toEqual([small.box, []]);
  });
});

describe('resizing', () => {
  test.each(handles)('handle %s takes its edges along and leaves the others', (handle) => {
    const b = bench({ selected: 'small' }), at = handlePoint(small.box, handle);
    b.pointerDown(at.x, at.y).expectToBeIn('resizing').pointerMove(at.x + 4, at.y + 3).pointerUp();
    const [dx, dy] = [4, 3];
    expect(b.box('small')).toEqual({
      x: handle.includes('w') ? 40 + dx : 40, width: 20 + (handle.includes('w') ? -dx : handle.includes('e') ? dx : 0),
      y: handle.includes('n') ? 40 + dy : 40, height: 10 + (handle.includes('n') ? -dy : handle.includes('s') ? dy : 0),
    });
  });
  test('a handle dragged over the opposite edge turns the box over', () => {
    const b = bench({ selected: 'small' }).pointerDown(60, 45).pointerMove(30, 45).pointerUp();
    expect(b.box('small')).toEqual({ x: 30, y: 40, width: 10, height: 10 });
  });
  test('dragged out of the image it ends at the edge; dragged together it keeps two pixels', () => {
    expect(bench({ selected: 'small' }).pointerDown(60, 50).pointerMove(900, 900).pointerUp().box('small')).toEqual({ x: 40, y: 40, width: 160, height: 60 });
    expect(bench({ selected: 'small' }).pointerDown(60, 50).pointerMove(40, 40).pointerUp().box('small')).toMatchObject({ width: 2, height: 2 });
  });
  test('only the selected region has handles, and they are as large on the screen at any zoom', () => {
    bench().pointerDown(60, 50).expectToBeIn('pressing');
    for (const scale of [0.5, 2, 10]) {
      const view = { scale, x: 0, y: 0 }, corner = { x: 60 * scale, y: 50 * scale };
      expect(handleAt({ x: corner.x + 8.9, y: corner.y }, { ...small.box, x: 0, width: 60 }, view)).toBe('se');
      expect(handleAt({ x: corner.x + 9.1, y: corner.y }, { ...small.box, x: 0, width: 60 }, view)).toBeNull();
    }
  });
  test('at a high zoom, in halves of a tenth, it still ends inside', () => {
    const b = new Bench([{ id: 'edge', box: { x: 150, y: 40, width: 50, height: 30 } }], { selected: 'edge', view: { scale: 20, x: 0, y: 0 } });
    b.pointerDown(150, 55).expectToBeIn('resizing').pointerMove(160.05, 55).pointerUp();
    expect((b.box('edge')?.x ?? NaN) + (b.box('edge')?.width ?? NaN)).toBe(200);
  });
  test('Escape gives the size back', () => {
    const b = bench({ selected: 'small' }).pointerDown(60, 50).pointerMove(90, 90).escape().pointerUp();
    expect(b.box('small')).toEqual(small.box);
  });
});

describe('drawing', () => {
  test('the box tool draws from corner to corner, in any direction, also on top of a region', () => {
    for (const [x0, y0, x1, y1] of [[45, 42, 75, 80], [75, 80, 45, 42], [45, 80, 75, 42]] as const) {
      const b = bench().pointerDown(x0, y0, { tool: 'box' }).expectToBeIn('drawing').pointerMove(x1, y1).pointerUp().expectToBeIn('idle');
      expect(b.commands).toEqual([{ kind: 'add', box: { x: 45, y: 42, width: 30, height: 38 } }]);
    }
  });
  test('a tiny one was a click: nothing is added', () => {
    expect(bench().pointerDown(120, 50, { tool: 'box' }).pointerUp().commands).toEqual([]);
    expect(bench().pointerDown(120, 50, { tool: 'box' }).pointerMove(150, 52).pointerUp().commands).toEqual([]);
  });
  test('begun or ended outside the image: what lies inside', () => {
    expect(bench().pointerDown(-30, -10, { tool: 'box' }).pointerMove(20, 30).pointerUp().commands).toEqual([{ kind: 'add', box: { x: 0, y: 0, width: 20, height: 30 } }]);
    expect(bench().pointerDown(180, 80, { tool: 'box' }).pointerMove(400, 400).pointerUp().commands).toEqual([{ kind: 'add', box: { x: 180, y: 80, width: 20, height: 20 } }]);
    expect(bench().pointerDown(300, 10, { tool: 'box' }).pointerMove(400, 90).pointerUp().commands).toEqual([]);
  });
  test('Escape draws nothing', () => { expect(bench().pointerDown(120, 20, { tool: 'box' }).pointerMove(180, 90).escape().pointerUp().commands).toEqual([]); });
});

describe('looking around', () => {
  const looks: readonly (readonly [string, Partial<Press>])[] = [['the middle button', { button: 1 }], ['space', { space: true }], ['the pan tool', { tool: 'pan' }], ['the middle button with the box tool', { button: 1, tool: 'box' }]];
  test.each(looks)('%s pans, also from on top of a region', (_, press) => {
    const b = bench().pointerDown(50, 45, press).expectToBeIn('panning').pointerMove(60, 50).pointerUp();
    expect(b.view).toEqual({ scale: 2, x: 30, y: 30 });
    expect([b.selected, b.commands]).toEqual([null, []]);
  });
  test('a drag beside the regions pans', () => { expect(bench().pointerDown(150, 90).expectToBeIn('panning').pointerMove(155, 90).pointerUp().view.x).toBe(20); });
  test('where it is asked for, that drag windows instead and what was chosen stays; on a region it still chooses and moves', () => {
    const b = bench({ selected: 'small' }).pointerDown(150, 90, { beside: 'window' }).expectToBeIn('windowing').pointerMove(160, 90).pointerUp().expectToBeIn('idle');
    expect([b.selected, b.commands, b.view]).toEqual(['small', [], bench().view]);
    expect(bench().pointerDown(90, 70, { beside: 'window' }).expectToBeIn('pressing').pointerMove(95, 75).expectToBeIn('moving').pointerUp().commands).toHaveLength(1);
  });
  test('the right button zooms about where it went down: up is closer, and back again is as before', () => {
    const b = bench(), still = b.screen(50, 45);
    b.pointerDown(50, 45, { button: 2 }).expectToBeIn('zooming').pointerMove(50, 15);
    expect(b.view.scale).toBeGreaterThan(2);
    const kept = toImage(still, b.view);
    expect([kept.x, kept.y].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([50, 45]);
    const back = toImage(still, b.view);
    b.pointerMove(back.x, back.y).pointerUp();
    expect(b.view.scale).toBeCloseTo(2, 9);
  });
  test('the window tool turns the drag into window and level', () => {
    const b = bench().pointerDown(50, 45, { tool: 'window' }).expectToBeIn('windowing').pointerMove(60, 40).pointerUp();
    expect(b.done).toEqual([{ kind: 'window', by: { x: 20, y: -10 } }]);
  });
});

describe('a locked scene', () => {
  test('can be looked at and selected in, never changed', () => {
    const b = bench({ locked: true, selected: 'small' });
    b.pointerDown(50, 45).pointerMove(90, 80).expectToBeIn('pressing').pointerUp();
    b.pointerDown(60, 50).pointerMove(90, 90).pointerUp();
    b.pointerDown(120, 20, { tool: 'box' }).expectToBeIn('idle').pointerMove(180, 90).pointerUp();
    expect([b.commands, b.targets]).toEqual([[], [small, large]]);
    expect(b.pointerDown(90, 70).selected).toBe('large');
    expect(b.pointerUp().pointerDown(150, 90).pointerMove(160, 90).view.x).toBe(30);
  });
});

describe('any sequence', () => {
  // Whole screen pixels, at a zoom at which they are half and at one at which they are twentieths of an image pixel.
  const point = fc.tuple(fc.integer({ min: -1600, max: 6000 }), fc.integer({ min: -1600, max: 4000 })).map(([x, y]) => [x / 20, y / 20] as const);
  const scales = fc.constantFrom(2, 20);
  const press = fc.record({ button: fc.constantFrom<0 | 1 | 2>(0, 0, 0, 1, 2), tool: fc.constantFrom<Press['tool']>('select', 'select', 'box', 'window', 'pan'), space: fc.boolean() });
  const gesture = fc.tuple(point, press, fc.array(point, { maxLength: 5 }), fc.boolean());
  const play = (b: Bench, gestures: readonly (typeof gesture extends fc.Arbitrary<infer T> ? T : never)[]): void => {
    for (const [[x, y], how, moves, up] of gestures) {
      b.pointerDown(x, y, how);
      for (const [mx, my] of moves) b.pointerMove(mx, my);
      if (up) b.pointerUp(); else b.escape();
    }
  };
  test('leaves every box inside the image, in tenths of a pixel, at least two wide', () => {
    fc.assert(fc.property(fc.array(gesture, { maxLength: 8 }), scales, (gestures, scale) => {
      const b = bench({ view: { scale, x: 0, y: 0 } });
      play(b, gestures);
      for (const { box } of b.targets) {
        expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(image.width + 1e-9);
        expect(box.y + box.height).toBeLessThanOrEqual(image.height + 1e-9);
        expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(2);
        for (const v of Object.values(box)) expect(v).toBe(Math.round(v * 10) / 10);
        expect(clampBox(box, image)).toEqual(box);
      }
      expect(b.gesture.kind).toBe('idle');
    }), { seed: 1, numRuns: 500 });
  });
  test('ends each gesture in at most one command, and none when locked', () => {
    fc.assert(fc.property(fc.array(gesture, { maxLength: 8 }), fc.boolean(), (gestures, locked) => {
      const b = bench({ locked });
      play(b, gestures);
      expect(b.commands.length).toBeLessThanOrEqual(locked ? 0 : gestures.length);
    }), { seed: 2, numRuns: 300 });
  });
});
