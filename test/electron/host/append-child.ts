// Appends to a journal until it is killed, and says each number only when the journal has acknowledged it.
import { writeSync } from 'node:fs';
import { Journal } from '../../../electron/host/journal.ts';
import { emptyDiff } from '../../../shared/domain/diff.ts';
import { boxOf, caseOf, commandOf, proposalOf } from './rows.ts';

const [file = '', name = ''] = process.argv.slice(2);
const journal = new Journal(file);
for (let n = 0; ; n++) {
  const id = `${name}-${n}`;
  // Now one command, now a batch, as the page's outbox sends them.
  const batch = [commandOf(id, 'importCase', id, { ...emptyDiff, added: [caseOf(id)] })];
  for (let i = 0; i < n % 4; i++) batch.push(commandOf(`${id}/${i}`, 'addRegion', id, { ...emptyDiff, added: [proposalOf(id, `${id}/${i}`, boxOf(i, i, 10, 10))] }));
  const { stored } = journal.append(batch);
  writeSync(1, stored.map((s) => `${s.seq} ${s.id}\n`).join(''));
}
