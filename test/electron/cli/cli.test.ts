// Every command once, on one small workspace, as a data team would call them: one JSON document on standard output,
// words on standard error, an exit code that tells, files that others can read.
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { gateReport } from '../../../shared/domain/gate.ts';
import { importReport } from '../../../shared/contracts/host.ts';
import { metrics } from '../../../shared/domain/model.ts';
import { run } from '../../../shared/domain/run.ts';
import { close, openHost } from '../host/open-host.ts';
import { annotatedSquares } from '../host/signed-off.ts';
import { temporaryFolder } from '../temporary.ts';
import { cli, cliJson } from './run-cli.ts';

const bbox = z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]);
/** As docs and issue promise them: nothing more, nothing less. */
const predictionLine = z.strictObject({ file: z.string(), width: z.number().int(), height: z.number().int(), model: z.string(), regions: z.array(z.strictObject({ bbox, score: z.number().min(0).max(1), label: z.string().min(1), caption: z.string().min(1) })) });
const embeddingLine = z.strictObject({ id: z.string(), file: z.string(), text: z.string(), embedding: z.array(z.number()).min(16) });
const lines = async <T>(file: string, schema: z.ZodType<T>): Promise<T[]> => (await readFile(file, 'utf8')).split('\n').filter((l) => l !== '').map((l) => schema.parse(JSON.parse(l)));

let folder = '', workspace = '', images = '';
const at = (name: string): string => path.join(folder, name);
const w = (): readonly string[] => ['--workspace', workspace];

beforeAll(async () => {
  folder = await temporaryFolder();
  images = await annotatedSquares(5);
  workspace = at('a workspace');
  await mkdir(workspace);
  await writeFile(path.join(workspace, 'workspace.json'), JSON.stringify({ format: 1, id: 'test', salt: 'squares 2', createdAt: '2026-01-01T00:00:00Z' }));
});

