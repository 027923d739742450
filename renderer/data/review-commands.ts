// What a person can do to a case, each one command: rows as they are now, a pure function, one dispatch. Undo and redo
// follow from the commands themselves.
import type { CaseRow } from '../../shared/domain/case.ts';
import type { CommandName } from '../../shared/domain/command.ts';
import { captionCase, reopenCase, signOffCase } from '../../shared/domain/commands/case.ts';
import { acceptRegion, addRegion, editRegion, rejectRegion, removeRegion } from '../../shared/domain/commands/region.ts';
import { isEmptyDiff, type Diff } from '../../shared/domain/diff.ts';
import type { Box } from '../../shared/domain/geometry.ts';
import { historyOf, redoDiff, undoDiff } from '../../shared/domain/history.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import { AppError } from '../../shared/errors.ts';
import type { Sync } from './sync.ts';

export interface ReviewCommands {
  accept(regionId: string): Promise<void>;
  reject(regionId: string): Promise<void>;
  /** `change` sees the region as it is when its turn comes, so that two quick nudges are two. */
  edit(regionId: string, change: (region: RegionRow) => { box?: Box; label?: string; caption?: string }): Promise<void>;
  add(box: Box, label: string, caption: string): Promise<string>;
  remove(regionId: string): Promise<void>;
  caption(text: string): Promise<void>;
  signOff(): Promise<void>;
  reopen(): Promise<void>;
  undo(): Promise<boolean>;
  redo(): Promise<boolean>;
}

/** Commands on one case. Failures are said to the person through the sync's notice. */
export function reviewCommands(sync: Sync, caseId: string): ReviewCommands {
  const { db } = sync;
  // Two quick keys must not both read the state before the first.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work).catch((error: unknown) => { if (error instanceof AppError) sync.say(error.message); throw error; });
    turn = next.catch(() => undefined);
    return next;
  };
  const study = async (): Promise<CaseRow> => { const c = await db.cases.get(caseId); if (c === undefined) throw new AppError('not-found', 'This case is not in the worklist any more.'); return c; };
  const regions = (): Promise<RegionRow[]> => db.regions.where('caseId').equals(caseId).toArray();
  const region = async (id: string): Promise<RegionRow> => { const r = await db.regions.get(id); if (r === undefined) throw new AppError('not-found', 'This region is not there any more.'); return r; };
  const act = (name: CommandName, make: () => Promise<Diff>): Promise<void> => inTurn(async () => { const diff = await make(); if (!isEmptyDiff(diff)) await sync.dispatch(name, caseId, diff); });
  const step = (kind: 'undo' | 'redo'): Promise<boolean> => inTurn(async () => {
    const found = historyOf(await sync.commandsOf(caseId))[kind];
    if (found === null) return false;
    await sync.dispatch(kind, caseId, kind === 'undo' ? undoDiff(found) : redoDiff(found), found.id);
    return true;
  });
  return {
    accept: (id) => act('acceptRegion', async () => acceptRegion(await study(), await region(id))),
    reject: (id) => act('rejectRegion', async () => rejectRegion(await study(), await region(id))),
    edit: (id, change) => act('editRegion', async () => { const r = await region(id); return editRegion(await study(), r, change(r)); }),
    add: async (box, label, caption) => {
      const id = crypto.randomUUID();
      await act('addRegion', async () => addRegion(await study(), { id, box, label, caption, order: Math.max(999, ...(await regions()).map((r) => r.order)) + 1 }));
      return id;
    },
    remove: (id) => act('removeRegion', async () => removeRegion(await study(), await region(id))),
    caption: (text) => act('captionCase', async () => captionCase(await study(), text)),
    signOff: () => act('signOffCase', async () => signOffCase(await study(), await regions(), new Date().toISOString())),
    reopen: () => act('reopenCase', async () => reopenCase(await study())),
    undo: () => step('undo'), redo: () => step('redo'),
  };
}
