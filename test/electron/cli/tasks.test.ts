// Tasks and the answer head as a data team uses them: from an annotated set with questions to a version that answers, to
// reports whose figures stand in the file, to a run that teaches the head anew.
import { readFile, writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { signOffCase } from '../../../shared/domain/commands/case.ts';
import { taskReport } from '../../../shared/domain/task.ts';
import { retrievalLine, proposalsLine, vqaLine } from '../../../models/evaluation/tasks/lines.ts';
import { reportOf } from '../../../models/evaluation/tasks/task.ts';
import { close, openHost } from '../host/open-host.ts';
import { annotatedSquares } from '../host/signed-off.ts';
import { temporaryFolder } from '../temporary.ts';
import { cli, cliJson } from './run-cli.ts';

let folder = '', workspace = '';
const at = (name: string): string => path.join(folder, name), w = (): readonly string[] => ['--workspace', workspace];
const lines = async <T>(file: string, schema: z.ZodType<T>): Promise<T[]> => (await readFile(file, 'utf8')).split('\n').filter((l) => l !== '').map((l) => schema.parse(JSON.parse(l)));
const filesOf = async (version: string): Promise<string[]> => Object.keys(z.object({ files: z.record(z.string(), z.unknown()) }).parse(JSON.parse(await readFile(path.join(workspace, 'models', version, 'manifest.json'), 'utf8'))).files);

beforeAll(async () => {
  folder = await temporaryFolder();
  workspace = at('workspace');
  await mkdir(workspace);
  await writeFile(path.join(workspace, 'workspace.json'), JSON.stringify({ format: 1, id: 'test', salt: 'squares 2', createdAt: '2026-01-01T00:00:00Z' }));
  const images = await annotatedSquares(5), file = path.join(images, 'annotations.jsonl');
  const annotated = (await readFile(file, 'utf8')).split('\n').map((l, i) => ({ ...z.looseObject({ regions: z.array(z.looseObject({ bbox: z.array(z.number()) })) }).parse(JSON.parse(l)), i }));
  await writeFile(file, annotated.map(({ i, ...l }) => JSON.stringify({ ...l, text: `Radiograph number ${i}.`, regions: l.regions.map((r) => ({ ...r, caption: `Square number ${i}.` })), manufacturer: 'ACME', institution: 'Saint Mary', qa: [{ q: 'Is there a square?', a: 'yes' }, { q: 'Is it bright or dark?', a: i % 2 === 0 ? 'bright' : 'dark' }, { q: 'What does the region show?', a: 'A square', bbox: l.regions[0]?.bbox }] })).join('\n'));
  await cli('import', images, ...w());
});

it('before it is taught, and when the task is none, it says so', async () => {
  expect(await cliJson('evaluate', '--task', 'vqa', ...w())).toMatchObject({ code: 1, result: { error: { code: 'not-found' } } });
  expect(await cliJson('evaluate', '--task', 'poetry', ...w())).toMatchObject({ code: 2, result: { error: { code: 'wrong-usage', message: '--task is one of retrieval, classification, proposals, vqa.' } } });
});

it('answers teaches a candidate; its report is that of its file; a person promotes it', async () => {
  expect(await cliJson('answers', '--steps', '30', ...w())).toMatchObject({ code: 0, result: { version: '0.2.0', questions: 9, cases: 3 } });
  expect(await filesOf('0.2.0')).toEqual(expect.arrayContaining(['answer.onnx', 'answers.json', 'image.onnx']));
  const { code, result } = await cliJson('evaluate', '--task', 'vqa', '--model', '0.2.0', '--split', 'all', '--predictions', at('vqa.jsonl'), ...w());
  const made = await lines(at('vqa.jsonl'), vqaLine), { version, ...report } = z.looseObject({ version: z.string() }).parse(result);
  expect([code, version, made.length]).toEqual([0, '0.2.0', 15]);
  expect(reportOf('vqa', made)).toEqual(taskReport.parse(report));
  expect(made.filter((l) => l.bbox !== null)).toHaveLength(5);
  expect(JSON.stringify(made).toLowerCase()).not.toContain('mary');
  expect(made[0]?.device).toBe('ACME');
  expect((await cli('promote', '0.2.0', ...w())).code).toBe(0);
});

it.each([['retrieval', retrievalLine, 20], ['proposals', proposalsLine, 5]] as const)('%s: one line an item, a report in words', async (task, schema, count) => {
  const words = await cli('evaluate', '--task', task, '--split', 'all', '--predictions', at(`${task}.jsonl`), ...w());
  const made = await lines<unknown>(at(`${task}.jsonl`), schema);
  expect([words.code, made.length]).toEqual([0, count]);
  expect(words.out).toContain(`${task}: ${count} items, 5 images, 5 patients`);
  expect(reportOf(task, made).items).toBe(count);
});

it('a run teaches the head anew for its new weights; the page may ask', async () => {
  const host = await openHost(workspace);
  for (const c of host.journal.cases().filter((x) => x.split === 'training')) {
    host.journal.appendOne({ id: `sign ${c.id}`, name: 'signOffCase', caseId: c.id, actor: 'reader', at: '2026-01-01T00:00:00Z', of: null, diff: signOffCase(c, [], '2026-01-01T00:00:00Z') });
  }
  await close(host);
  expect((await cliJson('train', '--steps', '1', ...w())).code).toBe(0);
  expect(await filesOf('0.3.0')).toEqual(expect.arrayContaining(['answer.onnx', 'answers.json']));
  const [before, after] = await Promise.all(['0.2.0', '0.3.0'].map((v) => readFile(path.join(workspace, 'models', v, 'answer.onnx'))));
  expect(after?.equals(before ?? Buffer.alloc(0))).toBe(false);
  const again = await openHost(workspace), [study] = again.journal.cases();
  if (study === undefined) throw new Error('no case');
  const engine = await again.engines.inference(again.registry.folderOf('0.3.0'));
  const { answers } = await engine.answer({ image: { pixels: study.pixels, modality: study.modality }, question: 'Is it bright or dark?', box: null });
  expect(answers.map((a) => a.answer).sort()).toEqual(['bright', 'dark', 'no', 'yes']);
  await expect((await again.engines.inference(again.registry.folderOf('0.1.0'))).answer({ image: { pixels: study.pixels, modality: study.modality }, question: 'What?', box: null })).rejects.toMatchObject({ code: 'not-found' });
});
