// Where readers read a case without seeing each other, one person decides place by place: what each marked stands side by
// side on the image and in the list, with how far they agree. What all see alike is chosen already; the rest costs a key.
import { useMemo, useState, type ReactNode } from 'react';
import { agreementOf, type Place } from '../../../shared/domain/agreement.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { placesRead, readingIds, readyToDecide, type Choice, type Reading } from '../../../shared/domain/commands/blinded.ts';
import { iou } from '../../../shared/domain/geometry.ts';
import { standardWindow, type Windowing } from '../../../shared/domain/display.ts';
import { useLive, useProgram } from '../../data/program.tsx';
import { reviewCommands } from '../../data/review-commands.ts';
import { ImageStage, type Mark } from '../../canvas/image-stage.tsx';
import { dragWindow } from '../../canvas/presets.ts';
import { readerStyles, type RegionStyle } from '../../canvas/region-style.ts';
import { useView } from '../../canvas/use-view.ts';
import { Keys, useActions } from '../../ui/actions.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

const lookOf = (reader: number): RegionStyle => readerStyles[reader % readerStyles.length] ?? readerStyles[0];
/** A key each for as many readers as there are looks. */
const takes = ['decision.take1', 'decision.take2', 'decision.take3', 'decision.take4'] as const;
const letter = (i: number): string => String.fromCodePoint(65 + i);
/** Marks that overlap so far and bear one name are one opinion. */
const alike = 0.75;

/** What is chosen before anybody decides: the first reader's mark where all say the same; undefined where they do not. */
export function agreed({ marks }: Place): Choice | undefined {
  const [first] = marks;
  return first != null && marks.every((m) => m !== null && m.label === first.label && iou(m.box, first.box) >= alike) ? first.id : undefined;
}

export function DecidePlaces({ study, onNext, onOpen }: { study: CaseRow; onNext: () => void; onOpen: (caseId: string) => void }): ReactNode {
  const { db, sync } = useProgram();
  const t = useTranslations('blinded'), of = useTranslations('case'), figures = useFigures();
  const readings = useLive(async (): Promise<Reading[]> => {
    const ids = readingIds(study), cases = await db.cases.bulkGet(ids);
    return Promise.all(cases.flatMap((c) => (c === undefined ? [] : [c])).map(async (c) => ({ study: c, regions: await db.regions.where('caseId').equals(c.id).sortBy('order') })));
  }, [db, study]);
  if (readings === undefined) return <div className="empty" role="status">{t('opening')}</div>;
  if (!readyToDecide(study, readings.map((r) => r.study))) {
    const mine = readings.find((r) => r.study.readOf?.reader === sync.actor);
    return (
      <div className="empty blinded">
        <h2>{t('waiting', { readers: figures.list(study.readers ?? []) })}</h2><p>{t('waitingTold')}</p>
        <ul>{readings.map(({ study: s }) => <li key={s.id}>{t('state', { reader: s.readOf?.reader ?? '', state: of(`status.${s.status}`) })}</li>)}</ul>
        {mine !== undefined && <button type="button" className="btn primary" onClick={() => onOpen(mine.study.id)}>{t('mine')}</button>}
      </div>
    );
  }
  return <Decision key={study.id} study={study} readings={readings} onNext={onNext} />;
}

