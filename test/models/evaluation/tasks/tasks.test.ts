// Each task on phantoms the base bundle never saw: the file says all that is needed, for every figure of the report is
// found again from its JSON by other code; and where a figure is known beforehand, it is that.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Example } from '../../../../shared/domain/example.ts';
import { taskReport, type TaskReport } from '../../../../shared/domain/task.ts';
import { extendBundle } from '../../../../models/bundle/extend.ts';
import type { EvaluateOptions } from '../../../../models/evaluation/measure.ts';
import { sizeBands } from '../../../../models/evaluation/figures.ts';
import type { ProposalsLine } from '../../../../models/evaluation/tasks/lines.ts';
import { linesOf, reportOf } from '../../../../models/evaluation/tasks/task.ts';
import { Predictor } from '../../../../models/inference/predictor.ts';
import { makePhantom, phantomFindings } from '../../../../models/phantom/make-phantom.ts';
import { trainAnswers } from '../../../../models/training/train-answers.ts';
import { temporaryFolder } from '../../../electron/temporary.ts';
import * as again from './recompute.ts';

const base = path.join(import.meta.dirname, '..', '..', '..', '..', 'models', 'bundles', 'base');
const studies = new Map(Array.from({ length: 60 }, (_, i) => { const s = makePhantom(5_000_000 + i); return [s.example.caseId, s] as const; }));
/** Two patients in three have two images; every other image is of another device, every third of another site. */
const examples: Example[] = [...studies.values()].map(({ example }, i): Example => ({
  ...example, patient: `patient ${i - (i % 3 === 1 ? 1 : 0)}`, acquisition: { manufacturer: 'ACME', model: i % 2 === 0 ? 'One' : 'Two', site: i % 3 === 0 ? 'north' : 'south' },
  questions: [
    { id: `${i} modality`, question: 'Which kind of image is this?', answer: example.modality, kind: 'open', box: null },
    { id: `${i} yes`, question: 'Is this a microscopy image?', answer: example.modality === 'microscopy' ? 'yes' : 'no', kind: 'closed', box: null },
    ...example.findings.slice(0, 2).map((f, k) => ({ id: `${i} ${k}`, question: 'What does the region show?', answer: f.label, kind: 'open' as const, box: f.box })),
  ],
}));
const load: EvaluateOptions['load'] = (e) => { const s = studies.get(e.caseId); return s === undefined ? Promise.reject(new Error('no such phantom')) : Promise.resolve(s.image); };
let predictor: Predictor;
beforeAll(async () => { predictor = await Predictor.open(base, 1); });
afterAll(async () => { await predictor.release(); });

const valueOf = (r: TaskReport, name: string): number | null | undefined => { const f = r.figures.find((x) => x.name === name); return f === undefined ? undefined : f.measure?.value ?? null; };
const throughJson = (lines: readonly unknown[]): Record<string, unknown>[] => lines.map((l) => JSON.parse(JSON.stringify(l)) as Record<string, unknown>);
function agrees(report: TaskReport, found: Record<string, number | null>): void {
  expect(() => taskReport.parse(report)).not.toThrow();
  expect(report.figures.map((f) => f.name).sort()).toEqual(Object.keys(found).sort());
  for (const [name, value] of Object.entries(found)) {
    if (value === null) expect(valueOf(report, name), name).toBeNull(); else expect(valueOf(report, name), name).toBeCloseTo(value, 9);
  }
}