describe('the loop', () => {
  it('import: 0 when all is in, 1 when a file was refused', async () => {
    const { code, result } = await cliJson('import', images, ...w());
    expect(code).toBe(0);
    expect(importReport.parse(result)).toMatchObject({ duplicates: 0, annotated: 5, refused: [] });
    await writeFile(at('zero.png'), '');
    const second = await cliJson('import', at('zero.png'), path.join(images, 'square 0.png'), ...w());
    expect(second.code).toBe(1);
    expect(importReport.parse(second.result)).toMatchObject({ imported: [], duplicates: 1, refused: [{ file: 'zero.png', error: { code: 'empty-file' } }] });
    const words = await cli('import', at('zero.png'), ...w());
    expect([words.code, words.out]).toEqual([1, '0 imported, 0 with annotations, 0 already there, 1 refused\n  zero.png is empty (0 bytes).\n']);
  });

  it('propose stores for review; its predictions are one line an image', async () => {
    const { code, result } = await cliJson('propose', '--predictions', at('predictions.jsonl'), '--threshold', '0.02', ...w());
    expect([code, result]).toEqual([0, { proposed: 5, failed: [], predictions: 5 }]);
    const made = await lines(at('predictions.jsonl'), predictionLine);
    expect(made.map((l) => `${l.file} ${l.width} ${l.height} ${l.model}`).sort()).toEqual([0, 1, 2, 3, 4].map((i) => `square ${i}.png 96 96 0.1.0`));
    expect(made.some((l) => l.regions.length > 0)).toBe(true);
    for (const { regions } of made) for (const { bbox: [x, y, width, height] } of regions) expect(x >= 0 && y >= 0 && x + width <= 96.001 && y + height <= 96.001).toBe(true);
    // Once more without storing, for the holdout alone.
    const again = await cliJson('propose', '--no-store', '--predictions', at('holdout.jsonl'), '--split', 'holdout', ...w());
    expect(again.result).toEqual({ proposed: 0, failed: [], predictions: 2 });
  });

  it.each(['images', 'regions', 'texts'] as const)('embed --of %s: unit vectors', async (of) => {
    const { code, result } = await cliJson('embed', '--of', of, '--out', at(`${of}.jsonl`), ...w());
    const count = of === 'texts' ? 10 : 5;
    expect([code, result]).toEqual([0, { of, items: count, out: at(`${of}.jsonl`) }]);
    const made = await lines(at(`${of}.jsonl`), embeddingLine);
    expect(new Set(made.map((l) => l.id)).size).toBe(count);
    expect(new Set(made.map((l) => l.embedding.length)).size).toBe(1);
    for (const { embedding, text, file } of made) {
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 4);
      expect(text.length).toBeGreaterThan(0);
      expect(file).toMatch(/^square \d\.png$/);
    }
  });

  it('review --simulate signs the training cases off', async () => {
    const first = await cliJson('review', '--simulate', '--limit', '1', ...w());
    expect(first).toMatchObject({ code: 0, result: { cases: 1 } });
    const rest = await cliJson('review', '--simulate', ...w());
    expect(rest).toMatchObject({ code: 0, result: { cases: 2 } });
    expect((await cliJson('review', '--simulate', ...w())).result).toMatchObject({ cases: 0 });
  });

  it('train makes a candidate, diff tells what it changed, promote and roll back change what is in use', async () => {
    const { code, result } = await cliJson('train', '--steps', '2', '--replay', '0', '--seed', '3', '--lr', '0.001', ...w());
    expect(code).toBe(0);
    const made = z.object({ run, report: gateReport }).parse(result);
    expect(made).toMatchObject({ run: { status: 'done', candidate: '0.2.0', settings: { steps: 2, replay: 0, seed: 3, learningRate: 0.001 }, cases: 3 }, report: { champion: '0.1.0', candidate: '0.2.0' } });

    const diff = await cliJson('diff', '--candidate', '0.2.0', ...w());
    expect(z.object({ report: gateReport }).parse(diff.result).report).toEqual(made.report);
    expect(diff.code).toBe(made.report.verdict === 'worse' ? 3 : 0);

    expect(await cliJson('promote', '0.2.0', '--note', 'for the test', ...w())).toMatchObject({ code: 0, result: { champion: '0.2.0' } });
    expect(await cliJson('promote', '0.2.0', ...w())).toMatchObject({ code: 1, result: { error: { code: 'conflict' } } });
    expect(await cliJson('refuse', '0.2.0', ...w())).toMatchObject({ code: 1, result: { error: { code: 'conflict' } } });
    expect(await cliJson('rollback', ...w())).toMatchObject({ code: 0, result: { champion: '0.1.0' } });
    expect(await cliJson('rollback', ...w())).toMatchObject({ code: 1, result: { error: { code: 'conflict' } } });
    expect(await cliJson('refuse', '0.2.0', ...w())).toMatchObject({ code: 0, result: { champion: '0.1.0' } });
  });

  it('diff exits 3 when the gate says worse', async () => {
    const file = path.join(workspace, 'reports', '0.2.0.json'), text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/"verdict":"[a-z-]+"/, '"verdict":"worse"'));
    expect((await cli('diff', '--candidate', '0.2.0', ...w())).code).toBe(3);
    await writeFile(file, text);
  });

  it('what could not be kept is told before the work', async () => {
    const behindAFile = path.join(at('predictions.jsonl'), 'lines.jsonl');
    for (const args of [['evaluate', '--predictions'], ['propose', '--no-store', '--predictions'], ['embed', '--of', 'texts', '--out']]) expect(await cliJson(...args, behindAFile, ...w())).toMatchObject({ code: 1, result: { error: { code: 'not-writable' } } });
  });
  it('evaluate measures on ground truth, and its predictions can be read', async () => {
    const { code, result } = await cliJson('evaluate', '--split', 'all', '--predictions', at('evaluated.jsonl'), ...w());
    expect(code).toBe(0);
    expect(z.object({ version: z.string(), metrics, images: z.number(), patients: z.number(), regions: z.number() }).parse(result)).toMatchObject({ version: '0.1.0', images: 5, patients: 5, regions: 5 });
    const made = await lines(at('evaluated.jsonl'), predictionLine.extend({ threshold: z.number(), truth: z.array(z.object({ bbox, label: z.string(), caption: z.string() })) }));
    expect(made.flatMap((l) => l.truth)).toHaveLength(5);
  });

  it.each(['jsonl', 'coco'] as const)('export as %s can be imported again', async (format) => {
    const out = at(`export ${format}`);
    const { code, result } = await cliJson('export', '--format', format, '--out', out, ...w());
    const { file, cases, regions } = z.object({ file: z.string(), cases: z.number(), regions: z.number() }).parse(result);
    expect([code, cases]).toEqual([0, 3]);
    expect(await readdir(path.join(out, 'images'))).toHaveLength(3);
    const host = await openHost(workspace);
    const reviewed = host.journal.cases().filter((c) => c.status === 'signed-off').map((c) => ({ file: c.file, boxes: host.journal.regionsOf(c.id).filter((r) => r.source !== 'truth' && r.verdict !== 'rejected').map((r) => ({ ...r.box, label: r.label, caption: r.caption })) }));
    await close(host);
    expect(reviewed.flatMap((c) => c.boxes)).toHaveLength(regions);
    if (format === 'coco') {
      const coco = z.object({ images: z.array(z.object({ id: z.number(), file_name: z.string() })), annotations: z.array(z.object({ image_id: z.number(), bbox, category_id: z.number() })), categories: z.array(z.object({ id: z.number(), name: z.string() })) }).parse(JSON.parse(await readFile(file, 'utf8')));
      expect(coco.annotations.map((a) => a.bbox).sort(([a], [b]) => a - b)).toEqual(reviewed.flatMap((c) => c.boxes.map((b) => [b.x, b.y, b.width, b.height])).sort(([a = 0], [b = 0]) => a - b));
    }
    const again = at(`again ${format}`);
    expect(await cliJson('import', out, '--as', 'truth', '--workspace', again)).toMatchObject({ code: 0, result: { annotated: 3, refused: [] } });
    const second = await openHost(again);
    expect(second.journal.cases().map((c) => ({ file: c.file, boxes: second.journal.regionsOf(c.id).map((r) => ({ ...r.box, label: r.label, caption: r.caption })) })).sort((a, b) => (a.file < b.file ? -1 : 1))).toEqual(reviewed.sort((a, b) => (a.file < b.file ? -1 : 1)));
    await close(second);
  });

  it('verify: 0 when all is whole, 1 with the name of what is not', async () => {
    const whole = await cliJson('verify', ...w());
    expect(whole).toMatchObject({ code: 0, result: { damaged: [] } });
    const db = new DatabaseSync(path.join(workspace, 'journal.sqlite'));
    db.exec(`DROP TRIGGER records_stay; UPDATE records SET body = replace(body, '"caption":"', '"caption":"not ') WHERE seq = 4`);
    db.close();
    const [part = ''] = await readdir(path.join(workspace, 'blobs')), [name = ''] = await readdir(path.join(workspace, 'blobs', part));
    const blob = path.join(workspace, 'blobs', part, name), bytes = await readFile(blob);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(blob, bytes);
    const { code, result } = await cliJson('verify', ...w());
    expect(code).toBe(1);
    expect(z.object({ damaged: z.array(z.string()) }).parse(result).damaged).toEqual(['Record 4 was changed after it was written.', `The stored image ${name.slice(0, 16)}… is missing or damaged.`]);
    const words = await cli('verify', ...w());
    expect([words.code, words.out]).toEqual([1, `Record 4 was changed after it was written.\nThe stored image ${name.slice(0, 16)}… is missing or damaged.\n`]);
  });
});

