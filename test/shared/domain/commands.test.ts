// What each command does and refuses, one sentence a case.
import { describe, expect, test } from 'vitest';
import { attributedCaption, recaption, regionCaption } from '../../../shared/domain/caption.ts';
import { captionCase, reopenCase, setPriority, signOffCase, storeProposals } from '../../../shared/domain/commands/case.ts';
import { acceptRegion, acceptRemaining, addRegion, editRegion, ignoreRegion, rejectRegion, removeRegion } from '../../../shared/domain/commands/region.ts';
import { removeNote, reopenNote, resolveNote, writeNote } from '../../../shared/domain/commands/note.ts';
import { correctionsOf } from '../../../shared/domain/correction.ts';
import { applyDiff, canonical, emptyDiff, isEmptyDiff, reverseDiff, type Diff, type Row } from '../../../shared/domain/diff.ts';
import { exampleFromReview, exampleFromTruth } from '../../../shared/domain/example.ts';
import { AppError } from '../../../shared/errors.ts';
import { drawn, pixels, proposal, study } from './rows.ts';

const reviewed = study({ status: 'in-review' }), signedOff = study({ status: 'signed-off', signedOffAt: '2026-01-02T00:00:00.000Z' });
const moved = { x: 1, y: 2, width: 30, height: 20 };
const after = (d: Diff): Row => { const last = d.updated.at(-1); if (last === undefined) throw new Error('nothing was updated'); return last[1]; };
const codeOf = (work: () => unknown): string => { try { work(); } catch (error) { if (error instanceof AppError) return error.code; throw error; } return 'not refused'; };

describe('regions', () => {
  test('the first decision turns the case to in-review, the next leaves it', () => {
    expect(acceptRegion(study(), proposal('r')).updated.map(([, row]) => row.table)).toEqual(['cases', 'regions']);
    expect(acceptRegion(reviewed, proposal('r')).updated.map(([, row]) => row.table)).toEqual(['regions']);
  });
  test('accepted as proposed; accepted again: nothing', () => {
    const accepted = proposal('r', { verdict: 'accepted' });
    expect(after(acceptRegion(reviewed, proposal('r')))).toEqual(accepted);
    expect(isEmptyDiff(acceptRegion(reviewed, accepted))).toBe(true);
  });
  test('moved or recaptioned: edited; put back: accepted; unchanged: nothing', () => {
    const r = proposal('r'), edited = after(editRegion(reviewed, r, { box: moved, caption: 'A mass.' }));
    expect(edited).toEqual({ ...r, box: moved, caption: 'A mass.', verdict: 'edited' });
    expect(after(editRegion(reviewed, { ...r, box: moved, verdict: 'edited' }, { box: r.box }))).toEqual({ ...r, verdict: 'accepted' });
    expect(isEmptyDiff(editRegion(reviewed, r, { box: r.box, label: r.label }))).toBe(true);
  });
  test('rejected: keeps its place, as it was proposed', () => {
    const edited = proposal('r', { verdict: 'edited', box: moved, caption: 'A mass.' });
    expect(after(rejectRegion(reviewed, edited))).toEqual(proposal('r', { verdict: 'rejected' }));
    expect(isEmptyDiff(rejectRegion(reviewed, proposal('r', { verdict: 'rejected' })))).toBe(true);
  });
  test('what a person drew disappears when rejected or removed, and cannot be accepted; a proposal is rejected when removed', () => {
    expect(rejectRegion(reviewed, drawn('d')).removed).toEqual([drawn('d')]);
    expect(removeRegion(reviewed, drawn('d')).removed).toEqual([drawn('d')]);
    expect(isEmptyDiff(acceptRegion(reviewed, drawn('d')))).toBe(true);
    expect(after(removeRegion(reviewed, proposal('r')))).toEqual(proposal('r', { verdict: 'rejected' }));
    expect(after(editRegion(reviewed, drawn('d'), { label: 'mass' }))).toEqual(drawn('d', { label: 'mass' }));
  });
  test('drawn or dragged over the edge: brought into the image', () => {
    const out = { x: 390, y: -5, width: 60, height: 0.2 };
    const inside = { x: 340, y: 0, width: 60, height: 1 };
    expect(addRegion(reviewed, { id: 'd', box: out, label: '', caption: '', order: 7 }).added).toEqual([drawn('d', { box: inside, label: '', caption: '', order: 7 })]);
    expect(after(editRegion(reviewed, proposal('r'), { box: out }))).toMatchObject({ box: inside });
  });
  test('a signed-off case refuses every change', () => {
    for (const work of [
      () => acceptRegion(signedOff, proposal('r')), () => rejectRegion(signedOff, proposal('r')), () => editRegion(signedOff, proposal('r'), { box: moved }), () => removeRegion(signedOff, drawn('d')),
      () => addRegion(signedOff, { id: 'd', box: moved, label: '', caption: '', order: 1 }), () => captionCase(signedOff, 'Other words.'),
    ]) expect(codeOf(work)).toBe('conflict');
  });
});

