// What a person can do to a case, each one command: rows as they are now, a pure function, one dispatch. Undo and redo
// follow from the commands themselves.
import type { CaseRow } from '../../shared/domain/case.ts';
import type { CommandName } from '../../shared/domain/command.ts';
import { assignReaders, decidePlaces, type Choice, type Reading } from '../../shared/domain/commands/blinded.ts';
import { captionCase, reopenCase, signOffCase } from '../../shared/domain/commands/case.ts';
import { removeNote, reopenNote, resolveNote, writeNote } from '../../shared/domain/commands/note.ts';
import { addMeasurement, changeMeasurement, removeMeasurement } from '../../shared/domain/commands/measurement.ts';
import { acceptRegion, acceptRemaining, addRegion, editRegion, ignoreRegion, rejectRegion, removeRegion, type RegionChange } from '../../shared/domain/commands/region.ts';
import { revealProposals } from '../../shared/domain/commands/reveal.ts';
import { copyRegion, followTrack, interpolateTrack, type ReadSlice } from '../../shared/domain/commands/slice.ts';
import { isEmptyDiff, type Diff } from '../../shared/domain/diff.ts';
import type { Box } from '../../shared/domain/geometry.ts';
import { historyOf, redoDiff, undoDiff } from '../../shared/domain/history.ts';
import type { Measured, MeasurementRow } from '../../shared/domain/measurement.ts';
import type { NoteRow } from '../../shared/domain/note.ts';
import { trackOf, type RegionRow } from '../../shared/domain/region.ts';
import type { Stack } from '../../shared/domain/series.ts';
import type { Point, Shape } from '../../shared/domain/shape.ts';
import { AppError, toWireError } from '../../shared/errors.ts';
import { readSlice, readStack } from './slices.ts';
import type { Sync } from './sync.ts';

export interface ReviewCommands {
  accept(regionId: string): Promise<void>;
  acceptRemaining(): Promise<void>;
  reject(regionId: string, reason?: string): Promise<void>;
  ignore(regionId: string, reason?: string): Promise<void>;
  /** `change` sees the region as it is when its turn comes, so that two quick nudges are two. */
  edit(regionId: string, change: (region: RegionRow) => RegionChange): Promise<void>;
  add(drawn: { box: Box; shape?: Shape; label: string; caption: string }): Promise<string>;
  /** Puts a region on another slice of the series, unless its track is there already. */
  copyTo(regionId: string, caseId: string): Promise<void>;
  /** Fills the slices between those where the region's track was marked; answers how many, and how many are closed to it. */
  interpolate(regionId: string): Promise<{ filled: number; closed: number }>;
  /** Says that a region is the finding that `like` marks on another slice; the regions that follow it come along. */
  follow(regionId: string, like: RegionRow): Promise<void>;
  remove(regionId: string): Promise<void>;
  caption(text: string): Promise<void>;
  /** A comment or flag on a region, or on the whole case (null). */
  note(kind: NoteRow['kind'], regionId: string | null, text: string): Promise<void>;
  resolveNote(id: string): Promise<void>;
  reopenNote(id: string): Promise<void>;
  removeNote(id: string): Promise<void>;
  measure(id: string, measured: Measured): Promise<void>;
  /** `change` sees the points as they are when its turn comes. */
  remeasure(id: string, change: (points: readonly Point[]) => readonly Point[]): Promise<void>;
  removeMeasurement(id: string): Promise<void>;
  /** Shows the proposals to a reader who marked first. */
  reveal(): Promise<void>;
  signOff(): Promise<void>;
  /** Gives the case to readers who do not see each other. */
  assignReaders(readers: readonly string[]): Promise<void>;
  /** What was decided of the places that they marked. */
  decidePlaces(readings: readonly Reading[], choices: readonly Choice[]): Promise<void>;
  reopen(): Promise<void>;
  undo(): Promise<boolean>;
  redo(): Promise<boolean>;
  /** The case's regions when everything asked for so far is done: what a key means that follows quickly on a field. */
  regions(): Promise<readonly RegionRow[]>;
}

