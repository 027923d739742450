// The host with the real engine: proposing leaves a case's doubts with it and its embedding in a file; what is signed off
// makes what is like it less new; a restart, a damaged file and another version cost nothing but time.
import { randomUUID } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../../electron/host/open.ts';
import type { Distances } from '../../../electron/host/distances.ts';
import { writePhantoms } from '../../../models/phantom/write-phantoms.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { reopenCase, signOffCase } from '../../../shared/domain/commands/case.ts';
import { acceptRemaining } from '../../../shared/domain/commands/region.ts';
import { isEmptyDiff, type Diff } from '../../../shared/domain/diff.ts';
import type { CommandName } from '../../../shared/domain/command.ts';
import { caseSignals } from '../../../shared/domain/signals.ts';
import { temporaryFolder } from '../temporary.ts';
import { baseBundle, close, never, openHost, silent } from './open-host.ts';

const act = (host: Host, caseId: string, name: CommandName, diff: Diff): void => { if (!isEmptyDiff(diff)) host.journal.appendOne({ id: randomUUID(), name, caseId, actor: 'reader', at: '2026-01-01T00:00:00Z', of: null, diff }); };
function signOff(host: Host, id: string): void {
  act(host, id, 'acceptRemaining', acceptRemaining(host.journal.case(id), host.journal.regionsOf(id)));
  act(host, id, 'signOffCase', signOffCase(host.journal.case(id), host.journal.regionsOf(id), '2026-01-01T00:00:00Z'));
}
/** The host's answer as soon as it satisfies `enough`, without asking it in between. */
async function answer(host: Host, enough: (d: Distances) => boolean): Promise<Distances> {
  const stop = new AbortController();
  try {
    return await new Promise<Distances>((resolve) => {
      const look = (): void => { const found = host.distances.answer(); if (enough(found)) resolve(found); };
      void host.service.watch({}, { signal: stop.signal, emit: (event) => { if (event.kind === 'distances') look(); } });
      look();
    });
  } finally {
    stop.abort();
  }
}
const modalityOf = (host: Host) => (id: string | undefined): string => host.journal.cases().find((c) => c.id === id)?.modality ?? '';
const inOrder = (d: Distances): string[] => [...d.ids].sort((a, b) => (d.distances[d.ids.indexOf(b)] ?? 0) - (d.distances[d.ids.indexOf(a)] ?? 0));

test('from proposals to a queue that knows what is new', async () => {
  const workspace = path.join(await temporaryFolder(), 'workspace'), folder = await temporaryFolder();
  // The kinds of phantoms come in turn: two of each of five modalities.
  await writePhantoms(folder, 10, 42, silent);
  let host = await openHost(workspace);
  await host.import({ paths: [folder], annotations: 'auto', as: 'truth' }, silent, never);
  expect(host.distances.answer()).toMatchObject({ ids: [], known: 0, of: 0 });
  expect(await host.propose(null, silent, never)).toMatchObject({ proposed: 10, failed: [] });

  const doubts = (c: CaseRow) => caseSignals.parse(c.signals);
  for (const c of host.journal.cases()) {
    expect(doubts(c)).toMatchObject({ model: host.registry.champion, regions: host.journal.regionsOf(c.id).filter((r) => r.source === 'model').length });
    expect(doubts(c).unsure).toBeLessThanOrEqual(doubts(c).regions);
  }
  expect(new Set(host.journal.cases().map((c) => doubts(c).uncertainty)).size).toBeGreaterThan(5);

  const all = await answer(host, (d) => d.ids.length === 10);
  expect(all).toMatchObject({ model: host.registry.champion, known: 10, of: 10 });
  // Before two of one kind come, one of each kind does.
  expect(new Set(inOrder(all).slice(0, 5).map(modalityOf(host))).size).toBeGreaterThanOrEqual(4);

  const [done = ''] = inOrder(all), twin = all.ids.find((id) => id !== done && modalityOf(host)(id) === modalityOf(host)(done)) ?? '';
  signOff(host, done);
  const without = await answer(host, (d) => d.ids.length === 9);
  expect(without.ids).not.toContain(done);
  const place = inOrder(without).indexOf(twin);
  expect(place).toBeGreaterThanOrEqual(4);

  act(host, done, 'reopenCase', reopenCase(host.journal.case(done)));
  expect((await answer(host, (d) => d.ids.length === 10)).ids).toContain(done);
  signOff(host, done);

  // A restart: nothing is looked at again.
  await close(host);
  host = await openHost(workspace);
  const again = await answer(host, (d) => d.ids.length === 9);
  expect(host.engines.pids()).toEqual({});
  expect(again).toEqual({ ...without, distances: again.distances });
  for (const [i, d] of again.distances.entries()) expect(d).toBeCloseTo(without.distances[i] ?? -1, 6);

  // The file is derived: it may be anything.
  await close(host);
  const derived = path.join(workspace, 'derived', 'images');
  for (const name of await readdir(derived)) await writeFile(path.join(derived, name), 'no database');
  host = await openHost(workspace);
  host.distances.answer();
  await host.engines.inference(baseBundle);
  const made = await answer(host, (d) => { host.distances.wake(); return d.known === 10 && d.ids.length === 9; });
  for (const [i, id] of made.ids.entries()) expect(made.distances[i]).toBeCloseTo(without.distances[without.ids.indexOf(id)] ?? -1, 4);
});