describe('cases', () => {
  test('proposals replace those nobody touched; ground truth stays', () => {
    const truth = proposal('t', { source: 'truth', verdict: 'accepted' }), fresh = proposal('new');
    const d = storeProposals(study({ status: 'new' }), [proposal('old'), truth, proposal('other', { caseId: 'case-2' })], [fresh], { text: 'One cyst.', origin: 'model' });
    expect([d.added, d.removed]).toEqual([[fresh], [proposal('old')]]);
    expect(after(d)).toMatchObject({ status: 'proposed', caption: { text: 'One cyst.', origin: 'model' } });
  });
  test('proposals are refused once the review has begun', () => { for (const s of [reviewed, signedOff]) expect(codeOf(() => storeProposals(s, [], [], null))).toBe('conflict'); });
  test.each([[1, 'One region is not decided yet.'], [2, '2 regions are not decided yet.']])('sign-off with %i undecided is refused', (n, sentence) => {
    const open = [proposal('a', { verdict: 'accepted' }), ...Array.from({ length: n }, (_, i) => proposal(`o${i}`))];
    expect(() => signOffCase(reviewed, open, 'now')).toThrow(sentence);
    expect(codeOf(() => signOffCase(reviewed, open, 'now'))).toBe('not-signed-off');
  });
  test('undecided regions of other cases, and ground truth, do not hold a sign-off up', () => {
    const d = signOffCase(reviewed, [proposal('x', { caseId: 'case-2' }), proposal('t', { source: 'truth' })], 'now');
    expect(after(d)).toMatchObject({ status: 'signed-off', signedOffAt: 'now' });
  });
  test('sign-off counts the findings where nobody wrote the caption, and keeps what a person or a data set wrote', () => {
    const regions = [proposal('a', { verdict: 'accepted' }), drawn('d'), proposal('n', { verdict: 'rejected' })];
    expect(after(signOffCase(study({ ...reviewed, caption: { text: 'Old.', origin: 'model' } }), regions, 'now'))).toMatchObject({ caption: { text: 'Ultrasound image. Two cysts.', origin: 'model' } });
    for (const origin of ['person', 'dataset'] as const) expect(after(signOffCase(study({ ...reviewed, caption: { text: 'Mine.', origin } }), regions, 'now'))).toMatchObject({ caption: { text: 'Mine.', origin } });
  });
  test('reopened: in review again, nothing else lost; a second sign-off or reopening does nothing', () => {
    expect(after(reopenCase(signedOff))).toEqual({ ...signedOff, status: 'in-review', signedOffAt: null });
    expect([reopenCase(reviewed), signOffCase(signedOff, [proposal('open')], 'now')]).toEqual([emptyDiff, emptyDiff]);
  });
  test('who signed off is kept until it is reopened', () => {
    const [, done] = signOffCase(reviewed, [], 'now', 'a reader').updated[0] ?? [];
    if (done?.table !== 'cases') throw new Error('nothing was signed off');
    expect(done).toMatchObject({ status: 'signed-off', signedOffBy: 'a reader' });
    expect(reopenCase(done).updated[0]?.[1]).not.toHaveProperty('signedOffBy');
  });
  test('a place in the worklist is set and taken back; the same again is no change', () => {
    const [, first] = setPriority(reviewed, 'first').updated[0] ?? [];
    if (first?.table !== 'cases') throw new Error('nothing was set');
    expect(first.priority).toBe('first');
    expect(setPriority(first, 'first')).toEqual(emptyDiff);
    expect(setPriority(first, null).updated[0]?.[1]).toEqual(reviewed);
  });
  test('a model\'s doubts come with its proposals and go with the next', () => {
    const signals = { model: '0.1.0', regions: 0, uncertainty: 0, unsure: 0, disagreement: 0, disagreeing: 0 };
    const [, doubted] = storeProposals(study({ status: 'new' }), [], [], null, signals).updated[0] ?? [];
    if (doubted?.table !== 'cases') throw new Error('nothing was stored');
    expect(doubted.signals).toEqual(signals);
    expect(storeProposals(doubted, [], [], null).updated[0]?.[1]).not.toHaveProperty('signals');
  });
  test('a caption by a person begins the review; the same words do nothing', () => {
    expect(captionCase(study(), 'Normal.').updated).toEqual([[study(), study({ status: 'in-review', caption: { text: 'Normal.', origin: 'person' } })]]);
    expect(isEmptyDiff(captionCase(study(), ''))).toBe(true);
  });
});

