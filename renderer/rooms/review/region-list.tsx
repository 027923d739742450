// The regions in order, with the chosen one opened.
import type { ReactNode } from 'react';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { useTranslations } from '../../words/language.tsx';
import { RegionCard, type RegionCardProps } from './region-card.tsx';
import { NumberBadge, useRegionWords } from './region-words.tsx';

export interface RegionListProps extends Omit<RegionCardProps, 'region' | 'number'> {
  readonly regions: readonly RegionRow[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
}

export function RegionList(p: RegionListProps): ReactNode {
  const t = useTranslations('review'), { nameOf, stateOf } = useRegionWords();
  return (
    <ol className="region-list scroll grow" aria-label={t('list')}>
      {p.regions.map((r, i) => (
        <li key={r.id}>
          {r.id === p.selected ? <RegionCard {...p} region={r} number={i + 1} /> : (
            <button type="button" className="region-line" data-verdict={r.verdict} onClick={() => p.onSelect(r.id)} aria-label={t('line', { number: i + 1, name: nameOf(r), state: stateOf(r) })}>
              <NumberBadge region={r} number={i + 1} />
              <span className="grow"><span className="region-name clip">{nameOf(r)}</span><span className="faint clip">{stateOf(r)}</span></span>
              <span className="region-score muted">{r.proposal?.score == null ? '' : r.proposal.score.toFixed(2)}</span>
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}
