// Precedents with the real engine, on images of our own: what was decided is told as it was decided, of signed-off cases
// only, and what was computed once is kept for the model that computed it.
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Host } from '../../../electron/host/open.ts';
import type { Precedent } from '../../../shared/contracts/host.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { CommandName } from '../../../shared/domain/command.ts';
import { assignReaders, readingIds } from '../../../shared/domain/commands/blinded.ts';
import { reopenCase, signOffCase } from '../../../shared/domain/commands/case.ts';
import { acceptRegion, addRegion, editRegion, ignoreRegion, rejectRegion } from '../../../shared/domain/commands/region.ts';
import type { Diff } from '../../../shared/domain/diff.ts';
import type { Box } from '../../../shared/domain/geometry.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { temporaryFolder } from '../temporary.ts';
import { baseBundle, close, never, openHost, silent } from './open-host.ts';
import { annotatedSquares } from './signed-off.ts';

const asked: Box = { x: 20, y: 20, width: 30, height: 30 };
const act = ({ journal }: Host, caseId: string, name: CommandName, diff: Diff): void => journal.appendOne({ id: randomUUID(), name, caseId, actor: 'reader', at: '2026-01-01T00:00:00Z', of: null, diff });
const signOff = (host: Host, { id }: CaseRow): void => act(host, id, 'signOffCase', signOffCase(host.journal.case(id), host.journal.regionsOf(id), '2026-01-01T00:00:00Z'));

/** Six cases of one proposal each: accepted, renamed, rejected, ignored beside one drawn by hand, signed off in that order; one decided but open; one untouched. */
async function decided(workspace: string): Promise<{ host: Host; cases: CaseRow[] }> {
  // With this salt some of the six are held out.
  await mkdir(workspace, { recursive: true });
  await writeFile(path.join(workspace, 'workspace.json'), JSON.stringify({ format: 1, id: 'precedents', salt: 'a', createdAt: '2026-01-01T00:00:00.000Z' }));
  const host = await openHost(workspace);
  await host.import({ paths: [await annotatedSquares(6)], annotations: 'auto', as: 'proposals' }, silent, never);
  const cases = host.journal.cases();
  const on = (i: number): [CaseRow, RegionRow] => { const study = host.journal.case(cases[i]?.id ?? ''), [region] = host.journal.regionsOf(study.id); if (region === undefined) throw new Error('no proposal'); return [study, region]; };
  const decide = (i: number, name: CommandName, make: (study: CaseRow, region: RegionRow) => Diff): void => act(host, cases[i]?.id ?? '', name, make(...on(i)));
  decide(0, 'acceptRegion', acceptRegion);
  decide(1, 'editRegion', (c, r) => editRegion(c, r, { label: 'rectangle' }));
  decide(2, 'rejectRegion', (c, r) => rejectRegion(c, r, 'artefact'));
  decide(3, 'ignoreRegion', (c, r) => ignoreRegion(c, r));
  decide(3, 'addRegion', (c) => addRegion(c, { id: 'drawn', box: { x: 4, y: 60, width: 20, height: 20 }, label: 'corner', caption: 'A corner.', order: 5 }));
  decide(4, 'acceptRegion', acceptRegion);
  for (const i of [0, 1, 2, 3]) signOff(host, on(i)[0]);
  return { host, cases };
}
const inWords = ({ verdict, label, proposedLabel, reason }: Precedent): string => `${verdict} ${proposedLabel ?? 'nothing'} → ${label}${reason === null ? '' : `, ${reason}`}`;
/** The answer when all are compared. */
async function all(host: Host, caseId: string, box = asked, limit = 6): Promise<Precedent[]> {
  await host.precedents.find(caseId, box, limit);
  await host.precedents.settled();
  const { found, compared, of } = await host.precedents.find(caseId, box, limit);
  expect(compared).toBe(of);
  return found;
}