describe('verdicts with a reason, and all at once', () => {
  test('a rejection keeps its reason until something else is decided, and takes another', () => {
    const rejected = after(rejectRegion(reviewed, proposal('r'), 'artefact'));
    expect(rejected).toEqual(proposal('r', { verdict: 'rejected', reason: 'artefact' }));
    expect(isEmptyDiff(rejectRegion(reviewed, proposal('r', { verdict: 'rejected', reason: 'artefact' })))).toBe(true);
    expect(after(rejectRegion(reviewed, proposal('r', { verdict: 'rejected', reason: 'artefact' }), 'vessel'))).toMatchObject({ reason: 'vessel' });
    expect(after(acceptRegion(reviewed, proposal('r', { verdict: 'rejected', reason: 'artefact' })))).toEqual(proposal('r', { verdict: 'accepted' }));
    expect(after(editRegion(reviewed, proposal('r', { verdict: 'rejected', reason: 'artefact' }), { box: moved }))).toEqual(proposal('r', { verdict: 'edited', box: moved }));
  });
  test('ignored: as it was proposed, and nothing drawn by hand', () => {
    expect(after(ignoreRegion(reviewed, proposal('r', { verdict: 'edited', caption: 'A mass.' })))).toEqual(proposal('r', { verdict: 'ignored' }));
    expect(codeOf(() => ignoreRegion(reviewed, drawn('d')))).toBe('conflict');
  });
  test('all that remains is accepted in one change; what was decided, ground truth and other cases stay', () => {
    const d = acceptRemaining(study(), [proposal('a'), proposal('b', { verdict: 'rejected' }), proposal('c'), drawn('d'), proposal('t', { source: 'truth' }), proposal('x', { caseId: 'case-2' })]);
    expect(d.updated.map(([row]) => row.id)).toEqual(['case-1', 'a', 'c']);
    expect(d.updated.slice(1).map(([, row]) => row)).toEqual([proposal('a', { verdict: 'accepted' }), proposal('c', { verdict: 'accepted' })]);
    expect(acceptRemaining(study(), [drawn('d')])).toEqual(emptyDiff);
  });
});

describe('outlines', () => {
  const triangle = { kind: 'polygon' as const, points: [{ x: 40, y: 30 }, { x: 100, y: 30 }, { x: 70, y: 80 }] };
  const proposed = proposal('r', { shape: triangle, proposal: { ...proposal('r').proposal, box: proposal('r').box, label: 'cyst', caption: 'A dark cyst.', score: 0.8, model: null, shape: triangle } });
  test('goes along when its box is moved or resized', () => {
    expect(after(editRegion(reviewed, proposed, { box: { x: 0, y: 0, width: 30, height: 25 } }))).toMatchObject({ verdict: 'edited', shape: { points: [{ x: 0, y: 0 }, { x: 30, y: 0 }, { x: 15, y: 25 }] } });
  });
  test('a mask stays on whole pixels', () => {
    const masked = drawn('m', { box: { x: 10, y: 10, width: 2, height: 2 }, shape: { kind: 'mask', runs: [1, 3] } });
    expect(after(editRegion(reviewed, masked, { box: { x: 12.4, y: 9.6, width: 2, height: 2 } }))).toMatchObject({ box: { x: 12, y: 10, width: 2, height: 2 }, shape: { runs: [1, 3] } });
    expect(after(editRegion(reviewed, masked, { box: { x: 10, y: 10, width: 4, height: 2 } }))).toMatchObject({ shape: { runs: [2, 6] } });
  });
  test('taken away, the box remains; put back, it is as proposed', () => {
    const boxed = after(editRegion(reviewed, proposed, { shape: null }));
    expect(boxed).toMatchObject({ verdict: 'edited' });
    expect('shape' in boxed).toBe(false);
    if (boxed.table !== 'regions') throw new Error('not a region');
    expect(after(editRegion(reviewed, boxed, { shape: triangle }))).toMatchObject({ verdict: 'accepted', shape: triangle });
    expect(after(rejectRegion(reviewed, boxed))).toEqual({ ...proposed, verdict: 'rejected' });
  });
  test('what lies above is no correction', () => {
    expect(after(editRegion(reviewed, proposed, { depth: 2 }))).toEqual({ ...proposed, depth: 2 });
    expect(isEmptyDiff(editRegion(reviewed, { ...proposed, depth: 2 }, { depth: 2 }))).toBe(true);
  });
});

