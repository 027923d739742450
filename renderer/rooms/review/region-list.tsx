// The regions in order, with the chosen one opened. Only what is in sight is on the page: there may be thousands.
import { memo, useEffect, useRef, useState, type ReactNode } from 'react';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { useTranslations } from '../../words/language.tsx';
import type { Layers } from './layers.ts';
import { RegionCard, type RegionCardProps } from './region-card.tsx';
import { NumberBadge, useRegionWords } from './region-words.tsx';

export interface RegionListProps extends Omit<RegionCardProps, 'region' | 'number'> {
  readonly regions: readonly RegionRow[];
  readonly selected: string | null;
  readonly layers: Layers;
  readonly onSelect: (id: string) => void;
}

/** Pixels of a line, of the opened card before it is measured, and the least width of a column where the list is wide. */
const lineHeight = 46, cardHeight = 260, columnWidth = 300;
/** What is taken for the list's size until it is known: the first lines are there with the first frame. */
const firstSight = { width: columnWidth, height: 450 };

export function RegionList(p: RegionListProps): ReactNode {
  const t = useTranslations('review'), { regions, selected, layers } = p;
  const scroller = useRef<HTMLDivElement>(null);
  const [lanes, setLanes] = useState(1);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setLanes(Math.max(1, Math.floor(element.clientWidth / columnWidth))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const at = regions.findIndex((r) => r.id === selected);
  // The opened card is on the page wherever the list was scrolled to: keys lead into its fields.
  const rows = useVirtualizer({ initialRect: firstSight, initialOffset: () => Math.max(0, at * lineHeight - firstSight.height / 4), rangeExtractor: (range) => { const seen = defaultRangeExtractor(range); return at < 0 || seen.includes(at) ? seen : [...seen, at].sort((a, b) => a - b); }, count: regions.length, lanes, getScrollElement: () => scroller.current, getItemKey: (i) => regions[i]?.id ?? i, estimateSize: (i) => (regions[i]?.id === selected ? cardHeight : lineHeight), overscan: 4 });
  useEffect(() => { rows.measure(); }, [rows, lanes]);
  useEffect(() => { if (at >= 0) rows.scrollToIndex(at); }, [rows, at]);
  return (
    <div ref={scroller} className="region-list scroll grow">
      <ol className="region-rows" aria-label={t('list')} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start, lane }) => {
          const r = regions[index];
          // Another number of columns measures every row anew: a row that stays is not measured again.
          return r === undefined ? null : (
            <li key={`${lanes} ${key}`} ref={rows.measureElement} data-index={index} data-shown={layers.isShown(r.id)} className="region-row" aria-setsize={regions.length} aria-posinset={index + 1} style={{ transform: `translateY(${start}px)`, left: `${(100 * lane) / lanes}%`, width: `calc(${100 / lanes}% - ${lanes > 1 ? 10 : 0}px)` }}>
              {r.id === selected ? <RegionCard {...p} region={r} number={index + 1} /> : <Line region={r} number={index + 1} layers={layers} onSelect={p.onSelect} />}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** Drawn again when its region changes, not with every key. */
const Line = memo(function Line({ region: r, number, layers, onSelect }: { region: RegionRow; number: number; layers: Layers; onSelect: (id: string) => void }): ReactNode {
  const t = useTranslations('review'), drawing = useTranslations('drawing'), { nameOf, stateOf } = useRegionWords();
  const button = (name: string, icon: IconName, run: (id: string) => void, pressed: boolean): ReactNode =>
    <button type="button" className="tool" aria-label={name} title={name} aria-pressed={pressed} onClick={() => run(r.id)}><Icon name={icon} /></button>;
  return (
    <>
      <button type="button" className="region-line" data-verdict={r.verdict} onClick={() => onSelect(r.id)} aria-label={t('line', { number, name: nameOf(r), state: stateOf(r) })}>
        <NumberBadge region={r} number={number} />
        <span className="grow"><span className="region-name clip">{nameOf(r)}</span><span className="faint clip">{stateOf(r)}</span></span>
        <span className="region-score muted">{r.proposal?.score == null ? '' : r.proposal.score.toFixed(2)}</span>
      </button>
      <span className="row-tools">
        {button(drawing('hideOne', { number }), 'eye', layers.hide, layers.isHidden(r.id))}{button(drawing('lockOne', { number }), 'lock', layers.lock, layers.isLocked(r.id))}{button(drawing('soloOne', { number }), 'solo', layers.solo, layers.alone === r.id)}
      </span>
    </>
  );
});
