// One case under the eyes: the stage with its corners, the regions beside it, the whole image's caption and the sign-off.
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { guardImage } from '../../../shared/domain/caption-guard.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { acceptRegion, acceptRemaining as acceptAll, editRegion, ignoreRegion, rejectRegion } from '../../../shared/domain/commands/region.ts';
import type { ReadSlice } from '../../../shared/domain/commands/slice.ts';
import { hidesProposals } from '../../../shared/domain/commands/reveal.ts';
import type { Diff } from '../../../shared/domain/diff.ts';
import type { NoteRow } from '../../../shared/domain/note.ts';
import type { Box } from '../../../shared/domain/geometry.ts';
import { sameBox } from '../../../shared/domain/geometry.ts';
import { isFinding, isUndecided, trackOf, type RegionRow } from '../../../shared/domain/region.ts';
import type { Stack } from '../../../shared/domain/series.ts';
import type { Shape } from '../../../shared/domain/shape.ts';
import { moved, named } from '../../../shared/domain/wording.ts';
import { standardWindow } from '../../../shared/domain/display.ts';
import { useCaseRegions, useLive, useProgram } from '../../data/program.tsx';
import { reviewCommands } from '../../data/review-commands.ts';
import { useSite } from '../../data/site.ts';
import { ImageStage, type StageHandle } from '../../canvas/image-stage.tsx';
import { isOnSide, towardsImage } from '../../canvas/geometry.ts';
import { isStandard } from '../../canvas/pixels.ts';
import { useView } from '../../canvas/use-view.ts';
import { dragWindow } from '../../canvas/presets.ts';
import { isDrawing, type Bend, type Tool } from '../../canvas/tools/tool.ts';
import { bent } from '../../canvas/tools/vertex.ts';
import { useKeys } from '../../keys/keys.tsx';
import { ChordChip, Keys, useActions } from '../../ui/actions.tsx';
import { Failure } from '../../ui/failure.tsx';
import { useTranslations } from '../../words/language.tsx';
import { Corners, EdgeLetters, takenByWords } from './corners.tsx';
import { useCornerWords, useWordsShown } from './corner-words.ts';
import { Cross, PriorBar, PriorPane } from './prior-pane.tsx';
import { CaptionField } from './caption-field.tsx';
import { useGuard, useSurroundings, WarningsLeft } from './caption-guard.tsx';
import type { Suggestion } from './caption-suggestions.ts';
import type { Captioning } from './region-card.tsx';
import { RegionList } from './region-list.tsx';
import { marksOf } from './region-marks.ts';
import type { VisitTold } from './use-visit.ts';
import { AssignDialog } from './assign-dialog.tsx';
import { History } from './history.tsx';
import { Measurements, RegionValues } from './measurements.tsx';
import { Notes, openFlag } from './notes.tsx';
import { ReasonDialog, type ReasonFor } from './reason-dialog.tsx';
import { SignOff } from './sign-off.tsx';
import { useLayers } from './layers.ts';
import { SizeFields } from './size-fields.tsx';
import { SliceFields, useSliceWords } from './slice-fields.tsx';
import { useDrawing } from './use-drawing.ts';
import { useMeasuring } from './use-measuring.ts';
import { placeUnder, usePrior } from './use-prior.ts';
import { useSlices, type LeftLook } from './use-slices.ts';
import { useWhy } from './use-why.ts';
import { Why } from './why.tsx';
import { ToolBar } from './tool-bar.tsx';
import type { SliceScroll } from './slice-scroll.ts';
import { Scrolling, SliceBar, useScroll } from './use-scroll.tsx';
import { useTone } from './use-tone.ts';
import { ColourBar, ViewMenu } from './view-menu.tsx';

const noNotes: readonly NoteRow[] = [];
const unwritten: CaseRow['caption'] = { text: '', origin: 'none' };
const usualReasons = ['artefact', 'normal', 'duplicate', 'place', 'tooSmall', 'quality'] as const;

export interface CaseReviewProps { readonly study: CaseRow; readonly visit: VisitTold; readonly stack: Stack<ReadSlice> | null; readonly scroll: SliceScroll; readonly left: LeftLook; readonly onNext: () => void; readonly onSlice: (caseId: string) => void }

