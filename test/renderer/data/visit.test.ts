// The clock of a visit: what is counted is work, and nothing is counted twice.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readingRow } from '../../../shared/domain/reading.ts';
import { Visit } from '../../../renderer/data/visit.ts';

const start = Date.UTC(2026, 0, 1);
const begun = (): Visit => new Visit('v', 'case-1', 'anna', start);
const at = (seconds: number): number => start + 1000 * seconds;

describe('a visit', () => {
  test('counts the time between signs of presence, and what it went on', () => {
    const v = begun();
    v.attend('r1', at(2));
    v.pressed('key', at(7));
    v.attend('r2', at(10));
    v.commanded('acceptRegion', at(12));
    v.attend(null, at(15));
    v.pressed('click', at(16));
    expect(v.row(at(20))).toMatchObject({ active: 20, regions: { r1: 8, r2: 5 }, actions: { acceptRegion: 1 }, keys: 1, clicks: 1, from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:00:20.000Z', assisted: false });
  });
  test('a pause of a minute counts for nothing, one of less in full', () => {
    const v = begun();
    v.present(at(59.9));
    expect(v.active(at(59.9))).toBe(59_900);
    v.present(at(59.9 + 60));
    expect(v.active(at(119.9))).toBe(59_900);
    expect(v.active(at(125))).toBe(65_000);
  });
  test('out of sight is away until the next sign', () => {
    const v = begun();
    v.away(at(5));
    expect(v.active(at(30))).toBe(5000);
    v.present(at(30));
    expect(v.active(at(32))).toBe(7000);
  });
  test('a glance without anything done is not kept', () => {
    const v = begun();
    expect(v.row(at(0.9))).toBeNull();
    v.commanded('acceptRegion', at(0.5));
    expect(v.row(at(0.9))).toMatchObject({ active: 0.9 });
  });
  test('whatever happens: sound, no more than passed, regions no more than all, and more signs never count less', () => {
    const events = fc.array(fc.record({ after: fc.integer({ min: 0, max: 90 }), kind: fc.constantFrom('present', 'away', 'r1', 'r2', 'none', 'key', 'click'), extra: fc.boolean() }), { maxLength: 30 });
    fc.assert(fc.property(events, (list) => {
      const once = begun(), often = begun();
      let now = start;
      for (const e of list) {
        const next = now + 1000 * e.after;
        if (e.extra) often.present((now + next) / 2);
        for (const v of [once, often]) {
          if (e.kind === 'present') v.present(next); else if (e.kind === 'away') v.away(next); else if (e.kind === 'key' || e.kind === 'click') v.pressed(e.kind, next); else v.attend(e.kind === 'none' ? null : e.kind, next);
        }
        now = next;
      }
      const row = once.row(now);
      if (row !== null) {
        expect(() => readingRow.parse(row)).not.toThrow();
        expect(row.active).toBeLessThanOrEqual((now - start) / 1000 + 0.05);
        expect(Object.values(row.regions).reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(row.active + 0.2);
      }
      expect(often.active(now)).toBeGreaterThanOrEqual(once.active(now));
    }), { seed: 1, numRuns: 300 });
  });
});