/** Commands on one case; each that changed something is told. Failures are said to the person through the sync's notice. */
export function reviewCommands(sync: Sync, caseId: string, onCommand: (name: CommandName) => void = () => undefined): ReviewCommands {
  const { db } = sync;
  // Two quick keys must not both read the state before the first.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = sync.during(() => turn.then(work)).catch((error: unknown) => { if (error instanceof AppError) sync.say(toWireError(error)); throw error; });
    turn = next.catch(() => undefined);
    return next;
  };
  const study = async (): Promise<CaseRow> => { const c = await db.cases.get(caseId); if (c === undefined) throw new AppError('not-found', 'This case is not in the worklist any more.'); return c; };
  const regions = (): Promise<RegionRow[]> => db.regions.where('caseId').equals(caseId).toArray();
  const region = async (id: string): Promise<RegionRow> => { const r = await db.regions.get(id); if (r === undefined) throw new AppError('not-found', 'This region is not there any more.'); return r; };
  const note = async (id: string): Promise<NoteRow> => { const n = await db.notes.get(id); if (n === undefined) throw new AppError('not-found', 'This note is not there any more.'); return n; };
  const measurement = async (id: string): Promise<MeasurementRow> => { const m = await db.measurements.get(id); if (m === undefined) throw new AppError('not-found', 'This measurement is not there any more.'); return m; };
  const act = (name: CommandName, make: () => Promise<Diff>): Promise<void> => inTurn(async () => { const diff = await make(); if (!isEmptyDiff(diff)) { await sync.dispatch(name, caseId, diff); onCommand(name); } });
  /** The slices of this case's series with their regions. */
  const slices = async (): Promise<Stack<ReadSlice>> => {
    const stack = await readStack(db, await study());
    if (stack === null) throw new AppError('conflict', 'This image stands alone: no other of its series is here.');
    return stack;
  };
  const step = (kind: 'undo' | 'redo'): Promise<boolean> => inTurn(async () => {
    const found = historyOf(await sync.commandsOf(caseId))[kind];
    if (found === null) return false;
    await sync.dispatch(kind, caseId, kind === 'undo' ? undoDiff(found) : redoDiff(found), found.id);
    onCommand(kind);
    return true;
  });
  return {
    accept: (id) => act('acceptRegion', async () => acceptRegion(await study(), await region(id))),
    acceptRemaining: () => act('acceptRemaining', async () => acceptRemaining(await study(), await regions())),
    reject: (id, reason) => act('rejectRegion', async () => rejectRegion(await study(), await region(id), reason)),
    ignore: (id, reason) => act('ignoreRegion', async () => ignoreRegion(await study(), await region(id), reason)),
    edit: (id, change) => act('editRegion', async () => { const r = await region(id); return editRegion(await study(), r, change(r)); }),
    add: async (drawn) => {
      const id = crypto.randomUUID();
      await act('addRegion', async () => addRegion(await study(), { id, ...drawn, order: Math.max(999, ...(await regions()).map((r) => r.order)) + 1 }));
      return id;
    },
    copyTo: (id, to) => inTurn(async () => {
      const other = await db.cases.get(to);
      if (other === undefined) throw new AppError('not-found', 'The other slice is not in the worklist any more.');
      const diff = copyRegion(await readSlice(db, other), await study(), await region(id), crypto.randomUUID());
      if (!isEmptyDiff(diff)) { await sync.dispatch('copyRegion', to, diff); onCommand('copyRegion'); }
    }),
    interpolate: (id) => inTurn(async () => {
      const { filled, closed } = interpolateTrack(await slices(), trackOf(await region(id)), () => crypto.randomUUID());
      for (const { study: slice, diff } of filled) await sync.dispatch('interpolateRegion', slice.id, diff);
      if (filled.length > 0) onCommand('interpolateRegion');
      return { filled: filled.length, closed };
    }),
    follow: (id, like) => inTurn(async () => {
      const changes = followTrack((await slices()).slices, await region(id), like);
      for (const { study: slice, diff } of changes) await sync.dispatch('followRegion', slice.id, diff);
      if (changes.length > 0) onCommand('followRegion');
    }),
    remove: (id) => act('removeRegion', async () => removeRegion(await study(), await region(id))),
    caption: (text) => act('captionCase', async () => captionCase(await study(), text)),
    note: (kind, regionId, text) => act('writeNote', async () => writeNote(await study(), { id: crypto.randomUUID(), regionId, kind, text, author: sync.actor, at: new Date().toISOString() })),
    resolveNote: (id) => act('resolveNote', async () => resolveNote(await note(id), sync.actor, new Date().toISOString())),
    reopenNote: (id) => act('reopenNote', async () => reopenNote(await note(id))),
    removeNote: (id) => act('removeNote', async () => removeNote(await note(id), sync.actor)),
    measure: (id, { kind, points }) => act('addMeasurement', async () => addMeasurement(await study(), await db.measurements.where('caseId').equals(caseId).toArray(), { id, kind, points, by: sync.actor, at: new Date().toISOString() })),
    remeasure: (id, change) => act('changeMeasurement', async () => { const m = await measurement(id); return changeMeasurement(await study(), m, change(m.points), sync.actor, new Date().toISOString()); }),
    removeMeasurement: (id) => act('removeMeasurement', async () => removeMeasurement(await measurement(id))),
    signOff: () => act('signOffCase', async () => signOffCase(await study(), await regions(), new Date().toISOString(), sync.actor)),
    reveal: () => act('revealProposals', async () => revealProposals(await study(), await regions(), new Date().toISOString())),
    assignReaders: (readers) => act('assignReaders', async () => assignReaders(await study(), await regions(), readers)),
    decidePlaces: (readings, choices) => act('decidePlaces', async () => decidePlaces(await study(), await regions(), readings, choices)),
    reopen: () => act('reopenCase', async () => reopenCase(await study())),
    undo: () => step('undo'), redo: () => step('redo'),
    regions: () => inTurn(async () => (await regions()).sort((a, b) => a.order - b.order)),
  };
}