function Decision({ study, readings, onNext }: { study: CaseRow; readings: readonly Reading[]; onNext: () => void }): ReactNode {
  const { sync } = useProgram();
  const t = useTranslations('blinded'), everywhere = useTranslations('shell'), figures = useFigures();
  const places = placesRead(readings), agreement = agreementOf([places]);
  const [made, setMade] = useState<ReadonlyMap<number, Choice>>(new Map());
  const choiceOf = (i: number): Choice | undefined => { const place = places[i]; return made.has(i) ? made.get(i) : place === undefined ? undefined : agreed(place); };
  const open = places.flatMap((_, i) => (choiceOf(i) === undefined ? [i] : []));
  const [at, setAt] = useState<number | null>(null), here = at ?? open[0] ?? 0, place = places[here];
  const [shown, setShown] = useState<Windowing>(() => standardWindow(study.pixels));
  const sight = useView(study.pixels), act = useMemo(() => reviewCommands(sync, study.id), [sync, study.id]);
  const following = (from: number, by: 1 | -1): number => { const rest = by > 0 ? [...open.filter((i) => i > from), ...open.filter((i) => i < from)] : [...open.filter((i) => i < from).reverse(), ...open.filter((i) => i > from).reverse()]; return rest[0] ?? from; };
  const choose = (i: number, choice: Choice): void => { setMade(new Map([...made, [i, choice]])); setAt(following(i, 1)); };
  const finish = (): void => {
    if (open.length > 0) { sync.say(t('stillOpen', { n: open.length })); setAt(open[0] ?? 0); return; }
    act.decidePlaces(readings, places.map((_, i) => choiceOf(i) ?? null)).then(() => act.signOff()).then(onNext, () => undefined);
  };
  const readers = readings.map((r) => r.study.readOf?.reader ?? '');
  useActions([
    ...readers.slice(0, takes.length).map((reader, i) => ({ id: takes[i] ?? takes[0], name: t('action.take', { reader }), run: () => { const mark = place?.marks[i]; if (mark != null) choose(here, mark.id); }, enabled: place?.marks[i] != null })),
    { id: 'decision.nothing', run: () => choose(here, null), enabled: place !== undefined },
    { id: 'decision.nextOpen', run: () => setAt(following(here, 1)), enabled: places.length > 0 },
    { id: 'decision.previousOpen', run: () => setAt(following(here, -1)), enabled: places.length > 0 },
    { id: 'decision.next', run: () => setAt(Math.min(places.length - 1, here + 1)), enabled: places.length > 0 },
    { id: 'decision.previous', run: () => setAt(Math.max(0, here - 1)), enabled: places.length > 0 },
    { id: 'decision.finish', run: finish },
  ]);
  const marks = places.flatMap((p, i): Mark[] => p.marks.flatMap((m, r) => {
    const taken = choiceOf(i);
    return m === null ? [] : [{ id: m.id, box: m.box, label: `${i + 1}${letter(r)}`, style: { ...lookOf(r), opacity: taken !== undefined && taken !== m.id ? 0.4 : 1 } }];
  }));
  const selected = place?.marks.find((m) => m !== null && m.id === choiceOf(here))?.id ?? place?.marks.find((m) => m !== null)?.id ?? null;
  return (
    <>
      <section className="review-stage" aria-label={t('image')}>
        <ImageStage format={study.pixels} window={shown} view={sight.view} onView={sight.change} onSize={sight.onSize} marks={marks} selected={selected} locked tool="select" hidden={false} label={t('imageOf', { title: study.title })}
          onSelect={(id) => { const i = places.findIndex((p) => p.marks.some((m) => m?.id === id)); if (i >= 0) setAt(i); }} onWindow={(by) => setShown((w) => dragWindow(study.pixels, w, by))} />
      </section>
      <aside className="review-regions" aria-label={t('places')}>
        <div className="panel-head"><h2 className="grow"><span role="status">{open.length === 0 ? t('allDecided') : t('toDecide', { n: open.length })}</span></h2></div>
        <p className="agreement muted">{t('agreement', { shared: agreement.shared, places: agreement.places })}{agreement.kappa !== null && ` ${t('kappa', { kappa: figures.fixed(agreement.kappa, 2) })}`}{agreement.overlap !== null && ` ${t('overlap', { overlap: figures.fixed(agreement.overlap, 2) })}`}</p>
        <ol className="places scroll grow" aria-label={t('places')}>
          {places.map((p, i) => (
            <li key={p.marks.map((m) => m?.id).join(' ')} aria-current={i === here ? 'true' : undefined}>
              <div role="radiogroup" aria-label={t('place', { number: i + 1 })}>
                {p.marks.map((m, r) => <button key={readers[r]} type="button" role="radio" aria-checked={m !== null && choiceOf(i) === m.id} disabled={m === null} className="place-choice" onClick={() => { if (m !== null) choose(i, m.id); }}><span className="reader-mark" style={{ background: lookOf(r).colour }}>{`${i + 1}${letter(r)}`}</span><span className="grow"><span className="clip">{m === null ? t('nothingMarked') : m.label === '' ? t('unnamed') : m.label.replaceAll('_', ' ')}</span><span className="faint clip">{readers[r]}</span></span>{i === here && m !== null && r < takes.length && <Keys of={takes[r] ?? takes[0]} />}</button>)}
                <button type="button" role="radio" aria-checked={choiceOf(i) === null} className="place-choice" onClick={() => choose(i, null)}><span className="reader-mark none">{i + 1}</span><span className="grow">{t('nothing')}</span>{i === here && <Keys of="decision.nothing" />}</button>
              </div>
            </li>
          ))}
        </ol>
        <div className="whole-image">
          {places.length === 0 && <p className="muted">{t('noPlaces')}</p>}
          <div className="row"><span className="grow" /><button type="button" className={open.length === 0 ? 'btn primary' : 'btn'} onClick={finish}>{t('finish')} <Keys of="decision.finish" /></button></div>
          <p className="faint">{everywhere('disclaimer')}</p>
        </div>
      </aside>
    </>
  );
}
