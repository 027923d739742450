// What stands in the corners of the image: whose it is, the window, the scale and the chosen region's size; and at its edges
// which way of the patient each lies.
import type { ReactNode } from 'react';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { Box, Size } from '../../../shared/domain/geometry.ts';
import { directionsOf, edgeLetters, type EdgeLetters as Letters } from '../../../shared/domain/orientation.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import type { Windowing } from '../../../shared/domain/display.ts';
import { isAsStored, scaleBar, textWidth, type Orientation } from '../../canvas/geometry.ts';
import { PhantomBadge } from '../../ui/case-parts.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import type { CornerWords } from './corner-words.ts';
import { useRegionWords } from './region-words.tsx';

const short = (n: number): string => (Math.abs(n) >= 100 || Number.isInteger(n) ? String(Math.round(n)) : n.toFixed(2)).replace('-', '−');

/** What the words in the corners and the letters at the edges cover of a stage, generously: labels keep clear of it. */
export const takenByWords = (study: CaseRow, { who, image }: CornerWords, shown: boolean) => (stage: Size): readonly Box[] => {
  const right = 130, most = Math.max(60, 0.45 * stage.width), widths = who.map(textWidth), linesOf = (words: readonly string[]): number => words.reduce((n, w) => n + Math.max(1, Math.ceil(textWidth(w) / most)), 0), lines = linesOf(who);
  // The words at the foot begin below the stage, or above the tools where those take all of its foot (review.css).
  const foot = 20 * linesOf(image) + (study.pixels.spacing === null ? 0 : study.pixels.spacing[0] === study.pixels.spacing[1] ? 26 : 110) + 4;
  const middle = { x: stage.width / 2 - 20, y: stage.height / 2 - 14 }, letters = edgeLetters(directionsOf(study)) === null ? [] : [{ x: middle.x, y: 0, width: 40, height: 24 }, { x: middle.x, y: stage.height - 24, width: 40, height: 24 }, { x: 0, y: middle.y, width: 40, height: 28 }, { x: stage.width - 40, y: middle.y, width: 40, height: 28 }];
  return shown ? [{ x: 0, y: 0, width: 28 + Math.min(most, Math.max(...widths, 84)), height: (study.phantom ? 36 : 12) + 20 * lines }, { x: stage.width - right, y: 0, width: right, height: 72 }, { x: 0, y: stage.height - foot, width: 28 + Math.min(most, Math.max(...image.map(textWidth), 180)), height: foot }, ...letters] : letters;
};

/** The letters at the edges; nothing where nothing is known. */
export function EdgeLetters({ study, turns = 0, mirrored = false }: { study: CaseRow; turns?: number; mirrored?: boolean }): ReactNode {
  const t = useTranslations('corners'), letters: Letters | null = edgeLetters(directionsOf(study), turns, mirrored);
  if (letters === null) return null;
  const edges = (['left', 'right', 'top', 'bottom'] as const).flatMap((edge) => (letters[edge] === null ? [] : [{ edge, letter: letters[edge] }]));
  return <div className="edge-letters" role="img" aria-label={edges.map(({ edge, letter }) => t(`edge.${edge}`, { letters: letter })).join(' · ')}>{edges.map(({ edge, letter }) => <span key={edge} className={`edge-${edge}`} aria-hidden="true">{letter}</span>)}</div>;
}

/** Lengths across, and down where pixels are not square. `turns`: quarters that the image is turned by. */
export function ScaleBar({ pixels: { spacing, spacingAt }, scale, turns = 0 }: { pixels: CaseRow['pixels']; scale: number; turns?: number }): ReactNode {
  const t = useTranslations('measure');
  if (spacing === null) return null;
  const [down, across] = turns % 2 === 0 ? spacing : [spacing[1], spacing[0]], square = Math.abs(down / across - 1) < 0.01;
  const bar = scaleBar(across / scale, 140), upright = square ? null : scaleBar(down / scale, 60);
  const size = (mm: number): string => String(Number(mm.toPrecision(2)));
  return (
    <>
      {upright !== null && <span className="scale-upright"><i style={{ height: upright.pixels }} />{upright.mm} mm</span>}
      <i className="scale-bar" style={{ width: bar.pixels }} />
      <span>{bar.mm} mm · 1 px = {square ? size(across) : `${size(across)} × ${size(down)}`} mm{spacingAt === 'detector' && ` · ${t('atDetector')}`}</span>
    </>
  );
}

export interface CornersProps {
  readonly study: CaseRow;
  readonly words: CornerWords;
  /** Whether a person wants words there at all. */
  readonly shown: boolean;
  readonly window: Windowing;
  readonly scale: number;
  /** How the image is turned and mirrored. */
  readonly way?: Orientation;
  /** The preset's name, as it is read. */
  readonly preset: string | null;
  readonly region: RegionRow | null;
  readonly number: number;
  /** What lies in the chosen region. */
  readonly values?: readonly string[];
  readonly hidden: boolean;
}

export function Corners({ study, words, shown, window: w, scale, way = {}, preset, region, number, values = [], hidden }: CornersProps): ReactNode {
  const t = useTranslations('review'), stage = useTranslations('stage'), corners = useTranslations('corners'), figures = useFigures(), { areaIn } = useRegionWords();
  const { spacing } = study.pixels, box = region?.box;
  const extent = box === undefined ? null : spacing === null ? `${Math.round(box.width)} × ${Math.round(box.height)} px` : `${(box.width * spacing[1]).toFixed(1)} × ${(box.height * spacing[0]).toFixed(1)} mm`;
  const area = region === null ? null : areaIn(region, study.pixels), warning = hidden && <strong className="hidden-regions">{t('hiddenRegions')}</strong>;
  if (!shown) return <div className="corners">{hidden && <div className="corner top-right" aria-hidden="true">{warning}</div>}</div>;
  return (
    <div className="corners">
      <div className="corner top-left" role="group" aria-label={corners('title')}>{study.phantom && <PhantomBadge />}{words.who.map((line, i) => <span key={i}>{line}</span>)}</div>
      <div className="corner top-right" aria-hidden="true"><span>{t('window', { centre: short(w.centre), width: short(w.width) })}{w.inverted ? ` · ${t('inverted')}` : ''}</span>{preset !== null && <span>{preset}</span>}<span>{t('zoom', { percent: figures.percent(scale) })}</span>{!isAsStored(way) && <strong className="turned">{[...(way.mirrored === true ? [stage('mirrored')] : []), ...((way.turns ?? 0) === 0 ? [] : [stage('turned', { degrees: 90 * (way.turns ?? 0) })])].join(' · ')}</strong>}{warning}</div>
      <div className="corner bottom-left" aria-hidden="true">{words.image.map((line, i) => <span key={i}>{line}</span>)}<ScaleBar pixels={study.pixels} scale={scale} turns={way.turns ?? 0} /></div>
      <div className="corner bottom-right" aria-hidden="true">{extent !== null && <span>{t('extent', { number, extent })}</span>}{area !== null && <span>{area}</span>}{values.map((line) => <span key={line}>{line}</span>)}</div>
    </div>
  );
}
