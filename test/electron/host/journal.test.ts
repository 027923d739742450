// The journal against a reducer in memory: whatever was done, undone, reopened or dropped, the rows are what the
// commands say. And its own guards: append-only in SQL, a hash chain that finds what was tampered with.
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../../electron/host/journal.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { Command, CommandName } from '../../../shared/domain/command.ts';
import { captionCase, reopenCase, signOffCase, storeProposals } from '../../../shared/domain/commands/case.ts';
import { acceptRegion, addRegion, editRegion, rejectRegion, removeRegion } from '../../../shared/domain/commands/region.ts';
import { applyDiff, canonical, emptyDiff, isEmptyDiff, type Diff, type Row, type RowStore } from '../../../shared/domain/diff.ts';
import { historyOf, redoDiff, undoDiff } from '../../../shared/domain/history.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { AppError } from '../../../shared/errors.ts';
import { temporaryFolder } from '../temporary.ts';
import { boxOf, caseOf, commandOf, proposalOf } from './rows.ts';

/** The reducer's store in memory. */
class Memory implements RowStore {
  readonly rows = new Map<string, Row>();
  get(table: Row['table'], id: string): Row | undefined { return this.rows.get(`${table}/${id}`); }
  put(r: Row): void { this.rows.set(`${r.table}/${r.id}`, r); }
  delete(table: Row['table'], id: string): void { this.rows.delete(`${table}/${id}`); }
  cases(): CaseRow[] { return [...this.rows.values()].filter((r): r is CaseRow => r.table === 'cases'); }
  regionsOf(caseId: string): RegionRow[] { return [...this.rows.values()].filter((r): r is RegionRow => r.table === 'regions' && r.caseId === caseId); }
}
const sorted = (rows: Iterable<Row>): string[] => [...rows].map(canonical).sort();
const rowsOf = (journal: Journal): string[] => sorted([...journal.cases(), ...journal.regions(), ...journal.decisions()]);

const action = fc.record({
  kind: fc.constantFrom('import', 'propose', 'accept', 'edit', 'reject', 'add', 'remove', 'caption', 'sign or reopen', 'sign or reopen', 'undo', 'undo', 'redo', 'decide', 'twice', 'stale', 'open again', 'drop rows', 'drop derived'),
  pick: fc.nat(1000), x: fc.nat(180), y: fc.nat(80), width: fc.integer({ min: 1, max: 60 }), words: fc.constantFrom('Fluid.', 'Naïve é 漢字', '', 'A "quoted" \\ word'),
});
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** What a person, a model or a site does next, as a command name and a diff; null when the action makes no sense now. */
function next(a: Action, n: number, memory: Memory, log: readonly Command[]): { name: CommandName; caseId: string | null; diff: Diff; of: string | null } | null {
  const one = <T>(all: readonly T[]): T | undefined => all[a.pick % Math.max(1, all.length)];
  const study = one(memory.cases());
  const box = boxOf(a.x, a.y, a.width, 10), at = '2026-01-02T00:00:00.000Z';
  if (a.kind === 'import') { const made = caseOf(`case-${n}`); return { name: 'importCase', caseId: made.id, of: null, diff: { ...emptyDiff, added: [made] } }; }
  if (a.kind === 'decide') return { name: 'promoteModel', caseId: null, of: null, diff: { ...emptyDiff, added: [{ table: 'decisions', id: `d-${n}`, kind: 'promoted', version: `0.${n}.0`, before: '0.1.0', at, note: a.words }] } };
  if (study === undefined) return null;
  const regions = memory.regionsOf(study.id), region = one(regions);
  const made = (name: CommandName, diff: Diff, of: string | null = null) => ({ name, caseId: study.id, diff, of });
  const { undo, redo } = historyOf(log.filter((c) => c.caseId === study.id));
  switch (a.kind) {
    case 'propose': return made('storeProposals', storeProposals(study, regions, [0, 1].map((i) => proposalOf(study.id, `r-${n}-${i}`, { ...box, x: Math.min(190, a.x + 20 * i) }, { order: i })), null));
    case 'caption': return made('captionCase', captionCase(study, a.words));
    case 'sign or reopen': return study.status === 'signed-off' ? made('reopenCase', reopenCase(study)) : made('signOffCase', signOffCase(study, regions, at));
    case 'add': return made('addRegion', addRegion(study, { id: `r-${n}`, box, label: 'cyst', caption: a.words, order: n }));
    case 'undo': return undo === null ? null : made('undo', undoDiff(undo), undo.id);
    case 'redo': return redo === null ? null : made('redo', redoDiff(redo), redo.id);
    case 'accept': return region === undefined ? null : made('acceptRegion', acceptRegion(study, region));
    case 'edit': return region === undefined ? null : made('editRegion', editRegion(study, region, { box, caption: a.words }));
    case 'reject': return region === undefined ? null : made('rejectRegion', rejectRegion(study, region));
    case 'remove': return region === undefined ? null : made('removeRegion', removeRegion(study, region));
    default: return null;
  }
}

