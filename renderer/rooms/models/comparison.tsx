// The image as both versions read it: side by side, one swept over the other, or in turns. Both halves share one view.
import { useMemo, useState, type ReactNode } from 'react';
import type { Difference, ShownRegion } from '../../../shared/domain/gate.ts';
import { standardWindow, type Windowing } from '../../../shared/domain/display.ts';
import { ImageStage, type Mark } from '../../canvas/image-stage.tsx';
import { useView } from '../../canvas/use-view.ts';
import { dragWindow } from '../../canvas/presets.ts';
import { regionStyles, type RegionStyle } from '../../canvas/region-style.ts';
import { useLive, useProgram } from '../../data/program.tsx';
import { Keys, useActions } from '../../ui/actions.tsx';
import { HoldoutBadge, PhantomBadge } from '../../ui/case-parts.tsx';
import { useTranslations } from '../../words/language.tsx';
import { useChangeWords } from './change-words.ts';

/** The size of an image that is not there yet. */
const nothing = { width: 1, height: 1 };
type Way = 'beside' | 'swipe' | 'turns';
const style = (colour: string, dash: number[] = [], opacity = 1): RegionStyle => ({ colour, dash, opacity, glyph: '' });
const right = style(regionStyles.accepted.colour), wrong = style(regionStyles.rejected.colour, [2, 4]), reference = style('#ffffff', [7, 4]), other = style('#a9b2bf', [], 0.75);

/** One half's marks: the chosen change in colour with what people decided beside it, other changes of the image in grey. */
function marksOf(half: 'before' | 'after', chosen: Difference, siblings: readonly Difference[], missed: (what: string) => string): Mark[] {
  const text = (r: ShownRegion): string => `${r.label.replaceAll('_', ' ')}${r.score === null ? '' : ` ${r.score.toFixed(2)}`}`;
  const marks: Mark[] = [];
  for (const d of siblings) { const r = d[half]; if (d.id !== chosen.id && r !== null) marks.push({ id: d.id, box: r.box, style: other, label: '' }); }
  const shown = chosen[half];
  if (chosen.reference !== null) marks.push({ id: `${chosen.id} reference`, box: chosen.reference.box, style: shown === null ? { ...wrong, dash: [3, 4] } : reference, label: shown === null ? missed(text(chosen.reference)) : '' });
  if (shown !== null) {
    const good = chosen.reference !== null && (chosen.kind === 'region-found' || chosen.kind === 'region-lost' || (chosen.effect === 'fixed') === (half === 'after'));
    marks.push({ id: chosen.id, box: shown.box, style: good ? right : wrong, label: `${good ? '✓' : '✕'} ${text(shown)}` });
  }
  return marks;
}

export function Comparison({ difference: d, siblings, before, after, onChoose }: { difference: Difference; siblings: readonly Difference[]; before: string; after: string; onChoose: (id: string) => void }): ReactNode {
  const { db } = useProgram();
  const t = useTranslations('models'), { labelOf } = useChangeWords();
  const study = useLive(() => db.cases.get(d.caseId).then((c) => c ?? null), [db, d.caseId]);
  const [way, setWay] = useState<Way>('beside');
  const [late, setLate] = useState(true);
  const [swept, setSwept] = useState(50);
  const [windowing, setWindowing] = useState<Windowing | null>(null);
  const sight = useView(study?.pixels ?? nothing);
  const box = (d.reference ?? d.after ?? d.before)?.box;
  useActions([
    { id: 'comparison.beside', run: () => setWay('beside') },
    { id: 'comparison.swipe', run: () => setWay('swipe') },
    { id: 'comparison.turns', run: () => { if (way === 'turns') setLate(!late); else setWay('turns'); } },
    { id: 'comparison.lookAt', run: () => { if (box !== undefined) sight.lookAt(box); }, enabled: box !== undefined },
    { id: 'image.fit', run: sight.fit },
    { id: 'image.zoomIn', run: () => sight.zoom(1.25) }, { id: 'image.zoomOut', run: () => sight.zoom(0.8) },
  ]);
  const marks = useMemo(() => { const missed = (what: string): string => t('missed', { what }); return { before: marksOf('before', d, siblings, missed), after: marksOf('after', d, siblings, missed) }; }, [d, siblings, t]);
  if (study === undefined) return <div className="empty" role="status">{t('openingImage')}</div>;
  if (study === null) return <div className="empty"><h2>{t('imageGone')}</h2></div>;
  const shown = windowing ?? standardWindow(study.pixels);
  const stage = (half: 'before' | 'after'): ReactNode => (
    <ImageStage format={study.pixels} window={shown} view={sight.view} onView={sight.change} onSize={sight.onSize} marks={marks[half]} selected={marks[half].some((m) => m.id === d.id) ? d.id : null} locked tool="pan" hidden={false}
      onSelect={(id) => { if (id !== null && siblings.some((s) => s.id === id)) onChoose(id); }} onWindow={(by) => setWindowing(dragWindow(study.pixels, shown, by))} label={t('imageWith', { title: study.title, version: half === 'before' ? before : after })} />
  );
  const kind = <span className={d.effect === 'broken' ? 'badge bad' : 'badge good'}>{t('findingChange', { finding: labelOf(d), change: t(`change.${d.kind}`) })}</span>;
  const early = way === 'turns' && !late;
  return (
    <section className="comparison" aria-label={t('beforeAndAfter')}>
      <div className="row comparison-head">
        <span className="grow clip">{study.title}</span>
        {study.phantom && <PhantomBadge />}{d.set === 'holdout' ? <HoldoutBadge /> : <span className="badge">{t('correctedEarlier')}</span>}{kind}
      </div>
      <div className={`halves ${way}`}>
        {(way !== 'turns' || early) && <div className="half">{stage('before')}</div>}
        {(way !== 'turns' || late) && <div className="half" style={way === 'swipe' ? { clipPath: `inset(0 0 0 ${swept}%)` } : undefined}>{stage('after')}</div>}
        {(way !== 'turns' || early) && <span className="half-name">{t('versionBefore', { version: before })}</span>}
        {(way !== 'turns' || late) && <span className={way === 'turns' ? 'half-name' : `half-name ${way}`}>{t('versionAfter', { version: after })}</span>}
        {way === 'swipe' && <><i className="sweep" style={{ left: `${swept}%` }} /><input type="range" className="sweeper" aria-label={t('sweep')} min={0} max={100} step={0.5} value={swept} onChange={(e) => setSwept(e.target.valueAsNumber)} /></>}
      </div>
      <div className="row comparison-foot">
        <button type="button" className="chip" aria-pressed={way === 'beside'} onClick={() => setWay('beside')}>{t('beside')} <Keys of="comparison.beside" /></button>
        <button type="button" className="chip" aria-pressed={way === 'swipe'} onClick={() => setWay('swipe')}>{t('swipe')} <Keys of="comparison.swipe" /></button>
        <button type="button" className="chip" aria-pressed={way === 'turns'} onClick={() => { if (way === 'turns') setLate(!late); else setWay('turns'); }}>{t('turns')} <Keys of="comparison.turns" /></button>
        <span className="grow" />
        <span className="legend faint"><i style={{ borderColor: '#fff', borderStyle: 'dashed' }} /> {t('decided')}</span>
        <span className="legend faint"><i style={{ borderColor: right.colour }} /> ✓ {t('right')}</span>
        <span className="legend faint"><i style={{ borderColor: wrong.colour, borderStyle: 'dotted' }} /> ✕ {t('wrong')}</span>
      </div>
    </section>
  );
}
