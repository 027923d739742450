// Versions and decisions: what is in use follows from the journal; a damaged version never comes into use.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { encode } from 'fast-png';
import type { Host } from '../../../electron/host/open.ts';
import { compareVersions } from '../../../electron/host/registry.ts';
import type { GateReport } from '../../../shared/domain/gate.ts';
import type { Metrics } from '../../../shared/domain/model.ts';
import { modelManifest } from '../../../shared/domain/model.ts';
import { temporaryFolder } from '../temporary.ts';
import { baseBundle, close, copyOfBase, never, openHost, silent } from './open-host.ts';

const nothing: Metrics = { recallAt50: null, recallAt2Fp: null, recallSmall: null, ap50: null, regionTextRecall1: null, imageTextRecall1: null, labelAccuracy: null, calibrationError: null };
const report = (champion: string, candidate: string): GateReport => ({
  champion, candidate, at: '2026-01-01T00:00:00Z', holdout: { patients: 0, images: 0, regions: 0, championMetrics: nothing, candidateMetrics: nothing },
  differences: [], corrections: { regions: 0, championRight: 0, candidateRight: 0, newlyWrong: 0 }, fixed: 0, broken: 0, verdict: 'needs-a-person', reasons: ['Nothing was measured.'],
});

let workspace = '', host: Host, base = '';
beforeEach(async () => { workspace = path.join(await temporaryFolder(), 'workspace'); host = await openHost(workspace); base = host.registry.base; });