let file = '';
const open: Journal[] = [];
const journalAt = (where = file): Journal => { const journal = new Journal(where); open.push(journal); return journal; };
/** Another program with the same file open. */
function outside(sql: string): void { const db = new DatabaseSync(file); try { db.exec(sql); } finally { db.close(); } }

beforeEach(async () => { file = path.join(await temporaryFolder(), 'journal.sqlite'); });
afterEach(() => { for (const journal of open.splice(0)) { try { journal.close(); } catch { /* closed by the test */ } } });

describe('journal', () => {
  it('holds the rows that a reducer in memory gives, whatever happens', async () => {
    const folder = await temporaryFolder();
    let round = 0;
    const kinds = new Set<string>();
    fc.assert(fc.property(fc.array(action, { minLength: 10, maxLength: 60 }), (actions) => {
      file = path.join(folder, `${round++}.sqlite`);
      let journal = journalAt();
      const memory = new Memory(), log: Command[] = [];
      // Every history begins with two cases that have proposals: most actions then have something to act on.
      const beginning = (['import', 'propose', 'import', 'propose'] as const).map((kind, i) => ({ kind, pick: i >> 1, x: 10 * i, y: 10, width: 20, words: '' as const }));
      for (const [n, a] of [...beginning, ...actions].entries()) {
        if (a.kind === 'open again') { journal.close(); journal = journalAt(); expect(rowsOf(journal)).toEqual(sorted(memory.rows.values())); continue; }
        if (a.kind === 'drop rows' || a.kind === 'drop derived') {
          journal.close();
          outside(a.kind === 'drop rows' ? 'DELETE FROM rows; DELETE FROM derived;' : 'UPDATE derived SET seq = 0');
          journal = journalAt();
          expect(rowsOf(journal)).toEqual(sorted(memory.rows.values()));
          continue;
        }
        if (a.kind === 'twice') {
          const seq = journal.seq, known = log[a.pick % Math.max(1, log.length)];
          if (known === undefined) continue;
          expect(journal.append([known]).stored).toEqual([{ id: known.id, seq: log.indexOf(known) + 1 }]);
          expect(journal.seq).toBe(seq);
          continue;
        }
        if (a.kind === 'stale') {
          // A page that did not see the last change of a case.
          const study = memory.cases()[0];
          if (study === undefined) continue;
          const { stored, refused } = journal.append([commandOf(`stale-${n}`, 'captionCase', study.id, { ...emptyDiff, updated: [[{ ...study, title: 'another title' }, study]] })]);
          expect([stored, refused?.error.code]).toEqual([[], 'conflict']);
          continue;
        }
        let made: ReturnType<typeof next>;
        try { made = next(a, n, memory, log); } catch (error) { if (error instanceof AppError) continue; throw error; }
        if (made === null || isEmptyDiff(made.diff)) continue;
        kinds.add(made.name);
        const command = commandOf(`c-${n}`, made.name, made.caseId, made.diff, made.of);
        expect(journal.append([command])).toEqual({ stored: [{ id: command.id, seq: log.length + 1 }], refused: null });
        applyDiff(memory, command.diff);
        log.push(command);
      }
      expect(rowsOf(journal)).toEqual(sorted(memory.rows.values()));
      expect(journal.records(0, 1000, null).map((r) => r.id)).toEqual(log.map((c) => c.id));
      expect([...journal.check()].filter((c) => c.problem !== null)).toEqual([]);
      journal.close();
    }), { numRuns: 40, seed: 20 });
    // The histories really had every kind of command in them.
    expect([...kinds].sort()).toEqual(['acceptRegion', 'addRegion', 'captionCase', 'editRegion', 'importCase', 'promoteModel', 'redo', 'rejectRegion', 'removeRegion', 'reopenCase', 'signOffCase', 'storeProposals', 'undo'].sort());
  });

  it('keeps what comes before a refused command and nothing from there on', () => {
    const journal = journalAt();
    const add = (id: string): Command => commandOf(id, 'importCase', id, { ...emptyDiff, added: [caseOf(id)] });
    const told: number[] = [];
    journal.onAppend((seq) => told.push(seq));
    const { stored, refused } = journal.append([add('a'), { ...add('b'), name: 'no such command' }, add('c')]);
    expect(stored).toEqual([{ id: 'a', seq: 1 }]);
    expect(refused).toMatchObject({ id: 'b', error: { code: 'invalid-message' } });
    const again = journal.append([add('a'), add('d'), commandOf('e', 'importCase', 'a', { ...emptyDiff, added: [caseOf('a')] }), add('f')]);
    expect(again.stored).toEqual([{ id: 'a', seq: 1 }, { id: 'd', seq: 2 }]);
    expect(again.refused).toMatchObject({ id: 'e', error: { code: 'conflict' } });
    expect(journal.cases().map((c) => c.id).sort()).toEqual(['a', 'd']);
    expect(told).toEqual([1, 2]);
  });

  it('refuses a diff that changes one row into another, which undo could not take back', () => {
    const journal = journalAt();
    journal.append(['a', 'b'].map((id) => commandOf(id, 'importCase', id, { ...emptyDiff, added: [caseOf(id)] })));
    const { refused } = journal.append([commandOf('c', 'captionCase', 'a', { ...emptyDiff, updated: [[caseOf('a'), caseOf('b', { title: 'overwritten' })]] })]);
    expect(refused?.error.code).toBe('conflict');
    expect(journal.case('b').title).toBe('b');
  });

  it('pages through the rows without ground truth, each row once', () => {
    const journal = journalAt();
    for (let i = 0; i < 7; i++) journal.appendOne(commandOf(`c-${i}`, 'importTruth', `case-${i}`, { ...emptyDiff, added: [caseOf(`case-${i}`), proposalOf(`case-${i}`, `r-${i}`, boxOf(1, 1, 5, 5)), { ...proposalOf(`case-${i}`, `t-${i}`, boxOf(1, 1, 5, 5)), source: 'truth', proposal: null }] }));
    const seen: string[] = [];
    let cursor: string | null = null, pages = 0;
    do { const page = journal.snapshot(cursor, 4); seen.push(...page.rows.map((r) => r.id)); cursor = page.cursor; pages++; } while (cursor !== null);
    expect(seen.sort()).toEqual(Array.from({ length: 7 }, (_, i) => [`case-${i}`, `r-${i}`]).flat().sort());
    expect(pages).toBe(4);
  });

  it('takes decisions in the order of the journal, also when the clock was set back', () => {
    const journal = journalAt();
    for (const [i, at] of ['2026-05-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'].entries()) {
      journal.appendOne(commandOf(`c-${i}`, 'promoteModel', null, { ...emptyDiff, added: [{ table: 'decisions', id: `${9 - i}`, kind: 'promoted', version: `0.${i}.0`, before: '0.1.0', at, note: '' }] }));
    }
    expect(journal.decisions().map((d) => d.version)).toEqual(['0.0.0', '0.1.0', '0.2.0']);
  });
});

