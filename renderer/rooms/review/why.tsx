// "Why this?": one line that says what the score means, and opened, what the model made of the region: both looks, what in
// the image it used, what the surroundings change, and what was decided about regions that look like it.
import type { KeyboardEvent, ReactNode } from 'react';
import { heatColours, mostly, shareWithin } from '../../canvas/heat-map.ts';
import { Keys } from '../../ui/actions.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import type { Explained, MapName, Why as State } from './use-why.ts';
import { nameOf, Share } from './why-parts.tsx';
import { Nearest } from './why-precedents.tsx';
import { Surroundings } from './why-surroundings.tsx';
import './why.css';

export function Why({ why }: { why: State }): ReactNode {
  const t = useTranslations('why'), figures = useFigures();
  const { region: { proposal }, open, explained } = why;
  const score = proposal?.score;
  const line = proposal === null ? t('drawn') : score == null ? t('noScore') : why.calibrated === null ? t('scoreAlone', { score: figures.fixed(score, 2) }) : t(why.calibrated ? 'calibrated' : 'uncalibrated', { score: figures.fixed(score, 2), n: Math.round(100 * score) });
  return (
    <section className="why" aria-label={t('title')}>
      <button type="button" className="why-line" aria-expanded={open} onClick={why.toggle}><span className="grow"><strong>{t('title')}</strong> <span className="muted">{line}</span></span><Keys of="why.open" /></button>
      {open && (
        <div id="why" className="why-body" tabIndex={-1} role="group" aria-label={t('title')} onKeyDown={keepKeys}>
          {explained === 'away' ? <p className="muted" role="status">{t('away')}</p> : explained === 'asking' ? <p className="faint" role="status">{t('asking')}</p> : (
            <>
              {proposal !== null && explained.version !== proposal.model && proposal.model !== null && <p className="faint">{t('otherModel', { version: explained.version, proposed: proposal.model })}</p>}
              {proposal !== null && <Looks explained={explained} />}
              {proposal !== null && <OnTheImage why={why} explained={explained} />}
              <Surroundings explained={explained} step={why.step} onStep={why.setStep} />
            </>
          )}
          <Nearest key={why.region.id} answer={why.precedents} />
        </div>
      )}
    </section>
  );
}

/** In the panel Tab goes from part to part and the arrows move sliders; elsewhere they are the review's. */
function keepKeys(e: KeyboardEvent<HTMLElement>): void {
  const slider = e.target instanceof HTMLInputElement && e.target.type === 'range';
  if (e.key === 'Tab' || (slider && /^(?:Arrow|Home$|End$|Page)/.test(e.key))) e.stopPropagation();
  if (e.key === 'Escape' && document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** Looks that differ by more than this say different things of a region. */
const apart = 0.25;

function Looks({ explained: { firstLook, secondLook, global, region, disagreement } }: { explained: Explained }): ReactNode {
  const t = useTranslations('why'), figures = useFigures();
  const [whole, near] = [global[0], region[0]];
  return (
    <div className="why-part">
      <Share name={t('whole')} share={firstLook} text={figures.fixed(firstLook, 2)} />
      <Share name={t('region')} share={secondLook} text={figures.fixed(secondLook, 2)} />
      {Math.abs(firstLook - secondLook) > apart && <p>{firstLook > secondLook ? t('clearerFar') : t('clearerNear')}</p>}
      {whole !== undefined && near !== undefined && <p>{whole.label === near.label ? t('same', { finding: nameOf(near.label) }) : t('differ', { whole: nameOf(whole.label), region: nameOf(near.label) })} <span className="faint">{t('agreement', { share: figures.percent(1 - disagreement) })}</span></p>}
    </div>
  );
}

function OnTheImage({ why, explained }: { why: State; explained: Explained }): ReactNode {
  const t = useTranslations('why'), figures = useFigures();
  const { study: { pixels }, shown } = why;
  const choice = (name: MapName, keys?: 'why.heat'): ReactNode => explained[name] !== null && (
    <button type="button" className="btn small" aria-pressed={shown === name} onClick={() => why.show(shown === name ? null : name)}>{t(`map.${name}`)} {keys !== undefined && <Keys of={keys} />}</button>
  );
  const map = shown === null ? null : explained[shown], most = map === null ? null : mostly(map, pixels);
  return (
    <div className="why-part">
      <h4>{t('onTheImage')}</h4>
      <div className="row" style={{ flexWrap: 'wrap', gap: 6 }}>{choice('heat', 'why.heat')}{choice('surroundings')}</div>
      {explained.heat === null && <p className="faint">{t('noHeat')}</p>}
      {map !== null && (
        <>
          <p className="why-legend">
            {shown === 'heat' ? <><span><i style={{ background: heatColours.for }} />{t('speaksFor')}</span><span><i style={{ background: heatColours.against }} />{t('speaksAgainst')}</span></> : <span><i style={{ background: heatColours.used }} />{t('used')}</span>}
          </p>
          <p role="status">{most === null ? t('nowhere') : t(shown === 'heat' ? 'mostFor' : 'mostUsed', { place: t(`place.${most.place}`), share: figures.percent(most.share), within: figures.percent(shareWithin(map, pixels, why.region.proposal?.box ?? why.region.box)) })}</p>
          <label className="row"><span className="faint">{t('opacity')}</span><input type="range" className="grow" min={10} max={100} step={5} value={Math.round(100 * why.opacity)} aria-valuetext={figures.percent(why.opacity)} onChange={(e) => why.setOpacity(Number(e.target.value) / 100)} /></label>
          <label className="row"><input type="checkbox" checked={why.pinned} onChange={(e) => why.setPinned(e.target.checked)} /><span>{t('pin')}</span></label>
          <p className="faint">{t('caution')}</p>
        </>
      )}
    </div>
  );
}
