// The gate's verdicts, and every kind of difference, on constructed evaluations.
import { describe, expect, test } from 'vitest';
import { differenceKind, effectOf, gateReport, type DifferenceKind } from '../../../shared/domain/gate.ts';
import type { Box } from '../../../shared/domain/geometry.ts';
import { detectionImage } from '../../../models/evaluation/detection.ts';
import { differences } from '../../../models/evaluation/differences.ts';
import { judge, signTest } from '../../../models/evaluation/gate.ts';
import type { Evaluated } from '../../../models/evaluation/measure.ts';
import { pixels } from '../../shared/domain/rows.ts';

interface Finding { readonly box: Box; readonly label: string }
interface Guess { readonly box: Box; readonly score: number; readonly label: string }
const at = (i: number, shift = 0): Box => ({ x: 100 * i + shift, y: 0, width: 40, height: 40 });
const finding = (i: number, label = 'cyst'): Finding => ({ box: at(i), label });
const guess = (i: number, change: Partial<Guess> = {}): Guess => ({ box: at(i), score: 0.9, label: 'cyst', ...change });

/** One image with what is on it and what a version says, best first; the version proposes from 0.5 on. */
function evaluated(id: string, findings: readonly Finding[], guesses: readonly Guess[], ranks: readonly number[] = findings.map(() => 1)): Evaluated {
  const format = pixels({ width: 1000, height: 1000 });
  const proposals = guesses.map((g) => ({ ...g, caption: `A ${g.label}.`, firstLook: g.score, secondLook: g.score, names: [], embedding: new Float32Array(0) }));
  const detection = detectionImage(proposals, findings.map((f) => f.box), format);
  return {
    proposals, detection, threshold: 0.5, regionRanks: ranks, imageRank: null,
    labels: detection.matches.flatMap((m, i) => (m.truth >= 0 && m.score >= 0.5 ? [proposals[i]?.label === findings[m.truth]?.label] : [])),
    example: { caseId: id, file: `${id}.png`, patient: id, modality: 'ultrasound', phantom: true, pixels: format, text: 'An image.', rejected: [], findings: findings.map((f, i) => ({ id: `${id}-${i}`, ...f, caption: `A ${f.label}.`, replacedCaption: null, missed: false })) },
  };
}
/** `n` patients with two findings each, of which the version finds `found`. */
const holdout = (n: number, found: number): Evaluated[] => Array.from({ length: n }, (_, i) => evaluated(`h${i}`, [finding(0), finding(1)], Array.from({ length: found }, (_, k) => guess(k))));
const versions = { champion: '0.1.0', candidate: '0.2.0', at: '2026-01-01T00:00:00.000Z' };
const nothing = { champion: [], candidate: [] };

describe('verdicts', () => {
  test('better: more found on the holdout, beyond chance', () => {
    const { report } = judge({ champion: holdout(8, 1), candidate: holdout(8, 2) }, nothing, versions);
    expect(report.verdict).toBe('better');
    expect(report.reasons).toContain('Findings found: +50.0 points, +50.0 to +50.0.');
    expect(report.holdout).toMatchObject({ patients: 8, images: 8, regions: 16 });
    expect([report.fixed, report.broken]).toEqual([8, 0]);
    expect(() => gateReport.parse(report)).not.toThrow();
  });
  test('worse: less found', () => {
    const { report } = judge({ champion: holdout(8, 2), candidate: holdout(8, 1) }, nothing, versions);
    expect(report.verdict).toBe('worse');
    expect(report.reasons[0]).toMatch(/^Findings found: −50\.0 points/);
  });
  test('worse in one decisive figure outweighs better in another', () => {
    const ranked = (found: number, rank: number): Evaluated[] => Array.from({ length: 8 }, (_, i) => evaluated(`h${i}`, [finding(0), finding(1)], Array.from({ length: found }, (_, k) => guess(k)), [rank, rank]));
    expect(judge({ champion: ranked(1, 1), candidate: ranked(2, 3) }, nothing, versions).report.verdict).toBe('worse');
  });
  test('a person: nothing changed', () => {
    const { report } = judge({ champion: holdout(8, 1), candidate: holdout(8, 1) }, nothing, versions);
    expect(report).toMatchObject({ verdict: 'needs-a-person', reasons: ['No measure changed by more than chance could explain.'] });
  });
  test('a person: a change that chance could explain', () => {
    const candidate = holdout(8, 1).map((e, i) => (i === 0 ? holdout(1, 2)[0] ?? e : e));
    const { report } = judge({ champion: holdout(8, 1), candidate }, nothing, versions);
    expect(report.verdict).toBe('needs-a-person');
  });
  test.each([[0, /No holdout patient/], [1, /Only 1 holdout patient is/], [4, /Only 4 holdout patients are/]])('a person: %i holdout patients are too few to praise', (n, sentence) => {
    const { report } = judge({ champion: holdout(n, 1), candidate: holdout(n, 2) }, nothing, versions);
    expect(report.verdict).toBe('needs-a-person');
    expect(report.reasons[0]).toMatch(sentence);
    expect(report.grounds?.[0]).toEqual({ kind: 'few-patients', patients: n });
  });
  test('few patients are enough to blame', () => { expect(judge({ champion: holdout(3, 2), candidate: holdout(3, 1) }, nothing, versions).report.verdict).toBe('worse'); });
  test('forgets: what people corrected is newly missed', () => {
    const [knew, forgot] = [holdout(6, 2), holdout(6, 1)];
    const { report } = judge({ champion: holdout(8, 1), candidate: holdout(8, 2) }, { champion: knew, candidate: forgot }, versions);
    expect(report.verdict).toBe('worse');
    expect(report.reasons).toContain('Of regions that people corrected, 6 are newly missed and 0 newly found.');
    expect(report.grounds?.at(-1)).toEqual({ kind: 'forgets', missed: 6, found: 0 });
    expect(report.corrections).toEqual({ regions: 12, championRight: 12, candidateRight: 6, newlyWrong: 6 });
  });
  test('one forgotten is no pattern', () => {
    expect(judge({ champion: holdout(8, 1), candidate: holdout(8, 2) }, { champion: holdout(1, 2), candidate: holdout(1, 1) }, versions).report.verdict).toBe('better');
  });
  test('calibration is better when it falls', () => {
    const scored = (score: number): Evaluated[] => Array.from({ length: 6 }, (_, i) => evaluated(`h${i}`, [finding(0)], [guess(0, { score })]));
    const { report } = judge({ champion: scored(0.6), candidate: scored(0.9) }, nothing, versions);
    expect(report.differences.find((d) => d.name === 'calibrationError')?.difference?.value).toBeCloseTo(0.3, 9);
  });
});