describe('tampering', () => {
  const lift = 'DROP TRIGGER records_stay; DROP TRIGGER records_remain;';
  const problems = (): string[] => { const journal = journalAt(); return [...journal.check()].flatMap((c) => c.problem ?? []); };
  beforeEach(() => {
    const journal = journalAt();
    for (let i = 1; i <= 5; i++) journal.appendOne(commandOf(`c-${i}`, 'importCase', `case-${i}`, { ...emptyDiff, added: [caseOf(`case-${i}`)] }));
    journal.close();
    expect(problems()).toEqual([]);
  });

  it.each(['UPDATE records SET body = body', 'DELETE FROM records WHERE seq = 5'])('SQL may not do it: %s', (sql) => {
    expect(() => outside(sql)).toThrow('the journal is append-only');
    expect(problems()).toEqual([]);
  });
  it('a changed record is found', () => {
    outside(`${lift} UPDATE records SET body = replace(body, '"actor":"reader"', '"actor":"nobody"') WHERE seq = 3`);
    expect(problems()).toEqual(['Record 3 was changed after it was written.']);
  });
  it('a changed record with its hash made anew is found by the next', () => {
    outside(`${lift} UPDATE records SET hash = '${'ab'.repeat(32)}' WHERE seq = 3`);
    expect(problems()).toEqual(['Record 3 was changed after it was written.', 'Record 4 was changed after it was written.']);
  });
  it('a removed record is found', () => {
    outside(`${lift} DELETE FROM records WHERE seq = 3`);
    expect(problems()).toEqual(['Record 3 is missing.']);
  });
  it('reordered records are found', () => {
    outside(`${lift} UPDATE records SET seq = 100 WHERE seq = 2; UPDATE records SET seq = 2 WHERE seq = 3; UPDATE records SET seq = 3 WHERE seq = 100`);
    expect(problems().length).toBeGreaterThanOrEqual(2);
  });
  it('a record that is no record is told and the others are still read', () => {
    outside(`${lift} UPDATE records SET body = '{' WHERE seq = 2`);
    const journal = journalAt();
    expect([...journal.check()].map((c) => c.problem)).toEqual([null, 'Record 2 cannot be read.', null, null, null]);
  });
});