/** Registers the base bundle's files under the next version. */
async function candidate(): Promise<string> {
  const version = await host.registry.nextVersion(), folder = path.join(workspace, 'runs', `candidate-${version}`);
  await cp(baseBundle, folder, { recursive: true });
  const manifest = modelManifest.parse(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')));
  await writeFile(path.join(folder, 'manifest.json'), JSON.stringify({ ...manifest, version, parent: base }));
  await host.registry.register(version, folder, report(host.registry.champion, version), []);
  return version;
}
const states = async (): Promise<Record<string, string>> => Object.fromEntries((await host.registry.summaries()).map((s) => [s.manifest.version, s.state]));

describe('decisions', () => {
  it('promote, refuse and roll back, also across a restart', async () => {
    expect(host.registry.champion).toBe(base);
    await expect(host.registry.rollBack('')).rejects.toMatchObject({ code: 'conflict' });
    const [a, b, c] = [await candidate(), await candidate(), await candidate()];
    expect([a, b, c]).toEqual(['0.2.0', '0.3.0', '0.4.0']);
    expect(await host.registry.nextVersion()).toBe('0.5.0');
    await host.registry.promote(a, 'better on small ones');
    await host.registry.refuse(b, 'worse');
    await host.registry.promote(c, '');
    expect(await states()).toEqual({ [base]: 'former', [a]: 'former', [b]: 'refused', [c]: 'champion' });
    await close(host);
    host = await openHost(workspace);
    expect(host.registry.champion).toBe(c);
    expect(await host.registry.rollBack('')).toBe(a);
    expect(await host.registry.rollBack('')).toBe(base);
    await expect(host.registry.rollBack('')).rejects.toMatchObject({ code: 'conflict' });
    // What was refused may be thought over, what was rolled back may come again.
    await host.registry.promote(b, '');
    await host.registry.promote(a, '');
    expect(await host.registry.rollBack('')).toBe(b);
    expect(host.journal.decisions().map((d) => [d.kind, d.version, d.before])).toEqual([
      ['promoted', a, base], ['refused', b, a], ['promoted', c, a], ['rolled-back', a, c], ['rolled-back', base, a], ['promoted', b, base], ['promoted', a, b], ['rolled-back', b, a],
    ]);
    expect([...host.journal.check()].every((r) => r.problem === null)).toBe(true);
  });

  it('what makes no sense is refused and not recorded', async () => {
    const a = await candidate();
    const { seq } = host.journal;
    await expect(host.registry.promote(base, '')).rejects.toMatchObject({ code: 'conflict' });
    await expect(host.registry.refuse(base, '')).rejects.toMatchObject({ code: 'conflict' });
    await expect(host.registry.promote('9.9.9', '')).rejects.toMatchObject({ code: 'not-found' });
    await expect(host.registry.refuse('../../x', '')).rejects.toMatchObject({ code: 'not-found' });
    await expect(host.service.differences({ candidate: '9.9.9' }, { signal: never, emit: silent })).rejects.toMatchObject({ code: 'not-found' });
    expect(host.journal.seq).toBe(seq);
    expect((await host.service.differences({ candidate: a }, { signal: never, emit: silent })).report.verdict).toBe('needs-a-person');
  });

  it('versions are numbers, not words', async () => {
    expect(['0.10.0', '0.9.0', '1.0.0', '0.9.1'].sort(compareVersions)).toEqual(['0.9.0', '0.9.1', '0.10.0', '1.0.0']);
    for (const name of ['0.9.0', '0.10.0', '0.11.0.123.tmp', 'notes']) await mkdir(path.join(workspace, 'models', name));
    expect(await host.registry.nextVersion()).toBe('0.11.0');
    expect(await host.registry.nextVersion(['0.11.0', '0.10.0'])).toBe('0.12.0');
  });
});

/** One bit of one byte in the middle of a file. */
async function damage(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

describe('a byte changed', () => {
  it.each(['image.onnx', 'region.onnx', 'text.onnx', 'tokenizer.json', 'evaluation.json'])('in %s: the version is not promoted; the one in use stays; verify tells', async (name) => {
    const a = await candidate();
    await damage(path.join(workspace, 'models', a, name));
    await expect(host.registry.promote(a, '')).rejects.toMatchObject({ code: 'bundle-damaged', message: `The file ${name} of model ${a} is not what its manifest says.` });
    expect(host.registry.champion).toBe(base);
    expect((await host.verify(silent)).damaged).toEqual([`The file ${name} of model ${a} is not what its manifest says.`]);
  });

  it('in the version to go back to: it is not gone back to', async () => {
    const [a, b] = [await candidate(), await candidate()];
    await host.registry.promote(a, '');
    await host.registry.promote(b, '');
    await damage(path.join(workspace, 'models', a, 'image.onnx'));
    await expect(host.registry.rollBack('')).rejects.toMatchObject({ code: 'bundle-damaged' });
    expect(host.registry.champion).toBe(b);
  });

  it('in the manifest or the report of a candidate: the others are still listed', async () => {
    const [a, b] = [await candidate(), await candidate()];
    await writeFile(path.join(workspace, 'models', a, 'manifest.json'), '{"format":');
    await writeFile(path.join(workspace, 'reports', `${b}.json`), '{"report":');
    expect(await states()).toEqual({ [base]: 'champion', [b]: 'candidate' });
    expect(await host.registry.report(b)).toBeNull();
    await expect(host.registry.promote(a, '')).rejects.toMatchObject({ code: 'bundle-damaged' });
    expect((await host.verify(silent)).damaged).toHaveLength(1);
  });

  it('in the pixels of one image: that case is listed, the other is proposed', async () => {
    const images = await temporaryFolder();
    for (const name of ['a', 'b']) await writeFile(path.join(images, `${name}.png`), encode({ width: 40, height: 40, data: new Uint8Array(1600).fill(name === 'a' ? 50 : 90), channels: 1, depth: 8 }));
    await host.import({ paths: [images], annotations: null, as: 'truth' }, silent, never);
    const [a, b] = host.journal.cases();
    await writeFile(host.blobs.path(a?.pixels.blob ?? ''), 'no pixels');
    expect(await host.propose(null, silent, never)).toMatchObject({ proposed: 1, failed: [{ caseId: a?.id, error: { code: 'blob-damaged' } }] });
    expect(host.journal.case(b?.id ?? '').status).toBe('proposed');
    expect((await host.verify(silent)).damaged).toEqual([`The stored image ${a?.pixels.blob.slice(0, 16)}… is missing or damaged.`]);
  });

  it('in the model in use: proposing fails with a sentence, all else works', async () => {
    await close(host);
    const bundle = await copyOfBase(), images = await temporaryFolder();
    host = await openHost(workspace, { baseBundle: bundle });
    await writeFile(path.join(images, 'a.png'), encode({ width: 40, height: 40, data: new Uint8Array(1600).fill(50), channels: 1, depth: 8 }));
    await damage(path.join(bundle, 'region.onnx'));
    expect((await host.import({ paths: [images], annotations: null, as: 'truth' }, silent, never)).imported).toHaveLength(1);
    await expect(host.propose(null, silent, never)).rejects.toMatchObject({ code: 'bundle-damaged', message: `The file region.onnx of model ${base} is not what its manifest says.` });
    expect(host.journal.cases()[0]?.status).toBe('new');
    expect(await host.service.queue({}, { signal: never, emit: silent })).toMatchObject({ cases: 1 });
    expect((await host.verify(silent)).damaged).toHaveLength(1);
    // The file put back, the same host proposes.
    await rm(path.join(bundle, 'region.onnx'));
    await cp(path.join(baseBundle, 'region.onnx'), path.join(bundle, 'region.onnx'));
    expect(await host.propose(null, silent, never)).toEqual({ proposed: 1, failed: [] });
  });
});
