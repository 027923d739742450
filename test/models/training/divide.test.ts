// Which signed-off cases are learnt from, and which set the score above which the candidate proposes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Example } from '../../../shared/domain/example.ts';
import { makePhantom } from '../../../models/phantom/make-phantom.ts';
import { divide } from '../../../models/training/fine-tune.ts';

const found = makePhantom(3).example;
const of = (patients: readonly string[]): Example[] => patients.map((patient, i) => ({ ...found, caseId: `case-${i}`, patient }));
const patients = (n: number): string[] => Array.from({ length: n }, (_, i) => `patient:${i}`);

test('about one patient in eight is kept apart, all of their images, and the same ones whatever else there is', () => {
  fc.assert(fc.property(fc.array(fc.nat(200).map((i) => `patient:${i}`), { minLength: 8, maxLength: 300 }), (drawn) => {
    const { learnt, calibrating } = divide(of(drawn));
    const apart = new Set(calibrating.map((e) => e.patient));
    if (learnt.length === drawn.length) return;
    expect(learnt.some((e) => apart.has(e.patient))).toBe(false);
    expect(learnt.length + calibrating.length).toBe(drawn.length);
    const everyone = new Set(divide(of(patients(201))).calibrating.map((e) => e.patient));
    expect([...apart].every((p) => everyone.has(p))).toBe(true);
  }), { seed: 5, numRuns: 60 });
  const share = divide(of(patients(2000))).calibrating.length / 2000;
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(0.15);
});

test('with few patients every case serves for both', () => {
  const few = of(patients(7));
  expect(divide(few)).toEqual({ learnt: few, calibrating: few });
});

test('images without a finding set no threshold', () => {
  const empty = of(patients(60)).map((e) => ({ ...e, findings: [] }));
  expect(divide(empty)).toEqual({ learnt: empty, calibrating: empty });
});