describe('differences', () => {
  const of = (findings: readonly Finding[], before: readonly Guess[], after: readonly Guess[]) => differences({ champion: [evaluated('a', findings, before)], candidate: [evaluated('a', findings, after)] }, 'holdout');
  const one: Readonly<Record<DifferenceKind, readonly [readonly Finding[], readonly Guess[], readonly Guess[]]>> = {
    'region-found': [[finding(0)], [], [guess(0)]],
    'region-lost': [[finding(0)], [guess(0)], [guess(0, { score: 0.4 })]],
    'false-region-gone': [[], [guess(3)], []],
    'false-region-gained': [[], [guess(3, { score: 0.3 })], [guess(3)]],
    'box-better': [[finding(0)], [guess(0, { box: at(0, 12) })], [guess(0)]],
    'box-worse': [[finding(0)], [guess(0)], [guess(0, { box: at(0, 12) })]],
    'label-fixed': [[finding(0)], [guess(0, { label: 'mass' })], [guess(0)]],
    'label-broken': [[finding(0)], [guess(0)], [guess(0, { label: 'mass' })]],
  };
  test.each(differenceKind.options)('%s', (kind) => {
    const [findings, before, after] = one[kind];
    const found = of(findings, before, after);
    expect(found.map((d) => d.kind)).toEqual([kind]);
    expect(found[0]).toMatchObject({ caseId: 'a', set: 'holdout', effect: effectOf(kind) });
    expect(found[0]?.reference === null).toBe(findings.length === 0);
  });
  test('nothing new, or a little shift: no difference', () => {
    expect(of([finding(0)], [guess(0)], [guess(0, { score: 0.7, box: at(0, 2) })])).toEqual([]);
    expect(of([], [guess(3)], [guess(3, { box: at(3, 5) })])).toEqual([]);
  });
  test('a better label and a worse box are two', () => {
    expect(of([finding(0)], [guess(0, { label: 'mass' })], [guess(0, { box: at(0, 12) })]).map((d) => d.kind)).toEqual(['label-fixed', 'box-worse']);
  });
  test('each has a name of its own; the gate shows what is lost before what is won', () => {
    const champion = [evaluated('a', [finding(0), finding(1)], [guess(0)]), evaluated('b', [finding(0)], [guess(0)])];
    const candidate = [evaluated('a', [finding(0), finding(1)], [guess(1)]), evaluated('b', [finding(0)], [])];
    const { differences: shown } = judge({ champion, candidate }, { champion, candidate }, versions);
    expect(new Set(shown.map((d) => d.id)).size).toBe(shown.length);
    expect(shown.map((d) => d.kind)).toEqual([...new Array<string>(4).fill('region-lost'), 'region-found', 'region-found']);
  });
});

describe('sign test', () => {
  test.each([[0, 0, 1], [0, 5, 1], [1, 0, 0.5], [5, 0, 1 / 32], [4, 1, 6 / 32], [3, 2, 0.5], [9, 1, 11 / 1024], [2, 3, 26 / 32]])('%i against %i', (a, b, p) => { expect(signTest(a, b)).toBeCloseTo(p, 12); });
  test('thousands: as the normal approximation says, where half to the n is zero', () => {
    // 1050 of 2000: z = (1049.5 - 1000) / sqrt(500) = 2.2137, p = 0.01343.
    expect(signTest(1050, 950)).toBeCloseTo(0.01343, 4);
    expect(signTest(1000, 1000)).toBeCloseTo(0.5089, 3);
  });
});