describe('from the file alone, by other code', () => {
  const some = examples.slice(0, 10);
  test('retrieval', async () => {
    const lines = throughJson(await linesOf('retrieval', { predictor, examples: some, findings: phantomFindings, load })), report = reportOf('retrieval', lines);
    agrees(report, again.retrieval(lines));
    expect(report.items).toBe(2 * some.reduce((n, e) => n + 1 + e.findings.length, 0));
    // Regions that bear one caption are right answers to one another.
    expect(lines.some((l) => l['direction'] === 'textToRegion' && Array.isArray(l['right']) && l['right'].length > 1)).toBe(true);
    expect(report.strata.filter((s) => s.by === 'device').map((s) => s.value)).toEqual(['ACME One', 'ACME Two']);
    expect(JSON.stringify(lines)).not.toContain('patient ');
  });
  test('classification', async () => {
    const lines = throughJson(await linesOf('classification', { predictor, examples: some.slice(0, 5), findings: phantomFindings, load }));
    agrees(reportOf('classification', lines), again.classification(lines));
    for (const l of lines.filter((x) => x['of'] === 'region')) expect(Object.values(l['scores'] as Record<string, number>).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  });
  test('proposals, whole and by size', async () => {
    const lines = throughJson(await linesOf('proposals', { predictor, examples: some, findings: phantomFindings.slice(0, 2), load })), report = reportOf('proposals', lines);
    agrees(report, again.proposals(lines));
    const sizes = report.strata.filter((s) => s.by === 'size' && s.figures.length > 0);
    expect(sizes.length).toBeGreaterThan(1);
    for (const s of sizes) {
      const [, from = 0, to = 0] = sizeBands.find(([name]) => name === s.value) ?? [];
      const found = again.proposals(lines, from, to);
      for (const f of s.figures) expect(f.measure?.value, `${s.value} ${f.name}`).toBeCloseTo(found[f.name] ?? NaN, 9);
    }
    expect(report.reliability.reduce((n, b) => n + b.count, 0)).toBe(lines.flatMap((l) => l['regions'] as { score: number }[]).filter((r) => r.score >= Number(lines[0]?.['threshold'])).length);
  });
  test('a file with a line that is none is refused', () => { expect(() => reportOf('retrieval', [{ task: 'retrieval', rank: 0 }])).toThrow('Invalid'); });
});

describe('questions', () => {
  test('a head taught on phantoms sees: it answers what cannot be known from the question', async () => {
    const folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    const files = await trainAnswers({ predictor, examples: examples.slice(0, 44), load, folder, settings: { steps: 150, learningRate: 2e-3, seed: 1 } });
    await extendBundle(base, path.join(folder, 'taught'), files, { version: '0.9.0' });
    const taught = await Predictor.open(path.join(folder, 'taught'), 1);
    try {
      const lines = throughJson(await linesOf('vqa', { predictor: taught, examples: examples.slice(44), findings: [], load })), report = reportOf('vqa', lines);
      agrees(report, again.vqa(lines));
      expect(valueOf(report, 'open.accuracy') ?? 0).toBeGreaterThan(0.6);
      expect(report.figures.find((f) => f.name === 'open.gainOverQuestionOnly')?.measure?.low ?? -1).toBeGreaterThan(0.2);
      const first = examples[44];
      if (first === undefined) throw new Error('no example');
      const { answers } = await taught.answer(await load(first), 'Is this a microscopy image?');
      expect(answers.map((a) => a.answer).sort()).toEqual(['no', 'yes']);
      expect(answers.reduce((sum, a) => sum + a.probability, 0)).toBeCloseTo(1, 6);
    } finally {
      await taught.release();
    }
  });
  test('a model that nobody taught says so', async () => {
    const [first] = examples;
    if (first === undefined) throw new Error('no example');
    expect(predictor.answers).toBe(false);
    await expect(predictor.answer(await load(first), 'What is it?')).rejects.toMatchObject({ code: 'not-found' });
    await expect(linesOf('vqa', { predictor, examples: examples.slice(0, 1), findings: [], load })).rejects.toMatchObject({ code: 'not-found' });
  });
  test('without questions there is nothing to learn from', async () => {
    const bare = examples.slice(0, 2).map((e): Example => ({ ...e, questions: [] }));
    await expect(trainAnswers({ predictor, examples: bare, load, folder: await temporaryFolder(), settings: { steps: 1, learningRate: 1e-3, seed: 1 } })).rejects.toMatchObject({ code: 'nothing-to-train' });
  });
});

describe('proposals worked out by hand', () => {
  const box = (x: number, size = 10): [number, number, number, number] => [x, 0, size, size];
  const line = (i: number, truth: readonly number[], regions: readonly (readonly [x: number, score: number])[]): ProposalsLine => ({
    task: 'proposals', model: '0.1.0', file: `${i}.png`, caseId: `c${i}`, patient: `p${i}`, modality: 'CT', device: null, site: null, width: 100, height: 100, threshold: 0.5,
    truth: truth.map((x) => ({ bbox: box(x), label: 'cyst', caption: '' })), regions: regions.map(([x, score]) => ({ bbox: box(x), score, label: 'cyst', caption: '' })),
  });
  // Four images, four findings. By score: .9 hit, .8 false, .7 hit, .6 false, .6 false, .3 hit, .2 false, .1 false.
  const lines = [line(1, [0], [[0, 0.9], [50, 0.6]]), line(2, [0, 20], [[0, 0.7], [60, 0.8], [20, 0.3]]), line(3, [40], [[80, 0.6]]), line(4, [], [[10, 0.2], [50, 0.1]])];
  const report = reportOf('proposals', lines);
  test('FROC: an eighth of a false region an image is none in four images, a quarter is one, a half two, one four', () => {
    expect(['froc.1/8', 'froc.1/4', 'froc.1/2', 'froc.1', 'froc.2', 'froc.8'].map((name) => valueOf(report, name))).toEqual([0.25, 0.5, 0.5, 0.75, 0.75, 0.75]);
    expect(valueOf(report, 'froc')).toBeCloseTo((0.25 + 0.5 + 0.5 + 4 * 0.75) / 7, 12);
  });
  test('average precision, recall at the threshold and calibration', () => {
    expect(valueOf(report, 'ap50')).toBeCloseTo((1 + 2 / 3 + 3 / 6) / 4, 12);
    expect(valueOf(report, 'recall')).toBe(0.5);
    // Five shown, a bin each: .6 and .6 and .8 wrong, .7 and .9 right.
    expect(valueOf(report, 'calibrationError')).toBeCloseTo((0.6 + 0.6 + 0.3 + 0.8 + 0.1) / 5, 12);
    expect(report.reliability).toHaveLength(5);
  });
  test('every finding here has one per cent of the image: one part by size, too few patients for a figure', () => {
    expect(report.strata).toEqual([{ by: 'size', value: '1–5 %', items: 4, patients: 3, figures: [] }]);
  });
});
