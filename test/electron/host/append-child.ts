// Works in a workspace until it is killed, as a host does without its engines: images are stored, then journalled; cases
// are decided, in small commands and in large ones; settings change; now and then SQLite takes its log into the main file.
// Each line says what the workspace has acknowledged, a record's number and id, or that the log is about to be taken in.
import { writeSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Blobs } from '../../../electron/host/blobs.ts';
import { Journal } from '../../../electron/host/journal.ts';
import { openWorkspace } from '../../../electron/host/workspace.ts';
import { randomFrom } from '../../../models/random.ts';
import { storeProposals } from '../../../shared/domain/commands/case.ts';
import { acceptRegion, addRegion } from '../../../shared/domain/commands/region.ts';
import { changeSettings } from '../../../shared/domain/commands/settings.ts';
import { emptyDiff } from '../../../shared/domain/diff.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { usualSettings } from '../../../shared/domain/settings.ts';
import { boxOf, caseOf, commandOf, proposalOf } from './rows.ts';

const [folder = '', name = '', seed = '0'] = process.argv.slice(2), random = randomFrom(Number(seed), 5);
const workspace = await openWorkspace(folder), file = path.join(workspace.folder, 'journal.sqlite'), journal = new Journal(file), blobs = new Blobs(workspace.folder), beside = new DatabaseSync(file);
const image = (words: string): Promise<string> => blobs.put(Buffer.alloc(500 + random.integer(60_000), words));

function keep(commands: readonly Command[]): void {
  const { stored, refused } = journal.append(commands);
  if (refused !== null) throw new Error(refused.error.message);
  writeSync(1, stored.map((s) => `${s.seq} ${s.id}\n`).join(''));
}
/** Nobody changed the site's settings: the row is not there yet. */
const usual = JSON.stringify(usualSettings);
for (let n = 0; ; n++) {
  const id = `${name}-${n}`, study = caseOf(id), [source, blob, thumbnail] = [await image(`${id} file`), await image(`${id} pixels`), await image(`${id} thumbnail`)];
  const here = { ...study, source, thumbnail, pixels: { ...study.pixels, blob } };
  keep([commandOf(id, 'importCase', id, { ...emptyDiff, added: [here] })]);
  const proposals = Array.from({ length: random.chance(0.2) ? 150 : random.integer(8) }, (_, i) => proposalOf(id, `${id}/${i}`, boxOf(i % 180, i % 80, 10, 10), { order: i }));
  keep([commandOf(`${id} proposed`, 'storeProposals', id, storeProposals(here, [], proposals, null))]);
  let now = journal.case(id);
  // One by one as a quick reader's keys, or together as an outbox that waited.
  const decisions = proposals.slice(0, 6).map((p, i) => { const diff = acceptRegion(now, p); now = { ...now, status: 'in-review' }; return commandOf(`${id} accepted ${i}`, 'acceptRegion', id, diff); });
  if (random.chance(0.5)) for (const d of decisions) keep([d]); else keep([...decisions, commandOf(`${id} added`, 'addRegion', id, addRegion(now, { id: `${id}/added`, box: boxOf(1, 1, 20, 20), label: 'cyst', caption: 'A cyst.', order: 1000 }))]);
  const settings = journal.settings(), settled = JSON.stringify(settings) === usual ? null : settings;
  keep([commandOf(`${id} settings`, 'changeSettings', null, changeSettings(settled, { rejectionReasons: [`reason of ${id}`] }))]);
  if (n % 4 === 3) { writeSync(1, 'checkpoint\n'); beside.exec('PRAGMA wal_checkpoint(TRUNCATE)'); }
}
