// The worklist's order and counts. Only ids are read: ten thousand cases stay quick, each row loads itself when seen.
import Dexie from 'dexie';
import type { CaseStatus } from '../../shared/domain/case.ts';
import type { WorkingCopy } from './db.ts';

/** Work begun comes first, then what waits, then what is done. */
const statusOrder: readonly CaseStatus[] = ['in-review', 'proposed', 'new', 'signed-off'];

/** Case ids in order of work: begun, to review, new, signed off; by title within. `search` looks in title, patient and modality. */
export async function worklistIds(db: WorkingCopy, only: CaseStatus | null, search: string): Promise<string[]> {
  const words = search.toLowerCase().split(/\s+/).filter((w) => w !== '');
  const parts: string[][] = [];
  for (const status of only === null ? statusOrder : [only]) {
    const found = db.cases.where('[status+title]').between([status, Dexie.minKey], [status, Dexie.maxKey]);
    if (words.length === 0) parts.push(await found.primaryKeys());
    else parts.push(await found.filter((c) => { const text = `${c.title} ${c.patient} ${c.modality} ${c.phantom ? 'phantom' : ''}`.toLowerCase(); return words.every((w) => text.includes(w)); }).primaryKeys());
  }
  return parts.flat();
}

export async function statusCounts(db: WorkingCopy): Promise<Readonly<Record<CaseStatus, number>>> {
  const of = (status: CaseStatus): Promise<number> => db.cases.where('status').equals(status).count();
  const [fresh, proposed, inReview, signedOff] = await Promise.all([of('new'), of('proposed'), of('in-review'), of('signed-off')]);
  return { new: fresh, proposed, 'in-review': inReview, 'signed-off': signedOff };
}
