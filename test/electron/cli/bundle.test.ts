// A model made of encoders from elsewhere, from the command line to a measured candidate: made, looked with, corrected,
// trained in part, compared by the gate and measured, like the model that ships.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { gateReport } from '../../../shared/domain/gate.ts';
import { metrics } from '../../../shared/domain/model.ts';
import { run } from '../../../shared/domain/run.ts';
import { annotatedSquares } from '../host/signed-off.ts';
import { temporaryFolder } from '../temporary.ts';
import { cliJson } from './run-cli.ts';

const tower = (name: string): string => path.join(import.meta.dirname, '..', '..', 'models', 'bundle', 'towers', name);
const files = ['--image-encoder', tower('clip-image.onnx'), '--text-encoder', tower('clip-text.onnx'), '--tokenizer', tower('clip.tokenizer.json')];
const usual = ['--width', '16', '--text-length', '16', '--findings', 'square, ring', '--licence', 'CC0', '--name', 'a test'];
let folder = '', bundle = '', workspace = '';
beforeAll(async () => {
  folder = await temporaryFolder();
  bundle = path.join(folder, 'adopted');
  workspace = path.join(folder, 'workspace');
  await mkdir(workspace);
  await writeFile(path.join(workspace, 'workspace.json'), JSON.stringify({ format: 1, id: 'test', salt: 'squares 2', createdAt: '2026-01-01T00:00:00Z' }));
});

describe('bundle create', () => {
  it.each<[string, readonly string[], string]>([
    ['no tokenizer', files.slice(0, 4), 'bundle create needs --tokenizer.'], ['a side that is no number', [...files, '--side', 'wide'], '--side cannot be "wide".'],
    ['two means', [...files, '--mean', '0.5,0.5'], '--mean cannot be "0.5,0.5".'], ['a pool that is none', [...files, '--pool', 'max'], '--pool cannot be "max".'],
  ])('%s is not understood', async (_, given, message) => {
    expect(await cliJson('bundle', 'create', ...given, '--out', bundle)).toMatchObject({ code: 2, result: { error: { code: 'wrong-usage', message } } });
  });
  it('says why a network cannot be used', async () => {
    const { code, result } = await cliJson('bundle', 'create', ...files, ...usual, '--tokenizer', tower('bert.tokenizer.json'), '--out', bundle);
    expect([code, result]).toMatchObject([1, { error: { code: 'model-unsupported' } }]);
  });

  it('makes a model that goes through the whole loop', async () => {
    const made = await cliJson('bundle', 'create', ...files, ...usual, '--out', bundle);
    expect(made).toMatchObject({ code: 0, result: { version: '0.1.0', out: bundle } });
    expect(z.object({ notes: z.array(z.string()) }).parse(made.result).notes.join(' ')).toContain('untrained');

    const images = await annotatedSquares(5), w = ['--workspace', workspace];
    process.env['REGIONMED_BASE_BUNDLE'] = bundle;
    try {
      expect((await cliJson('import', images, ...w)).code).toBe(0);
      expect(await cliJson('propose', ...w)).toMatchObject({ code: 0, result: { proposed: 5, failed: [] } });
      expect(await cliJson('review', '--simulate', ...w)).toMatchObject({ code: 0, result: { cases: 3, accepted: 0, added: 3 } });
      const trained = await cliJson('train', '--steps', '3', '--replay', '0', '--seed', '3', '--trainable', 'lora:2:attn', ...w);
      expect(z.object({ run, report: gateReport }).parse(trained.result)).toMatchObject({ run: { status: 'done', candidate: '0.2.0', settings: { trainable: { kind: 'lora', rank: 2, matrices: ['attn'] } } }, report: { champion: '0.1.0', candidate: '0.2.0' } });
      const measured = await cliJson('evaluate', '--model', '0.2.0', '--split', 'all', ...w);
      expect(z.object({ metrics, images: z.number() }).parse(measured.result).images).toBe(5);
      expect(await cliJson('verify', ...w)).toMatchObject({ code: 0, result: { damaged: [] } });
    } finally {
      delete process.env['REGIONMED_BASE_BUNDLE'];
    }
  });
});
