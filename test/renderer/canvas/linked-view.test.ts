// Two images looked at as one: the same place in the middle, as large in the patient, windowed alike.
import { describe, expect, test } from 'vitest';
import { toImage } from '../../../renderer/canvas/geometry.ts';
import { corresponding, linkedView, linkedWindow } from '../../../renderer/canvas/linked-view.ts';
import { dragWindow } from '../../../renderer/canvas/presets.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { standardWindow } from '../../../shared/domain/display.ts';
import { pixels, study } from '../../shared/domain/rows.ts';

describe('linked', () => {
  const small = study({ id: 'a', pixels: pixels({ width: 100, height: 80 }, { spacing: [1, 1] }) }), large = study({ id: 'b', pixels: pixels({ width: 400, height: 200 }, { spacing: [0.5, 0.5] }) });
  test('a view shows in the middle the same place, as large in the patient; and back is the view', () => {
    const stage = { width: 500, height: 400 }, view = { scale: 3, x: -40, y: 25 }, other = linkedView(view, stage, small, large), middle = { x: 250, y: 200 };
    expect(other.scale).toBe(1.5);
    const here = toImage(middle, view), there = toImage(middle, other);
    expect([there.x, there.y]).toEqual([expect.closeTo(200 + (here.x - 50) / 0.5, 9), expect.closeTo(100 + (here.y - 40) / 0.5, 9)]);
    const back = linkedView(other, stage, large, small);
    expect([back.scale, back.x, back.y]).toEqual([expect.closeTo(3, 9), expect.closeTo(-40, 9), expect.closeTo(25, 9)]);
  });
  test('images without millimetres by parts of their sides', () => { expect(corresponding(study(), { x: 100, y: 75 }, study({ id: 'b', pixels: pixels({ width: 800, height: 900 }) }))).toEqual({ at: { x: 200, y: 225 }, off: null }); });
  test('a window of one unit is the same; of others as much wider; the file\'s own stays the file\'s own', () => {
    const ct = (centre: number): CaseRow => study({ modality: 'CT', pixels: pixels(undefined, { window: { centre, width: 400 }, unit: 'HU' }) }), film = (width: number): CaseRow => study({ modality: 'radiograph', pixels: pixels(undefined, { window: { centre: width / 2, width } }) });
    expect(linkedWindow(standardWindow(ct(40).pixels), ct(40), ct(60))).toEqual(standardWindow(ct(60).pixels));
    expect(linkedWindow({ centre: -600, width: 1500, inverted: false, voi: 'linear-exact' }, ct(40), ct(60))).toMatchObject({ centre: -600, width: 1500 });
    const wider = dragWindow(film(200).pixels, standardWindow(film(200).pixels), { x: 300 * Math.log(2), y: 0 });
    expect(linkedWindow(wider, film(200), film(4000))).toMatchObject({ centre: 2000, width: expect.closeTo(8000, 6) as number });
  });
});
