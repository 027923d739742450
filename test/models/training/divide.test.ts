// Which signed-off cases are learnt from, and which set the score above which the candidate proposes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Example } from '../../../shared/domain/example.ts';
import { makePhantom } from '../../../models/phantom/make-phantom.ts';
import { divide } from '../../../models/training/fine-tune.ts';

const found = makePhantom(3).example;
const of = (patients: readonly string[], findings = found.findings.length): Example[] => patients.map((patient, i) => ({ ...found, caseId: `case-${i}`, patient, findings: found.findings.slice(0, findings) }));
const patients = (n: number): string[] => Array.from({ length: n }, (_, i) => `patient:${i}`);
const named = (all: readonly Example[]): Set<string> => new Set(all.map((e) => e.patient));

test('about one patient in eight is kept apart, all of their images, and the same ones whatever else there is', () => {
  const everyone = named(divide(of(patients(201))).calibrating);
  fc.assert(fc.property(fc.array(fc.nat(200).map((i) => `patient:${i}`), { minLength: 60, maxLength: 300 }), (drawn) => {
    const { learnt } = divide(of(drawn));
    expect([...named(learnt)].filter((p) => everyone.has(p))).toEqual([]);
    expect(new Set(drawn.filter((p) => !everyone.has(p)))).toEqual(named(learnt));
  }), { seed: 5, numRuns: 60 });
  expect(divide(of(patients(2000))).calibrating.length / 2000).toBeGreaterThan(0.1);
  expect(divide(of(patients(2000))).calibrating.length / 2000).toBeLessThan(0.15);
});

test('those kept apart set the threshold alone once they have fifty findings; until then all help', () => {
  const many = divide(of(patients(60), 12)), few = divide(of(patients(60), 1));
  expect(named(many.calibrating).size).toBeLessThan(20);
  expect([...named(many.calibrating)].filter((p) => named(many.learnt).has(p))).toEqual([]);
  expect(few.calibrating).toHaveLength(60);
  expect(few.learnt.length).toBe(many.learnt.length);
});

test('with fewer than eight patients every case serves for both', () => {
  const few = of(patients(7));
  expect(divide(few)).toEqual({ learnt: few, calibrating: few });
});
