// What a run leaves in the candidate beside its weights: a threshold and, where patients were kept apart who have enough
// findings, what the scores mean.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import type { Example } from '../../../shared/domain/example.ts';
import { modelManifest, type ModelManifest } from '../../../shared/domain/model.ts';
import { usualSettings } from '../../../shared/domain/run.ts';
import { readBundle } from '../../../models/bundle/bundle.ts';
import { extendBundle } from '../../../models/bundle/extend.ts';
import { makePhantom } from '../../../models/phantom/make-phantom.ts';
import { divide, fineTune } from '../../../models/training/fine-tune.ts';
import { temporaryFolder } from '../../electron/temporary.ts';

const base = path.join(import.meta.dirname, '..', '..', '..', 'models', 'bundles', 'base');
/** A busy phantom, so that few images hold many findings. */
const { example, image } = makePhantom(6_000_003);
const named = (names: readonly string[]): Example[] => names.map((patient, i) => ({ ...example, caseId: `case ${i}`, patient }));
const of = (patients: number): Example[] => named(Array.from({ length: patients }, (_, i) => `patient ${i}`));
/** Twelve patients, six of whom are kept apart. */
function halfApart(): Example[] {
  const many = of(200), { learnt, calibrating } = divide(many);
  return named([...calibrating.slice(0, 6), ...learnt.slice(0, 6)].map((e) => e.patient));
}
let blob = '';
beforeAll(async () => {
  blob = path.join(await temporaryFolder(), 'blob');
  await writeFile(blob, deflateSync(new Uint8Array(image.samples.buffer, image.samples.byteOffset, image.samples.byteLength)));
});

async function tuned(bundle: string, examples: readonly Example[], questions: readonly Example[] = []): Promise<{ manifest: ModelManifest; notes: readonly string[]; folder: string }> {
  const folder = await temporaryFolder(), candidate = path.join(folder, 'candidate');
  const { notes } = await fineTune({
    bundle, folder, examples, questions, candidate, version: '0.2.0', findings: [{ label: 'cyst', phrase: 'cyst' }], settings: { ...usualSettings, batch: 2, steps: 1, learningRate: 1e-6, replay: 0, seed: 1, trainable: { kind: 'heads' } },
    createdAt: '2026-01-01T00:00:00Z', blobPath: () => blob, signal: new AbortController().signal, onStep: () => undefined,
  });
  return { manifest: modelManifest.parse((await readBundle(candidate)).manifest), notes, folder: candidate };
}

test('scores are calibrated on patients kept apart; with too few patients the parent\'s map is kept', async () => {
  const { manifest } = await tuned(base, halfApart());
  expect(manifest.calibration?.slope ?? 0).toBeGreaterThan(0);
  const parent = path.join(await temporaryFolder(), 'parent');
  await extendBundle(base, parent, {}, { calibration: { slope: 1.25, intercept: -0.5 } });
  const few = await tuned(parent, of(1));
  expect(few.manifest.calibration).toEqual({ slope: 1.25, intercept: -0.5 });
  // What the parent learnt from and its licences are still named, and the site's cases are a number.
  const [before, after] = await Promise.all([base, few.folder].map((folder) => readFile(path.join(folder, 'MODEL_CARD.md'), 'utf8')));
  expect(after?.startsWith(before?.trimEnd() ?? '-')).toBe(true);
  expect(after).toContain('From version 0.1.0, 2026-01-01: one step on 1 case that people of the site had corrected and signed off; the heads learnt.');
});

test('a head that answered questions is taught anew, or its absence is told', async () => {
  const parent = path.join(await temporaryFolder(), 'parent'), asked = of(1).map((e): Example => ({ ...e, questions: [{ id: e.caseId, question: 'Is there a cyst?', answer: 'yes', kind: 'closed', box: null }] }));
  await extendBundle(base, parent, { 'answer.onnx': new TextEncoder().encode('of other weights'), 'answers.json': new TextEncoder().encode('{}') });
  const [taught, bare] = [await tuned(parent, of(1), asked), await tuned(parent, of(1))];
  // Questions that nobody could answer from what they offer end no run.
  const unanswerable = await tuned(parent, of(1), asked.map((e) => ({ ...e, questions: e.questions?.map((q) => ({ ...q, answer: 'perhaps' })) })));
  expect(taught.notes).toEqual([]);
  expect(Object.keys(taught.manifest.files)).toEqual(expect.arrayContaining(['answer.onnx', 'answers.json']));
  for (const { manifest, notes } of [bare, unanswerable]) {
    expect(notes).toEqual(['The new version answers no questions: there are none left to teach it with.']);
    expect(Object.keys(manifest.files)).not.toContain('answer.onnx');
  }
});
