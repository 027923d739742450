// The simulated reader's rule on constructed proposals and ground truth: accept from half an overlap, edit from a tenth,
// reject below, add what was missed; each finding answers one proposal, the holdout is left alone.
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { simulateReview } from '../../../electron/commands/simulate-review.ts';
import type { Host } from '../../../electron/host/open.ts';
import { emptyDiff } from '../../../shared/domain/diff.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { correctionsOf } from '../../../shared/domain/correction.ts';
import { iou, type Box } from '../../../shared/domain/geometry.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { temporaryFolder } from '../temporary.ts';
import { openHost } from '../host/open-host.ts';
import { boxOf, caseOf, commandOf, proposalOf, truthOf } from '../host/rows.ts';

let host: Host;
beforeEach(async () => { host = await openHost(path.join(await temporaryFolder(), 'workspace')); });

/** A case with these proposals (best score first) and this ground truth, waiting for review. */
function given(id: string, proposals: readonly RegionRow[], truth: readonly RegionRow[], change: Partial<CaseRow> = {}): void {
  host.journal.appendOne(commandOf(`import ${id}`, 'importCase', id, { ...emptyDiff, added: [caseOf(id, { status: 'proposed', ...change }), ...proposals.map((p, order) => ({ ...p, order })), ...truth] }));
}
const review = (o: { overlap?: number; limit?: number } = {}): ReturnType<typeof simulateReview> => simulateReview(host, { overlap: 0.5, limit: Infinity, ...o });
const reviewed = (id: string): RegionRow[] => host.journal.regionsOf(id).filter((r) => r.source !== 'truth');
/** A box that overlaps `b` (wider than 1) by this share, by being shorter. */
const overlapping = (b: Box, share: number): Box => ({ ...b, width: b.width * share });

describe('the rule', () => {
  const finding = boxOf(20, 20, 100, 40);
  it.each([[1, 'accepted'], [0.9, 'accepted'], [0.5, 'accepted'], [0.49, 'edited'], [0.3, 'edited'], [0.1, 'edited'], [0.09, 'rejected'], [0.01, 'rejected']] as const)('an overlap of %f: %s', (share, verdict) => {
    const box = overlapping(finding, share);
    expect(iou(box, finding)).toBeCloseTo(share, 10);
    given('a', [proposalOf('a', 'p', box)], [truthOf('a', 't', finding)]);
    const done = review();
    expect(done).toMatchObject({ cases: 1, accepted: verdict === 'accepted' ? 1 : 0, edited: verdict === 'edited' ? 1 : 0, rejected: verdict === 'rejected' ? 1 : 0, added: verdict === 'rejected' ? 1 : 0 });
    const [first, second] = reviewed('a');
    expect(first).toMatchObject({ id: 'p', verdict, box: verdict === 'edited' ? finding : box });
    // What was rejected did not answer the finding: it is added.
    if (verdict === 'rejected') expect(second).toMatchObject({ verdict: 'added', box: finding, source: 'person', proposal: null, label: 'nodule' });
    else expect(second).toBeUndefined();
    expect(host.journal.case('a')).toMatchObject({ status: 'signed-off' });
  });

  it('another limit moves the line between accepting and editing', () => {
    given('a', [proposalOf('a', 'p', overlapping(finding, 0.6))], [truthOf('a', 't', finding)]);
    expect(review({ overlap: 0.7 })).toMatchObject({ accepted: 0, edited: 1 });
  });

  it('right box, wrong words: the box stays, the words are put right', () => {
    given('a', [proposalOf('a', 'p', overlapping(finding, 0.8), { label: 'cyst', caption: 'A cyst.' })], [truthOf('a', 't', finding)]);
    expect(review()).toMatchObject({ accepted: 1, edited: 0 });
    expect(reviewed('a')).toMatchObject([{ verdict: 'edited', box: overlapping(finding, 0.8), label: 'nodule', caption: 'A nodule.' }]);
    expect(correctionsOf(host.journal.case('a'), reviewed('a')).map((c) => c.kind)).toEqual(['recaptioned']);
  });

  it('a finding answers one proposal: the best score takes it, the second is rejected', () => {
    given('a', [proposalOf('a', 'first', overlapping(finding, 0.6), { score: 0.9 }), proposalOf('a', 'second', finding, { score: 0.5 })], [truthOf('a', 't', finding)]);
    expect(review()).toMatchObject({ accepted: 1, rejected: 1, added: 0 });
    expect(reviewed('a').map((r) => [r.id, r.verdict])).toEqual([['first', 'accepted'], ['second', 'rejected']]);
  });

  it('of several findings a proposal answers the one it overlaps most', () => {
    given('a', [proposalOf('a', 'p', boxOf(20, 20, 60, 40))], [truthOf('a', 'near', boxOf(60, 20, 60, 40)), truthOf('a', 'best', boxOf(22, 20, 60, 40), { caption: 'The right one.', order: 1 })]);
    expect(review()).toMatchObject({ accepted: 1, added: 1 });
    expect(reviewed('a')).toMatchObject([{ id: 'p', caption: 'The right one.' }, { verdict: 'added', box: boxOf(60, 20, 60, 40) }]);
  });

  it('without proposals everything is added; with proposals and no overlap everything is rejected', () => {
    given('a', [], [truthOf('a', 't1', finding), truthOf('a', 't2', boxOf(150, 60, 20, 20), { order: 1 })]);
    given('b', [proposalOf('b', 'q', boxOf(0, 80, 10, 10))], [truthOf('b', 't3', finding)]);
    expect(review()).toEqual({ cases: 2, accepted: 0, edited: 0, rejected: 1, added: 3 });
  });
});

