// What stands in the corners of the image: who it is, the window, the scale and the chosen region's size.
import type { ReactNode } from 'react';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { Box, Size } from '../../../shared/domain/geometry.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import type { Windowing } from '../../../shared/domain/display.ts';
import { isAsStored, isOnSide, scaleBar, textWidth, type Orientation } from '../../canvas/geometry.ts';
import { PhantomBadge } from '../../ui/case-parts.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { useRegionWords } from './region-words.tsx';

const short = (n: number): string => (Math.abs(n) >= 100 || Number.isInteger(n) ? String(Math.round(n)) : n.toFixed(2)).replace('-', '−');

/** What the words at the top cover of a stage, generously: labels of regions keep clear of it. */
export const topCorners = (study: CaseRow, slice: string | null) => (stage: Size): readonly Box[] => {
  const left = 28 + Math.max(textWidth(study.title), textWidth(study.modality), textWidth(slice ?? ''), 84), right = 130;
  return [{ x: 0, y: 0, width: left, height: (study.phantom ? 96 : 72) + (slice === null ? 0 : 18) }, { x: stage.width - right, y: 0, width: right, height: 72 }];
};

export function Corners({ study, slice, window: w, scale, way, preset, region, number, hidden }: { study: CaseRow; slice: string | null; window: Windowing; scale: number; way: Orientation; preset: string | null; region: RegionRow | null; number: number; hidden: boolean }): ReactNode {
  const t = useTranslations('review'), stage = useTranslations('stage'), figures = useFigures(), { areaIn } = useRegionWords();
  const { spacing, width, height } = study.pixels;
  const bar = spacing === null ? null : scaleBar(spacing[isOnSide(way) ? 0 : 1] / scale, 140);
  const box = region?.box;
  const extent = box === undefined ? null : spacing === null ? `${Math.round(box.width)} × ${Math.round(box.height)} px` : `${(box.width * spacing[1]).toFixed(1)} × ${(box.height * spacing[0]).toFixed(1)} mm`;
  const area = region === null ? null : areaIn(region, study.pixels);
  return (
    <div className="corners" aria-hidden="true">
      <div className="corner top-left">{study.phantom && <PhantomBadge />}<span>{study.title}</span><span>{study.modality}</span><span>{width} × {height}{study.frames > 1 ? ` · ${t('frame', { frames: study.frames })}` : ''}</span>{slice !== null && <span>{slice}</span>}</div>
      <div className="corner top-right"><span>{t('window', { centre: short(w.centre), width: short(w.width) })}{w.inverted ? ` · ${t('inverted')}` : ''}</span>{preset !== null && <span>{preset}</span>}<span>{t('zoom', { percent: figures.percent(scale) })}</span>{!isAsStored(way) && <strong className="turned">{[...(way.mirrored === true ? [stage('mirrored')] : []), ...((way.turns ?? 0) === 0 ? [] : [stage('turned', { degrees: 90 * (way.turns ?? 0) })])].join(' · ')}</strong>}{hidden && <strong className="hidden-regions">{t('hiddenRegions')}</strong>}</div>
      <div className="corner bottom-left">{bar !== null && <><i className="scale-bar" style={{ width: bar.pixels }} /><span>{bar.mm} mm{spacing !== null && <> · 1 px = {spacing[1].toPrecision(2)} mm</>}</span></>}</div>
      <div className="corner bottom-right">{extent !== null && <span>{t('extent', { number, extent })}</span>}{area !== null && <span>{area}</span>}</div>
    </div>
  );
}
