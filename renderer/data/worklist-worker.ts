// The worklist off the page's thread: reads the working copy once, then what changed, and answers each view again when
// its answer is another. Ten thousand cases are read, ranked and searched here, so that the page only draws.
import Dexie from 'dexie';
import { z } from 'zod';
import { priorityRule } from '../../shared/domain/priority.ts';
import { WorkingCopy } from './db.ts';
import { HeldCases, keptLimit } from './held-cases.ts';
import { strategyOf, WorklistIndex, type ListedCase, type WorklistAnswer } from './worklist-index.ts';
import { worklistView, type WorklistView } from './worklist-view.ts';

const worklistRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open'), workspaceId: z.string(), reader: z.string() }),
  /** Answered now and whenever the answer changes, until it is ended. */
  z.object({ kind: z.literal('view'), id: z.number(), view: worklistView }),
  z.object({ kind: z.literal('end'), id: z.number() }),
  /** These cases as lists show them, with the reasons of the view. */
  z.object({ kind: z.literal('rows'), id: z.number(), view: worklistView, ids: z.array(z.string()) }),
  z.object({ kind: z.literal('distances'), ids: z.array(z.string()), distances: z.custom<Float32Array>((v) => v instanceof Float32Array) }),
  z.object({ kind: z.literal('site'), rules: z.array(priorityRule), hiddenFirst: z.boolean() }),
]);
export type WorklistRequest = z.infer<typeof worklistRequest>;
/** 'changed': rows may be others than they were. */
export type WorklistReply = { readonly kind: 'answer'; readonly id: number; readonly answer: WorklistAnswer } | { readonly kind: 'rows'; readonly id: number; readonly rows: readonly (ListedCase | null)[] } | { readonly kind: 'changed' };
const reply = (message: WorklistReply): void => { self.postMessage(message); };

let index: WorklistIndex | null = null;
let db: WorkingCopy | null = null, held: HeldCases | null = null;
let reader = '';
const views = new Map<number, WorklistView>();
/** Cases to read again; null: all of them. */
let dirty: Set<string> | null = new Set();
let reading: Promise<void> | null = null;
/** Milliseconds that a hand gets before the lists follow what it did: the keys come first. */
const rest = 200;
let soon: ReturnType<typeof setTimeout> | null = null;
/** Rows and readings read at once. */
const part = 4000;

function answerAll(): void {
  if (index === null) return;
  const now = new Date();
  for (const [id, view] of views) reply({ kind: 'answer', id, answer: index.answer(view, now) });
  reply({ kind: 'changed' });
}

/** Reads what is dirty, one reading at a time, and answers. */
function refresh(): void {
  if (index === null || db === null || reading !== null) return;
  const [copy, into] = [db, index];
  reading = (async () => {
    while (dirty === null || dirty.size > 0) {
      const ids = dirty;
      dirty = new Set();
      if (ids === null) await readAll(copy, into); else await read(copy, into, [...ids]);
      answerAll();
    }
  })().then(() => { reading = null; }, () => {
    // The working copy was taken away (it can be wiped at any time): all of it is read again when it is back.
    reading = null;
    dirty = null;
    setTimeout(refresh, 2000);
  });
}

async function readAll(copy: WorkingCopy, into: WorklistIndex): Promise<void> {
  const studies = await copy.cases.toArray(), first = into.size === 0;
  if (!first) into.clear();
  for (const study of studies) into.put({ study, regions: [], notes: [], readings: [] });
  // The order does not wait for captions and notes: they are read after the first answer.
  if (first && studies.length > part) answerAll();
  for (let from = 0; from < studies.length; from += part) await read(copy, into, studies.slice(from, from + part).map((c) => c.id));
}

async function read(copy: WorkingCopy, into: WorklistIndex, ids: readonly string[]): Promise<void> {
  const few = ids.length <= keptLimit ? held : null;
  const [studies, regions, notes] = await Promise.all([copy.cases.bulkGet([...ids]), few === null ? copy.regions.where('caseId').anyOf(ids).toArray() : Promise.all(ids.map((id) => few.regionsNow(id))).then((all) => all.flat()), copy.notes.where('caseId').anyOf(ids).toArray()]);
  const readings = ids.length > 50 ? await copy.readings.where('[reader+caseId]').between([reader, Dexie.minKey], [reader, Dexie.maxKey]).toArray() : (await Promise.all(ids.map((id) => copy.readings.where('[reader+caseId]').equals([reader, id]).toArray()))).flat();
  const regionsOf = Map.groupBy(regions, (r) => r.caseId), notesOf = Map.groupBy(notes, (n) => n.caseId), readingsOf = Map.groupBy(readings, (r) => r.caseId);
  for (const study of studies) if (study !== undefined) into.put({ study, regions: regionsOf.get(study.id) ?? [], notes: notesOf.get(study.id) ?? [], readings: readingsOf.get(study.id) ?? [] });
}

function open(workspaceId: string, who: string): void {
  reader = who;
  index = new WorklistIndex(who);
  db = new WorkingCopy(workspaceId);
  held = new HeldCases(db);
  db.onChanged((changed) => {
    if (changed === null) dirty = null; else if (dirty !== null) for (const id of changed.cases) dirty.add(id);
    // What is new to the list is there at once.
    if (changed === null || changed.cases.some((id) => index?.has(id) === false)) refresh(); else soon ??= setTimeout(() => { soon = null; refresh(); }, rest);
  });
  dirty = null;
  refresh();
}

self.addEventListener('message', (event: MessageEvent<unknown>) => {
  const request = worklistRequest.parse(event.data);
  switch (request.kind) {
    case 'open': open(request.workspaceId, request.reader); break;
    case 'view':
      views.set(request.id, request.view);
      // An index that is not filled yet says nothing: "no cases" would be shown for a moment.
      if (index !== null && (index.size > 0 || reading === null)) reply({ kind: 'answer', id: request.id, answer: index.answer(request.view, new Date()) });
      break;
    case 'end': views.delete(request.id); break;
    case 'rows': {
      const by = strategyOf(request.view.order), now = new Date();
      reply({ kind: 'rows', id: request.id, rows: request.ids.map((id) => index?.listed(id, by, now) ?? null) });
      break;
    }
    case 'distances': index?.setDistances(new Map(request.ids.map((id, i) => [id, request.distances[i] ?? 0]))); answerAll(); break;
    case 'site': index?.setSite(request.rules, request.hiddenFirst); answerAll(); break;
  }
});