/** What the room does beside it (the clock, the list) draws nothing here again. */
export const CaseReview = memo(function CaseReview({ study, visit, stack, scroll, left, onNext, onSlice }: CaseReviewProps): ReactNode {
  const { db, sync, host, inference, held } = useProgram();
  const t = useTranslations('review'), flow = useTranslations('flow'), reasonWords = useTranslations('reasons'), drawn = useTranslations('drawing'), everywhere = useTranslations('shell'), keys = useKeys();
  const rows = useCaseRegions(study.id);
  const site = useSite(), hiding = hidesProposals(study, site.settings.hiddenFirst === true);
  // A sentence that no reader wrote, the model's or a data set's, names what is proposed.
  const imageCaption = hiding && study.caption.origin !== 'person' ? unwritten : study.caption;
  // Marked first: what the machine proposed is not there until it is asked for.
  const regions = useMemo(() => (rows ?? []).filter((r) => !hiding || r.verdict !== 'proposed'), [rows, hiding]);
  const notes = useLive(() => db.notes.where('caseId').equals(study.id).toArray(), [db, study.id]) ?? noNotes;
  const act = useMemo(() => reviewCommands(sync, study.id, visit.commanded), [sync, study.id, visit]);
  const { findings } = site, surroundings = useSurroundings(study, site), guarded = useGuard(imageCaption, regions, surroundings);
  const captioning = useMemo<Captioning>(() => ({ surroundings, snippets: site.settings.snippets, earlier: async (text, label) => (await host.captions({ text, label, limit: 5 })).captions }), [surroundings, site.settings.snippets, host]);
  const [chosen, setChosen] = useState<string | null | undefined>(undefined);
  const [tool, setTool] = useState<Tool>('select');
  const [hidden, setHidden] = useState(false);
  const [tab, setTab] = useState<'regions' | 'comments' | 'history'>('regions');
  const [assigning, setAssigning] = useState(false);
  const [reasonFor, setReasonFor] = useState<ReasonFor | null>(null);
  const [follows, setFollowing] = useState(() => localStorage.getItem('regionmed-follow') === 'yes');
  const [arrived] = useState(() => left.onto(study));
  const sight = useView(study.pixels, arrived), stage = useRef<StageHandle>(null);
  const layers = useLayers();
  const [asked, setAsked] = useState<{ region: string; box: Box; found: readonly Suggestion[] } | null>(null);
  const [proposing, setProposing] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });
  const locked = study.status === 'signed-off';
  const undecided = useMemo(() => regions.filter(isUndecided), [regions]), followed = arrived === null ? undefined : regions.find((r) => trackOf(r) === arrived.track);
  const selected = chosen === undefined ? followed?.id ?? undecided[0]?.id ?? regions[0]?.id ?? null : regions.some((r) => r.id === chosen) ? chosen : null;
  const region = regions.find((r) => r.id === selected);
  const { why, overlay } = useWhy(study, region);
  useEffect(() => { visit.attend(selected); }, [visit, selected]);
  useEffect(() => { if (regions.some((r) => r.proposal !== null)) visit.assisted(); }, [visit, regions]);
  const look = useTone(study, region?.box ?? null, arrived, sight), { window: shown, map } = look.tone;
  const quietly = (work: Promise<unknown>): void => { work.catch(() => undefined); };

  const justDecided = useRef(new Set<string>());
  useEffect(() => { justDecided.current.clear(); }, [rows]);
  /** The next region that waits, after this one, else the first that waits. */
  const following = (from: string | null, by: 1 | -1): string | null => {
    const at = regions.findIndex((r) => r.id === from), n = regions.length;
    for (let i = 1; i <= n; i++) { const r = regions[(((at < 0 && by < 0 ? 0 : at) + by * i) % n + n) % n]; if (r !== undefined && isUndecided(r) && !justDecided.current.has(r.id) && r.id !== from) return r.id; }
    return null;
  };
  // The next region is chosen at once: a second quick key must not fall on the region just decided.
  const decide = (work: Promise<void>, id: string): void => { justDecided.current.add(id); setChosen(following(id, 1) ?? id); quietly(work); };
  /** A command on a region: what it makes of it is seen at once. */
  const seen = (id: string, work: Promise<void>, make: (region: RegionRow) => Diff): Promise<void> => {
    const now = held.regions(study.id)?.find((r) => r.id === id);
    if (now !== undefined) held.foresee(work, () => make(now));
    return work;
  };
  const accept = (id: string): void => decide(seen(id, act.accept(id), (r) => acceptRegion(study, r)), id);
  const reject = (id: string, reason?: string): void => decide(seen(id, act.reject(id, reason), (r) => rejectRegion(study, r, reason)), id);
  const ignore = (id: string, reason?: string): void => decide(seen(id, act.ignore(id, reason), (r) => ignoreRegion(study, r, reason)), id);
  const acceptRemaining = (): void => {
    for (const r of undecided) justDecided.current.add(r.id);
    const work = act.acceptRemaining();
    held.foresee(work, () => acceptAll(study, held.regions(study.id) ?? []));
    quietly(work);
  };
  const flag = openFlag(notes, selected);
  // The field has the keyboard before the next key comes: a quick first letter is a letter, not a command.
  const [commenting, setCommenting] = useState(0);
  useLayoutEffect(() => { if (commenting > 0) document.getElementById('new-comment')?.focus(); }, [commenting]);
  const comment = (about: 'region' | 'case'): void => { if (about === 'case') setChosen(null); setTab('comments'); setCommenting((n) => n + 1); };
  // One at a time: the eye is led to what is asked next, and back to the whole when nothing is.
  const { lookAt, fit } = sight, led = useRef<string | null>(null);
  useEffect(() => {
    if (!follows || region === undefined || led.current === region.id) return;
    led.current = region.id;
    if (isUndecided(region)) lookAt(region.box); else if (undecided.length === 0) fit();
  }, [follows, region, undecided.length, lookAt, fit]);
  // Left as it is where the leading ends: an effect that is still to come of the drawing before would lead once more.
  const follow = (on: boolean): void => { localStorage.setItem('regionmed-follow', on ? 'yes' : 'no'); if (on) led.current = null; setFollowing(on); if (!on) fit(); };
  const phraseFor = (label: string): string => findings.find((f) => f.label === label)?.phrase ?? label.replaceAll('_', ' ');
  /** What is worked on stays chosen: it is decided by the first change, and there may be more. */
  const edit = (id: string, change: Parameters<typeof act.edit>[1]): void => { setChosen(id); quietly(seen(id, act.edit(id, change), (r) => editRegion(study, r, change(r)))); };
  const reshape = (id: string, to: (box: Box) => Box, shape?: Shape): void => edit(id, (r) => ({ ...moved(r, to(r.box), study.pixels), ...(shape === undefined ? {} : { shape }) }));
  const bend = (id: string, change: Bend): void => edit(id, (r) => { const made = r.shape?.kind === 'polygon' ? bent(r.shape.points, change, study.pixels) : null; return made === null ? {} : { ...moved(r, made.box, study.pixels), ...made }; });
  const name = (id: string, label: string): void => edit(id, (r) => named(r, label, phraseFor(label), study.pixels));
  // What the model sees in a box is offered, never waited for: the engine may be away.
  const ask = (id: string, box: Box | undefined = regions.find((r) => r.id === id)?.box): void => {
    if (box === undefined || (asked?.region === id && sameBox(asked.box, box))) return;
    inference().then((engine) => engine.describe({ image: { pixels: study.pixels, modality: study.modality }, box })).then(({ suggestions }) => setAsked({ region: id, box, found: suggestions }), () => undefined);
  };

  const newest = useRef('');
  const add = (box: Box, shape?: Shape): void => {
    // The brush stays in hand: a region is rarely painted in one stroke.
    if (tool !== 'brush') setTool('select');
    quietly(act.add({ box, ...(shape === undefined ? {} : { shape }), label: '', caption: '' }).then((id) => {
      setChosen(id);
      if (tool !== 'brush') newest.current = id;
      ask(id, box);
    }));
  };
  // The field of a region just drawn is ready for its name. Its row may be here before its id is: every drawing looks.
  useEffect(() => { if (newest.current !== '' && selected === newest.current) { newest.current = ''; document.getElementById('region-label')?.focus(); } });

  const reveal = (): void => { setChosen(undefined); quietly(act.reveal()); };
  const signOff = (): void => {
    const field = document.activeElement;
    if (field instanceof HTMLElement) field.blur();
    quietly(act.regions().then(async (now) => {
      const nameless = now.find((r) => r.verdict === 'added' && r.label === ''), open = now.find(isUndecided), planted = now.find((r) => r.planted === true);
      if (nameless !== undefined) { setChosen(nameless.id); sync.say(t('nameless')); return; }
      // A case is not signed off with proposals that nobody saw.
      if (hiding && now.some((r) => r.verdict === 'proposed')) { reveal(); return; }
      if (open !== undefined) setChosen(open.id);
      await act.signOff();
      if (planted !== undefined) sync.say(flow(`planted.${planted.verdict === 'rejected' ? 'seen' : planted.verdict === 'ignored' ? 'open' : 'taken'}`));
      onNext();
    }));
  };
  const propose = (): void => {
    setProposing({ busy: true, error: null });
    host.propose({ caseIds: [study.id] }).then(({ failed }) => setProposing({ busy: false, error: failed[0]?.error ?? null }), (error: unknown) => setProposing({ busy: false, error }));
  };
  const stretch = (x: number, y: number): void => { const [dx, dy] = isOnSide(sight.way) ? [y, x] : [x, y]; if (region !== undefined) reshape(region.id, (b) => ({ ...b, width: Math.min(study.pixels.width - b.x, Math.max(2, b.width + dx)), height: Math.min(study.pixels.height - b.y, Math.max(2, b.height + dy)) })); };
  // As it is seen: the key to the right leads to the right of the screen, however the image is turned.
  const nudge = (x: number, y: number): void => { const { x: dx, y: dy } = towardsImage({ x, y }, sight.way); if (region !== undefined) reshape(region.id, (box) => ({ ...box, x: box.x + dx, y: box.y + dy })); };
  const open = region !== undefined && !locked, shapeable = open && !layers.isLocked(region.id);

  useActions([
    { id: 'region.accept', run: () => { if (region !== undefined) accept(region.id); }, enabled: open && (region.proposal !== null || isUndecided(region)) },
    { id: 'region.caption', run: () => document.getElementById('region-caption')?.focus(), enabled: open },
    { id: 'case.caption', run: () => document.getElementById('image-caption')?.focus(), enabled: !locked },
    { id: 'region.name', run: () => document.getElementById('region-label')?.focus(), enabled: open },
    { id: 'region.reject', run: () => { if (region !== undefined) reject(region.id); }, enabled: open },
    { id: 'region.ignore', run: () => { if (region !== undefined) ignore(region.id); }, enabled: open && region?.proposal !== null },
    { id: 'case.acceptRemaining', run: acceptRemaining, enabled: !locked && undecided.length > 0 },
    { id: 'region.rejectBecause', run: () => setReasonFor('reject'), enabled: open && region?.proposal !== null },
    { id: 'region.ignoreBecause', run: () => setReasonFor('ignore'), enabled: open && region?.proposal !== null },
    { id: 'region.flag', run: () => quietly(flag === undefined ? act.note('flag', selected, '') : act.resolveNote(flag.id)) },
    { id: 'region.comment', run: () => comment('region') },
    { id: 'case.comment', run: () => comment('case') },
    { id: 'case.history', run: () => setTab(tab === 'history' ? 'regions' : 'history') },
    { id: 'case.regions', run: () => setTab('regions'), enabled: tab !== 'regions' },
    { id: 'case.assign', run: () => setAssigning(true), enabled: study.readOf === undefined && study.readers === undefined && (study.status === 'new' || study.status === 'proposed') },
    { id: 'case.reveal', run: reveal, enabled: hiding },
    { id: 'case.follow', name: follows ? flow('action.free') : flow('action.follow'), run: () => follow(!follows) },
    { id: 'tool.box', run: () => setTool('box'), enabled: !locked },
    { id: 'case.hide', name: hidden ? t('action.show') : t('action.hide'), run: () => setHidden(!hidden) },
    { id: 'region.nextUndecided', run: () => setChosen(following(selected, 1) ?? selected), enabled: undecided.length > 0 },
    { id: 'region.previousUndecided', run: () => setChosen(following(selected, -1) ?? selected), enabled: undecided.length > 0 },
    { id: 'region.next', run: () => setChosen(regions[Math.min(regions.length - 1, regions.findIndex((r) => r.id === selected) + 1)]?.id ?? null), enabled: regions.length > 0 },
    { id: 'region.previous', run: () => setChosen(regions[Math.max(0, regions.findIndex((r) => r.id === selected) - 1)]?.id ?? null), enabled: regions.length > 0 },
    { id: 'region.lookAt', run: () => { if (region !== undefined) sight.lookAt(region.box); }, enabled: region !== undefined },
    { id: 'case.signOff', run: signOff, enabled: !locked },
    { id: 'case.reopen', run: () => quietly(act.reopen()), enabled: locked },
    { id: 'case.undo', run: () => quietly(act.undo()) },
    { id: 'case.redo', run: () => quietly(act.redo()) },
    { id: 'tool.select', run: () => setTool('select') },
    { id: 'tool.window', run: () => setTool('window') },
    { id: 'tool.pan', run: () => setTool('pan') },
    ...([['left', 'narrower', -1, 0], ['right', 'wider', 1, 0], ['up', 'flatter', 0, -1], ['down', 'taller', 0, 1]] as const).flatMap(([to, size, x, y]) => [
      { id: `region.${to}` as const, run: () => nudge(x, y), enabled: shapeable },
      { id: `region.${to}Ten` as const, run: () => nudge(10 * x, 10 * y), enabled: shapeable },
      { id: `region.${size}` as const, run: () => stretch(x, y), enabled: shapeable },
      { id: `region.${size}Ten` as const, run: () => stretch(10 * x, 10 * y), enabled: shapeable },
    ]),
    { id: 'case.propose', name: proposing.busy ? t('proposing') : t('propose'), run: propose, enabled: !proposing.busy && (study.status === 'new' || study.status === 'proposed') },
  ]);

  const marks = useMemo(() => marksOf(regions, layers), [regions, layers]);
  const drawing = useDrawing({ pixels: study.pixels, modality: study.modality, region, regions, marks, locked, sight, layers, tool, onTool: setTool, onAdd: add, onChange: (id, box, shape) => reshape(id, () => box, shape), onDepth: (id, depth) => edit(id, () => ({ depth })), onVertices: () => { setTool('select'); stage.current?.holdVertex(); } });
  const slices = useSlices({ study, region, regions, meant: typeof chosen === 'string', locked, act, window: shown, map, overlays: look.overlays, view: sight.moved, way: sight.way, left, arrived, stack, onSlice }), sliceWords = useSliceWords(), slice = slices === null ? null : sliceWords(slices);
  const measuring = useMeasuring({ study, region, tool, onTool: setTool, act, sight, stage, hidden });
  const { rows: measured } = measuring, version = useMemo(() => [rows, measured], [rows, measured]);
  const cornerWords = useCornerWords(), corner = cornerWords(study, slice), { who, image } = corner, wordsShown = useWordsShown();
  const taken = useMemo(() => takenByWords(study, { who, image }, wordsShown), [study, who, image, wordsShown]);
  const prior = usePrior({ study, stack, sight, box: region?.box ?? null }), { prior: chosenPrior, beside } = prior;
  useScroll({ scroll, study, stack, tone: look.tone, isRead: rows !== undefined, isFree: !shapeable, onSlice });
  const withFindings = useMemo(() => (stack?.slices ?? []).flatMap((s, i) => (s.regions.some((r) => isFinding(r) || (r.verdict === 'proposed' && !hiding)) ? [i] : [])), [stack, hiding]);
  const decided = regions.length - undecided.length;

  return (
    <>
      <section className="review-stage" aria-label={t('image')} data-case={study.id} data-split={prior.open}>
        {prior.open && <PriorBar study={study} beside={prior} />}
        <div className="stage-half" onPointerMove={prior.cross === null ? undefined : (e) => { const at = placeUnder(e.currentTarget, e, sight.view, study.pixels); if (at !== null) prior.cross?.put({ on: 'present', at }); }}>
        <Scrolling scroll={scroll}>{(at) => {
          // A slice that is scrolled to is looked at; what is done to it opens it first.
          const passing = at === null ? undefined : stack?.slices[at], of = passing?.study ?? study, window = passing !== undefined && isStandard(shown, study.pixels) ? standardWindow(of.pixels) : shown;
          const seen = passing === undefined ? marks : marksOf(passing.regions.filter((r) => r.verdict !== 'proposed' || !hidesProposals(of, site.settings.hiddenFirst === true)), layers);
          const where = passing === undefined || slices === null || at === null ? slice : sliceWords({ number: at + 1, count: slices.count, mm: stack?.positions?.[at] ?? null });
          return (
            <>
              {/* The image waits for its regions: who sees it and presses a key means them. */}
              {rows !== undefined && <ImageStage format={of.pixels} window={window} map={map} drawings={look.overlays} lens={look.lens} overlay={passing === undefined ? overlay : undefined} view={sight.view} onView={sight.change} onSize={sight.onSize} marks={seen} selected={passing === undefined ? selected : null} locked={locked || passing !== undefined} tool={passing !== undefined && isDrawing(tool) ? 'pan' : tool} brush={drawing.brush} hidden={hidden} handle={stage} label={t('imageOf', { title: of.title })} taken={taken} onScroll={slices === null ? undefined : (by) => { scroll.stop(); scroll.by(by); }} {...(passing === undefined ? { measure: measuring.stage } : {})}
                onSelect={(id) => { if (passing === undefined) setChosen(id); else scroll.settle(); }} onChange={(id, box, shape) => reshape(id, () => box, shape)} onBend={bend} onAdd={add} onOutline={drawing.outline} onWindow={(by) => look.setWindow((w) => dragWindow(study.pixels, w, by))} />}
              {passing === undefined && sight.view !== null && beside !== null && <Cross cross={prior.cross} on="present" linked={prior.linked} study={study} other={beside} view={sight.view} />}
              <EdgeLetters study={of} turns={sight.way.turns ?? 0} mirrored={sight.way.mirrored ?? false} />
              <Corners study={of} words={passing === undefined ? corner : cornerWords(of, where)} shown={wordsShown} values={passing === undefined ? measuring.region : []} window={window} scale={sight.view?.scale ?? 1} way={sight.way} preset={look.preset === null ? null : look.nameOf(look.preset)} region={passing === undefined ? region ?? null : null} number={region === undefined ? 0 : regions.indexOf(region) + 1} hidden={hidden && regions.length > 0} />
            </>
          );
        }}</Scrolling>
        {study.pixels.channels === 1 && <ColourBar map={map} centre={shown.centre} width={shown.width} inverted={shown.inverted !== study.pixels.inverted} unit={study.pixels.unit ?? ''} exact={shown.voi === 'linear' || shown.voi === 'linear-exact'} />}
        {slices !== null && stack !== null && <SliceBar scroll={scroll} stack={stack} own={slices.number - 1} marked={withFindings} />}
        </div>
        {prior.open && chosenPrior !== null && beside !== null && <PriorPane study={study} beside={prior} prior={chosenPrior} other={beside} sight={sight} window={shown} onWindow={look.setWindow} tool={tool} words={wordsShown} hidden={hidden} />}
        {slice !== null && <p className="visually-hidden" role="status">{slice}</p>}
        <ToolBar tool={tool} locked={locked} onTool={setTool} onFit={sight.fit} onZoom={sight.zoom} onInvert={() => look.setWindow((w) => ({ ...w, inverted: !w.inverted }))} more={<ViewMenu shown={look} sight={sight} inColour={study.pixels.channels === 3} hasOverlays={(study.pixels.overlays?.length ?? 0) > 0} scroll={slices === null ? null : scroll} />} onUndo={() => quietly(act.undo())} onRedo={() => quietly(act.redo())} />
      </section>
      <aside className="review-regions" aria-label={t('list')}>
        <div className="panel-head">
          <h2 className="grow"><span role="status">{regions.length === 0 ? t('list') : t('decided', { decided, total: regions.length })}</span></h2>
          <button type="button" className="btn small" aria-pressed={follows} aria-label={flow('follow')} title={keys.titled(flow('followTold'), 'case.follow')} onClick={() => follow(!follows)}><span aria-hidden="true">◎</span></button>
          <button type="button" className="btn small" aria-pressed={hidden} onClick={() => setHidden(!hidden)}>{t('hide')} <Keys of="case.hide" /></button>
          <button type="button" className="btn small" aria-pressed={tool === 'box'} disabled={locked} onClick={() => setTool('box')}>{t('add')} <Keys of="tool.box" /></button>
        </div>
        {regions.length > 0 && <div className="bar case-progress" aria-hidden="true"><i style={{ width: `${(100 * decided) / regions.length}%` }} /></div>}
        <div className="case-tabs" role="tablist" aria-label={flow('tabs')}>
          {([['regions', flow('regions'), 'case.regions'], ['comments', notes.length === 0 ? flow('comments') : flow('commentsCount', { n: notes.filter((n) => n.resolved === null).length }), 'region.comment'], ['history', flow('history'), 'case.history']] as const).map(([id, word, key]) => (
            <button key={id} type="button" role="tab" aria-selected={tab === id} onClick={() => setTab(id)}>{word} <Keys of={key} /></button>
          ))}
        </div>
        {isDrawing(tool) && <p className="muted tool-hint" role="status">{drawing.outlining ? drawn('outlining') : drawn.rich(`hint.${tool}`, { key: () => (tool === 'polygon' ? <ChordChip of="Enter" /> : <Keys of="hand.inMiddle" />), smaller: () => <Keys of="hand.smaller" />, larger: () => <Keys of="hand.larger" /> })}</p>}
        {proposing.error !== null && <div style={{ padding: 10 }}><Failure error={proposing.error} /></div>}
        {hiding && tab === 'regions' && study.status !== 'new' && <div className="hidden-first"><p>{flow('markFirst')}</p><button type="button" className="btn" onClick={reveal}>{flow('reveal')} <Keys of="case.reveal" /></button></div>}
        {tab === 'regions' && rows !== undefined && regions.length === 0 && !(hiding && study.status !== 'new') && (
          <div className="empty" style={{ flex: 1, height: 'auto' }}>
            {study.status === 'new' ? <><p>{t('notLookedAt')}</p><button type="button" className="btn primary" disabled={proposing.busy} onClick={propose}>{proposing.busy ? t('looking') : <>{t('propose')} <Keys of="case.propose" /></>}</button></> : <p>{t.rich('foundNothing', { key: () => <Keys of="tool.box" /> })}</p>}
          </div>
        )}
        {tab === 'comments' && <Notes notes={notes} regions={regions} chosen={region ?? null} me={sync.actor} act={act} onSelect={(id) => setChosen(id)} />}
        {tab === 'history' && <History caseId={study.id} regions={regions} version={version} />}
        {tab === 'regions' && regions.length > 0 && <RegionList regions={regions} selected={selected} locked={locked} layers={layers} why={why === null ? null : <Why why={why} />} extent={region === undefined ? null : <><SizeFields region={region} number={regions.indexOf(region) + 1} pixels={study.pixels} locked={locked} layers={layers} onBox={(to) => reshape(region.id, to)} onDepth={drawing.toDepth} /><RegionValues measuring={measuring} />{slices !== null && <SliceFields slices={slices} />}</>} captioning={captioning} suggestions={asked !== null && asked.region === selected ? asked.found : []} onSelect={setChosen} onAccept={accept} onReject={(id) => reject(id)} onIgnore={(id) => ignore(id)} onRemove={(id) => reject(id)} onLabel={name} onAsk={(id) => ask(id)} onWords={edit} />}
        <Measurements measuring={measuring} inHand={tool === 'measure'} />
        <div className="whole-image">
          <h2>{t('wholeImage')}</h2>
          <CaptionField id="image-caption" label={t('wholeImage')} placeholder={t('wholeImageHint')} value={imageCaption.text} before={imageCaption.proposal ?? (imageCaption.origin === 'person' ? null : imageCaption.text)} name="" disabled={locked}
            offering={{ findings, snippets: captioning.snippets, modality: study.modality, earlier: captioning.earlier, region: null }} guard={(text) => (text === imageCaption.text ? guarded.image : guardImage(text, regions.filter(isFinding), surroundings))}
            onCommit={(text) => quietly(act.caption(text.normalize('NFC')))} onFix={(text, { fix }) => quietly(act.caption(fix?.caption ?? text))} />
          {!locked && <WarningsLeft guarded={guarded} regions={regions} onSelect={(id) => { setTab('regions'); setChosen(id); }} />}
          <SignOff study={study} regions={regions} onSignOff={signOff} onReopen={() => quietly(act.reopen())} onNext={onNext} onAcceptRemaining={acceptRemaining} />
          <p className="faint">{everywhere('disclaimer')}</p>
        </div>
      </aside>
      <AssignDialog open={assigning} me={sync.actor} onClose={() => setAssigning(false)} onAssign={(readers) => quietly(act.assignReaders(readers))} />
      <ReasonDialog asked={reasonFor} reasons={site.settings.rejectionReasons.length > 0 ? site.settings.rejectionReasons : usualReasons.map((r) => reasonWords(`usual.${r}`))} onClose={() => setReasonFor(null)} onReason={(what, reason) => { if (region !== undefined) { if (what === 'reject') reject(region.id, reason); else ignore(region.id, reason); } }} />
    </>
  );
});