it('phantoms makes studies that say what they are', async () => {
  const own = at('phantoms');
  expect(await cliJson('phantoms', '--count', '2', '--seed', '4', '--workspace', own)).toMatchObject({ code: 0, result: { annotated: 2, refused: [] } });
  const host = await openHost(own);
  expect(host.journal.cases().map((c) => c.phantom)).toEqual([true, true]);
});

describe('not understood', () => {
  it.each<[string, string[]]>([
    ['There is no command "imprt".', ['imprt', '--workspace', 'W']], ['--workspace DIR is needed.', ['import', 'x.png']], ['import needs files or folders.', ['import', '--workspace', 'NEW']],
    ["Unknown option '--worksapce'", ['verify', '--worksapce', 'x']], ['--as is one of truth, proposals.', ['import', 'x', '--as', 'gospel', '--workspace', 'W']], ['--limit needs a whole number above 0, not "ten".', ['import', 'x', '--limit', 'ten', '--workspace', 'W']],
    ['--limit needs a whole number above 0, not "-1".', ['import', 'x', '--limit=-1', '--workspace', 'W']], ['--threshold needs a number from 0 to 1, not "2".', ['propose', '--threshold', '2', '--workspace', 'W']], ['embed needs --out FILE.', ['embed', '--of', 'images', '--workspace', 'W']],
    ['--of is one of images, regions, texts.', ['embed', '--of', 'words', '--out', 'x', '--workspace', 'W']], ['review on the command line is --simulate only', ['review', '--workspace', 'W']], ['--steps needs a whole number above 0, not "2.5".', ['train', '--steps', '2.5', '--workspace', 'W']],
    ['--replay needs a number from 0 to below 1, not "1".', ['train', '--replay', '1', '--workspace', 'W']], ['--lr needs a number above 0, not "0".', ['train', '--lr', '0', '--workspace', 'W']], ['diff needs --candidate VERSION.', ['diff', '--workspace', 'W']], ['promote needs a version.', ['promote', '--workspace', 'W']],
    ['export needs --out DIR.', ['export', '--workspace', 'W']], ['--format is one of jsonl, coco.', ['export', '--out', 'x', '--format', 'xml', '--workspace', 'W']],
    ['answers takes no --model.', ['answers', '--model', '0.1.0', '--workspace', 'W']], ['evaluate does not know what to do with "retrieval".', ['evaluate', 'retrieval', '--workspace', 'W']], ['promote does not know what to do with "0.3.0".', ['promote', '0.2.0', '0.3.0', '--workspace', 'W']],
    ['There is no command "toString".', ['toString', '--workspace', 'W']], ['--model needs --predictions FILE', ['propose', '--model', '0.1.0', '--workspace', 'W']], ['--resume goes on with the settings of the run; --steps is for a new one.', ['train', '--resume', '--steps', '5', '--workspace', 'W']],
    ...['heads:2', 'last', 'last:2:qkv', 'lora:4:'].map((set): [string, string[]] => [`--trainable is all, heads, last:K, lora:R or lora:R:MATRICES, not ${set}.`, ['train', '--trainable', set, '--workspace', 'W']]),
  ])('%s', async (sentence, args) => {
    const { code, result, err } = await cliJson(...args.map((a) => (a === 'W' ? workspace : a === 'NEW' ? at('new') : a)));
    expect(code).toBe(2);
    expect(z.object({ error: z.object({ code: z.literal('wrong-usage'), message: z.string() }) }).parse(result).error.message).toContain(sentence);
    expect(err).toContain(sentence);
  });

  it('no command: the help, and 2; --help: the help, and 0', async () => {
    const [none, help] = [await cli(), await cli('--help')];
    expect([none.code, help.code]).toEqual([2, 0]);
    expect(help.out).toMatch(/^regionmed <command>[\s\S]*Exit codes: 0 done; 1 failed[\s\S]*not a diagnosis\.\n$/);
    for (const command of ['import', 'propose', 'embed', 'review --simulate', 'train', 'evaluate', 'diff', 'promote', 'rollback', 'verify', 'export']) expect(help.out).toContain(command);
  });

  it('a folder that is no workspace is not made one by reading', async () => {
    for (const args of [['verify'], ['propose'], ['export', '--out', at('x')]]) expect(await cliJson(...args, '--workspace', at('mistyped'))).toMatchObject({ code: 1, result: { error: { code: 'not-found' } } });
    expect(existsSync(at('mistyped'))).toBe(false);
  });

  it('nothing to do is told: 1', async () => {
    const empty = at('empty');
    await close(await openHost(empty));
    expect(await cliJson('train', '--workspace', empty)).toMatchObject({ code: 1, result: { error: { code: 'nothing-to-train' } } });
    expect(await cliJson('train', '--resume', '--workspace', empty)).toMatchObject({ code: 1, result: { error: { code: 'not-found' } } });
    expect(await cliJson('evaluate', '--workspace', empty)).toMatchObject({ code: 1, result: { error: { code: 'nothing-to-measure', message: 'There is nothing to measure on: no holdout case has ground truth or is signed off.' } } });
    expect(await cliJson('evaluate', '--model', '0.9.0', '--workspace', empty)).toMatchObject({ code: 1, result: { error: { code: 'not-found', message: 'There is no model 0.9.0; there are 0.1.0.' } } });
    expect(await cliJson('import', at('nowhere'), '--workspace', empty)).toMatchObject({ code: 1, result: { error: { code: 'not-found' } } });
    expect(await cliJson('propose', '--workspace', empty)).toMatchObject({ code: 0, result: { proposed: 0 } });
  });
});