describe('precedents', () => {
  it('are the corrected regions of other signed-off cases, nearest first, with what was decided', async () => {
    const { host, cases } = await decided(path.join(await temporaryFolder(), 'workspace')), [first, , , , , untouched] = cases;
    if (first === undefined || untouched === undefined) throw new Error('six cases are needed');
    // The first question begins the comparing and waits for none of it.
    expect(await host.precedents.find(untouched.id, asked, 6)).toEqual({ found: [], compared: 0, of: 4 });
    const found = await all(host, untouched.id);
    expect(found.map(inWords).sort()).toEqual(['accepted square → square', 'added nothing → corner', 'edited square → rectangle', 'rejected square → square, artefact']);
    expect(new Set(cases.map((c) => c.split))).toEqual(new Set(['training', 'holdout']));

    const engine = await host.engines.inference(baseBundle);
    const embed = async ({ pixels, modality }: CaseRow, box: Box): Promise<Float32Array> => { const [e] = (await engine.embedRegions({ image: { pixels, modality }, boxes: [box] })).embeddings; if (e === undefined) throw new Error('no embedding'); return e; };
    const query = await embed(untouched, asked), expected: number[] = [];
    for (const p of found) { const e = await embed(host.journal.case(p.caseId), p.box); expected.push(e.reduce((sum, v, i) => sum + v * (query[i] ?? 0), 0)); }
    for (const [i, p] of found.entries()) expect(p.similarity).toBeCloseTo(expected[i] ?? 0, 5);
    expect(found.map((p) => p.similarity)).toEqual(found.map((p) => p.similarity).sort((a, b) => b - a));

    expect((await all(host, first.id)).map((p) => p.caseId)).not.toContain(first.id);
    expect(await all(host, untouched.id, asked, 2)).toEqual(found.slice(0, 2));

    // Read blinded by two: neither sees the other, nor what was decided about the case they read.
    const on = (id: string): [CaseRow, RegionRow] => { const [region] = host.journal.regionsOf(id); if (region === undefined) throw new Error('no proposal'); return [host.journal.case(id), region]; };
    act(host, untouched.id, 'assignReaders', assignReaders(untouched, host.journal.regionsOf(untouched.id), ['anna', 'ben']));
    const [anna, ben] = readingIds(host.journal.case(untouched.id));
    if (anna === undefined || ben === undefined) throw new Error('two readings are needed');
    for (const id of [anna, untouched.id]) { act(host, id, 'acceptRegion', acceptRegion(...on(id))); signOff(host, on(id)[0]); }
    expect((await all(host, ben)).map((p) => p.regionId)).toEqual(found.map((p) => p.regionId));
    expect((await all(host, first.id)).map((p) => p.caseId)).toContain(untouched.id);
    expect((await all(host, first.id)).map((p) => p.caseId)).not.toContain(anna);
  });

  it('follow what is reopened, changed and signed off again', async () => {
    const { host, cases } = await decided(path.join(await temporaryFolder(), 'workspace')), [first, , , , late, untouched] = cases;
    if (first === undefined || late === undefined || untouched === undefined) throw new Error('six cases are needed');
    const before = (await all(host, untouched.id)).find((p) => p.caseId === first.id);
    act(host, first.id, 'reopenCase', reopenCase(host.journal.case(first.id)));
    signOff(host, late);
    const without = await all(host, untouched.id);
    expect(without.map((p) => p.caseId)).not.toContain(first.id);
    expect(without.map((p) => p.caseId)).toContain(late.id);
    const [region] = host.journal.regionsOf(first.id);
    if (region === undefined) throw new Error('the region is gone');
    act(host, first.id, 'editRegion', editRegion(host.journal.case(first.id), region, { box: { x: 60, y: 4, width: 12, height: 12 } }));
    signOff(host, first);
    const after = (await all(host, untouched.id)).find((p) => p.caseId === first.id);
    expect(after).toMatchObject({ verdict: 'edited', box: { x: 60, y: 4, width: 12, height: 12 } });
    expect(after?.similarity).not.toBe(before?.similarity);
  });

  it('are kept over a restart, for one model each', async () => {
    const workspace = path.join(await temporaryFolder(), 'workspace'), { host, cases } = await decided(workspace), id = cases[5]?.id ?? '';
    const found = await all(host, id);
    await close(host);
    const again = await openHost(workspace);
    expect(await again.precedents.find(id, asked, 6)).toEqual({ found, compared: 4, of: 4 });
    const folder = path.join(workspace, 'models', '7.0.0'), manifest = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(path.join(baseBundle, 'manifest.json'), 'utf8')));
    await cp(baseBundle, folder, { recursive: true });
    await writeFile(path.join(folder, 'manifest.json'), JSON.stringify({ ...manifest, version: '7.0.0' }));
    await again.registry.promote('7.0.0', '');
    expect((await again.precedents.find(id, asked, 6)).compared).toBe(0);
    expect(await all(again, id)).toEqual(found);
    expect((await readdir(path.join(workspace, 'derived'))).flatMap((name) => /^regions-([\d.]+)-[0-9a-f]{8}\.sqlite$/.exec(name)?.[1] ?? []).sort()).toEqual([again.registry.base, '7.0.0'].sort());
  });

  it('do without a case whose image cannot be read, and go on when the engine died', async () => {
    const { host, cases } = await decided(path.join(await temporaryFolder(), 'workspace')), [first] = cases, id = cases[5]?.id ?? '';
    if (first === undefined) throw new Error('no case');
    await writeFile(host.blobs.path(first.pixels.blob), 'damaged');
    expect(new Set((await all(host, id)).map((p) => p.caseId))).toEqual(new Set(cases.slice(1, 4).map((c) => c.id)));
    const { inference } = host.engines.pids();
    if (inference === undefined) throw new Error('no engine');
    process.kill(inference, 'SIGKILL');
    await expect.poll(() => host.engines.pids()['inference']).toBeUndefined();
    expect(await all(host, id, { ...asked, x: 24 })).toHaveLength(3);
  });
});
