// The most memory each process holds while the program does its whole job once: import, propose, review, train, judge.
import { randomUUID } from 'node:crypto';
import { usualSettings } from '../../shared/domain/run.ts';
import type { HostContract } from '../../shared/contracts/host.ts';
import type { Command } from '../../shared/domain/command.ts';
import { signOffCase } from '../../shared/domain/commands/case.ts';
import { acceptRegion } from '../../shared/domain/commands/region.ts';
import { applyDiff, type Diff, type Row as StoredRow, type RowStore } from '../../shared/domain/diff.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import type { Client } from '../../shared/rpc/contract.ts';
import { dicomLot, freshWorkspace } from './grounds.ts';
import { Served } from './served.ts';
import { single, type Part } from './statistics.ts';

const studies = 20, steps = 10;

export async function memory(): Promise<Part> {
  const served = await Served.start(await freshWorkspace('memory'));
  try {
    const client = await served.client();
    const started = await served.peaks();
    const dicom = await dicomLot();
    const uploaded = dicom === null ? null : await served.upload(client, dicom.files);
    const { imported } = await client.importPhantoms({ count: studies, seed: 7500 });
    await client.propose({ caseIds: imported });
    await review(client, imported);
    await train(client);
    const peaks = await served.peaks();
    client.close();
    const written = (bytes: number | null | undefined): string => (bytes == null ? `not measured on ${process.platform}` : `${(bytes / 2 ** 20).toFixed(0)} MiB`);
    return {
      rows: [
        single('memory: host, just started', written(started?.host)),
        single('memory: host, at most', written(peaks?.host)),
        single('memory: inference engine, at most', written(peaks?.inference)),
        single('memory: training engine, at most', written(peaks?.training)),
      ],
      notes: [`**Memory**: peak resident set (VmHWM) of the web host's processes after one pass: ${uploaded === null ? '' : `${uploaded.imported.length + uploaded.refused.length} DICOM files uploaded and imported, `}${studies} phantom studies made, imported and proposed on, those for training accepted and signed off, ${steps} steps of training in batches of 8, the gate. Decode workers are threads of the host and count there.`],
    };
  } finally {
    await served.stop();
  }
}

/** Accepts what was proposed on each training case and signs it off, as the page would. */
async function review(client: Client<HostContract>, ids: readonly string[]): Promise<void> {
  const rows: StoredRow[] = [];
  for (let cursor: string | null = null; ;) {
    const page: { rows: StoredRow[]; cursor: string | null } = await client.snapshot({ cursor, limit: 2000 });
    rows.push(...page.rows);
    if (page.cursor === null) break;
    cursor = page.cursor;
  }
  const held = new Map(rows.map((r) => [`${r.table}/${r.id}`, r]));
  const store: RowStore = { get: (table, id) => held.get(`${table}/${id}`), put: (r) => { held.set(`${r.table}/${r.id}`, r); }, delete: (table, id) => { held.delete(`${table}/${id}`); } };
  for (const id of ids) {
    const study = () => { const r = store.get('cases', id); if (r?.table !== 'cases') throw new Error('the case is gone'); return r; };
    const regions = (): RegionRow[] => [...held.values()].filter((r): r is RegionRow => r.table === 'regions' && r.caseId === id);
    if (study().split !== 'training') continue;
    const commands: Command[] = [];
    const act = (name: Command['name'], diff: Diff): void => { applyDiff(store, diff); commands.push({ id: randomUUID(), name, caseId: id, actor: 'bench', at: new Date().toISOString(), of: null, diff }); };
    for (const region of regions()) act('acceptRegion', acceptRegion(study(), region));
    act('signOffCase', signOffCase(study(), regions(), new Date().toISOString()));
    const { refused } = await client.append({ commands });
    if (refused !== null) throw new Error(refused.error.message);
  }
}

/** A run to its end, gate included. */
async function train(client: Client<HostContract>): Promise<void> {
  const followed = new AbortController();
  const ended = new Promise<void>((resolve, reject) => {
    client.watch({}, { signal: followed.signal, onEvent: (e) => {
      if (e.kind !== 'run') return;
      if (e.run.status === 'done') resolve();
      if (e.run.status === 'failed' || e.run.status === 'stopped') reject(new Error(e.run.error?.message ?? 'the run was stopped'));
    } }).catch(reject);
  });
  await client.startRun({ steps, learningRate: 4e-4, replay: 0.25, seed: 1, ...usualSettings });
  await ended;
  followed.abort();
}