describe('notes', () => {
  const note = { id: 'n', regionId: null, kind: 'comment' as const, text: ' Is this the vessel? ', author: 'anna', at: '2026-01-02T00:00:00.000Z' };
  const [written] = writeNote(signedOff, note).added;
  if (written?.table !== 'notes') throw new Error('no note was written');
  test('can be written on a signed-off case, and change nothing else', () => {
    expect(writeNote(signedOff, note)).toEqual({ ...emptyDiff, added: [{ table: 'notes', caseId: 'case-1', resolved: null, ...note, text: 'Is this the vessel?' }] });
  });
  test('a comment needs words, a flag does not', () => {
    expect(isEmptyDiff(writeNote(reviewed, { ...note, text: ' ' }))).toBe(true);
    expect(writeNote(reviewed, { ...note, kind: 'flag', text: '' }).added).toHaveLength(1);
  });
  test('are settled and taken up again by anyone, and removed by their author alone', () => {
    const settled = after(resolveNote(written, 'ben', '2026-01-03T00:00:00.000Z'));
    expect(settled).toEqual({ ...written, resolved: { by: 'ben', at: '2026-01-03T00:00:00.000Z' } });
    if (settled.table !== 'notes') throw new Error('not a note');
    expect(after(reopenNote(settled))).toEqual(written);
    expect([isEmptyDiff(resolveNote(settled, 'ben', 'now')), isEmptyDiff(reopenNote(written))]).toEqual([true, true]);
    expect(codeOf(() => removeNote(written, 'ben'))).toBe('conflict');
    expect(removeNote(written, 'anna').removed).toEqual([written]);
  });
});