describe('which cases', () => {
  const finding = boxOf(20, 20, 40, 40);
  it('training cases with proposals and ground truth only, in the order of import, up to the limit', () => {
    const at = (second: number): string => `2026-01-01T00:00:0${second}.000Z`;
    given('late', [proposalOf('late', 'p1', finding)], [truthOf('late', 't1', finding)], { importedAt: at(5) });
    given('early', [proposalOf('early', 'p2', finding)], [truthOf('early', 't2', finding)], { importedAt: at(1) });
    given('held out', [proposalOf('held out', 'p3', finding)], [truthOf('held out', 't3', finding)], { importedAt: at(0), split: 'holdout' });
    given('without truth', [proposalOf('without truth', 'p4', finding)], [], { importedAt: at(0) });
    given('not proposed', [], [truthOf('not proposed', 't5', finding)], { importedAt: at(0), status: 'new' });
    given('begun', [proposalOf('begun', 'p6', finding)], [truthOf('begun', 't6', finding)], { importedAt: at(0), status: 'in-review' });
    expect(review({ limit: 1 })).toMatchObject({ cases: 1 });
    expect(host.journal.cases().filter((c) => c.status === 'signed-off').map((c) => c.id)).toEqual(['early']);
    expect(review()).toMatchObject({ cases: 1 });
    expect(host.journal.cases().filter((c) => c.status === 'signed-off').map((c) => c.id)).toEqual(['early', 'late']);
    expect(host.journal.case('held out').status).toBe('proposed');
  });

  it('leaves an audit trail like a person, under its own name', () => {
    given('a', [proposalOf('a', 'p', finding), proposalOf('a', 'q', boxOf(100, 50, 10, 10))], [truthOf('a', 't', finding), truthOf('a', 'u', boxOf(150, 10, 20, 20), { order: 1 })]);
    const before = host.journal.seq;
    review();
    expect(host.journal.records(before, 100, 'a').map((r) => [r.name, r.actor])).toEqual([['acceptRegion', 'simulated reader'], ['rejectRegion', 'simulated reader'], ['addRegion', 'simulated reader'], ['signOffCase', 'simulated reader']]);
    expect([...host.journal.check()].every((r) => r.problem === null)).toBe(true);
  });
});
