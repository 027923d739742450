// Wrong proposals put there on purpose, with the real engine: in the share of cases that the site wants, like the others
// in size, name and score, and where the model itself sees nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawsOf, emptyPlaces } from '../../../electron/host/planting.ts';
import { iou } from '../../../shared/domain/geometry.ts';
import { usualSettings } from '../../../shared/domain/settings.ts';
import { proposal } from '../../shared/domain/rows.ts';
import { temporaryFolder } from '../temporary.ts';
import { close, never, openHost, silent } from './open-host.ts';

describe('places', () => {
  test('lie in the image, apart from every proposal, and are of their size', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 340 }), fc.integer({ min: 0, max: 250 }), fc.integer({ min: 8, max: 50 })), { minLength: 1, maxLength: 6 }), fc.string(), (boxes, seed) => {
      const rows = boxes.map(([x, y, side], i) => proposal(`p${i}`, { proposed: { x, y, width: side, height: side } }));
      for (const b of emptyPlaces(rows, { width: 400, height: 300 }, drawsOf('case', seed))) {
        expect(b.x >= 0 && b.y >= 0 && b.x + b.width <= 400.1 && b.y + b.height <= 300.1).toBe(true);
        expect(Math.max(...rows.map((r) => iou(r.box, b)))).toBeLessThan(0.02);
        expect(b.width).toBeGreaterThan(5);
        expect(b.width).toBeLessThan(61);
      }
    }), { seed: 1 });
  });
  test('none are found where there is nothing to be like, or no room', () => {
    expect(emptyPlaces([], { width: 400, height: 300 }, drawsOf('case', 's'))).toEqual([]);
    expect(emptyPlaces([proposal('p', { proposed: { x: 0, y: 0, width: 400, height: 300 } })], { width: 400, height: 300 }, drawsOf('case', 's'))).toEqual([]);
  });
  test('the same case draws the same, another another', () => {
    expect(drawsOf('a', 's')()).toBe(drawsOf('a', 's')());
    expect(drawsOf('a', 's')()).not.toBe(drawsOf('b', 's')());
  });
});

test('in about the share of cases that is set, one each; they look like the others and the model is sure that nothing is there', async () => {
  const host = await openHost(await temporaryFolder());
  try {
    const { imported } = await host.importPhantoms(6, 900, silent, new AbortController().signal);
    host.journal.appendOne({ id: 'set', name: 'changeSettings', caseId: null, actor: 'owner', at: '2026-01-01T00:00:00.000Z', of: null, diff: { added: [{ ...usualSettings, planted: 0.5 }], updated: [], removed: [] } });
    expect((await host.propose(imported, silent, never)).failed).toEqual([]);
    const lots = imported.map((id) => host.journal.regionsOf(id).filter((r) => r.source !== 'truth')), wrong = lots.flatMap((rows) => rows.filter((r) => r.planted === true).map((r) => ({ r, rows })));
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.length).toBeLessThan(6);
    for (const { r, rows } of wrong) {
      const others = rows.filter((o) => o.planted !== true);
      expect(rows.filter((o) => o.planted === true)).toHaveLength(1);
      expect(others.map((o) => o.label)).toContain(r.label);
      expect(others.map((o) => o.proposal?.score)).toContain(r.proposal?.score);
      expect(others.every((o) => iou(o.box, r.box) < 0.02)).toBe(true);
    }
  } finally {
    await close(host);
  }
});