describe('corrections and examples', () => {
  const regions = [
    proposal('same', { verdict: 'accepted' }), proposal('moved', { verdict: 'edited', box: moved }), proposal('words', { verdict: 'edited', caption: 'A mass.' }), proposal('label', { verdict: 'edited', label: 'mass' }),
    proposal('both', { verdict: 'edited', box: moved, caption: 'A mass.' }), proposal('no', { verdict: 'rejected' }), drawn('new'), proposal('open', { verdict: 'ignored' }), proposal('t', { source: 'truth', verdict: 'accepted' }), proposal('else', { caseId: 'case-2', verdict: 'accepted' }),
  ];
  test('each decided region by its kind, with before and after', () => {
    const found = correctionsOf(signedOff, regions);
    expect(found.map((c) => [c.regionId, c.kind])).toEqual([['same', 'accepted'], ['moved', 'moved'], ['words', 'recaptioned'], ['label', 'recaptioned'], ['both', 'moved-and-recaptioned'], ['no', 'rejected'], ['new', 'added']]);
    expect(found.map((c) => [c.before === null, c.after === null])).toEqual([...Array.from({ length: 5 }, () => [false, false]), [false, true], [true, false]]);
    expect(found[1]).toMatchObject({ before: { box: proposal('r').box }, after: { box: moved } });
  });
  test('undecided proposals teach nothing, nor does a case that is not signed off', () => {
    expect(correctionsOf(signedOff, [proposal('open')])).toEqual([]);
    expect(correctionsOf(reviewed, regions)).toEqual([]);
  });
  test('an example knows what was missed, what was replaced and what was wrong', () => {
    const e = exampleFromReview(signedOff, regions);
    expect(e.findings.map((f) => [f.id, f.missed, f.replacedCaption])).toEqual([['same', false, null], ['moved', false, null], ['words', false, 'A dark cyst.'], ['label', false, null], ['both', false, 'A dark cyst.'], ['new', true, null]]);
    expect(e.rejected).toEqual([proposal('no').box]);
    expect(e.text).toBe('Ultrasound image. Five cysts, one mass.');
    expect(exampleFromReview(study({ caption: { text: 'Mine.', origin: 'person' } }), []).text).toBe('Mine.');
  });
  test('millimetres and doubt teach nothing: a box moved is moved, its words followed; what is learnt is the plain sentence', () => {
    const seen = study({ status: 'signed-off', pixels: pixels({ width: 400, height: 300 }, { spacing: [0.5, 0.5] }) });
    const proposed = proposal('p', { label: 'cyst' }), box = proposed.box, caption = attributedCaption('cyst', box, seen.pixels, 'possible');
    const before = { ...proposed, caption, proposal: proposed.proposal === null ? null : { ...proposed.proposal, caption } };
    const edited = { ...before, verdict: 'edited' as const, box: moved, caption: recaption(caption, null, moved, seen.pixels) };
    expect(edited.caption).toMatch(/^Possible .* × .* mm, in the/);
    expect(correctionsOf(seen, [edited])[0]?.kind).toBe('moved');
    const [f] = exampleFromReview(seen, [{ ...before, verdict: 'accepted' as const }]).findings, [g] = exampleFromReview(seen, [{ ...before, verdict: 'edited' as const, caption: recaption(caption, 'mass', box, seen.pixels) }]).findings;
    expect([f?.caption, f?.replacedCaption]).toEqual([regionCaption('cyst', box, seen.pixels), null]);
    expect([g?.caption, g?.replacedCaption]).toEqual([regionCaption('mass', box, seen.pixels), regionCaption('cyst', box, seen.pixels)]);
  });
  test('ground truth is an example of its own, or none', () => {
    expect(exampleFromTruth(study(), regions)?.findings.map((f) => f.id)).toEqual(['t']);
    expect(exampleFromTruth(study(), [proposal('a')])).toBeNull();
  });
});

describe('diffs', () => {
  const store = (rows: readonly Row[]) => {
    const held = new Map(rows.map((r) => [r.table + r.id, r]));
    return { held, get: (t: string, id: string) => held.get(t + id), put: (r: Row) => { held.set(r.table + r.id, r); }, delete: (t: string, id: string) => { held.delete(t + id); } };
  };
  test.each<[string, Diff]>([
    ['an added row exists', { ...emptyDiff, added: [proposal('r')] }], ['an updated row is missing', { ...emptyDiff, updated: [[proposal('x'), proposal('x', { label: 'mass' })]] }],
    ['an updated row is otherwise', { ...emptyDiff, updated: [[proposal('r', { label: 'scar' }), proposal('r', { label: 'mass' })]] }], ['a removed row is otherwise', { ...emptyDiff, removed: [proposal('r', { label: 'scar' })] }],
  ])('%s: refused, and the sound part of the diff is not applied either', (_, d) => {
    const s = store([proposal('r')]);
    expect(codeOf(() => applyDiff(s, { ...d, added: [drawn('d'), ...d.added] }))).toBe('conflict');
    expect([...s.held.values()]).toEqual([proposal('r')]);
  });
  test('applied and reversed leaves nothing behind; the order of keys makes no other row', () => {
    const d: Diff = { added: [drawn('d')], updated: [[proposal('r'), proposal('r', { label: 'mass' })]], removed: [proposal('x')] };
    expect(reverseDiff(reverseDiff(d))).toEqual(d);
    expect(canonical({ b: 1, a: [{ d: 2, c: 3 }] })).toBe('{"a":[{"c":3,"d":2}],"b":1}');
    const s = store([proposal('r'), proposal('x')]);
    applyDiff(s, d);
    applyDiff(s, reverseDiff(d));
    expect(new Set([...s.held.values()].map(canonical))).toEqual(new Set([proposal('r'), proposal('x')].map(canonical)));
  });
});
