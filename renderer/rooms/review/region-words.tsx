// How a region is called and marked wherever it is listed.
import type { ReactNode } from 'react';
import { canonical } from '../../../shared/domain/diff.ts';
import { sameBox } from '../../../shared/domain/geometry.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { regionStyles } from '../../canvas/region-style.ts';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

/** Its name, and what a person made of it in a few words. */
export function useRegionWords(): { nameOf: (r: RegionRow) => string; stateOf: (r: RegionRow) => string } {
  const t = useTranslations('region'), figures = useFigures();
  const stateOf = (r: RegionRow): string => {
    if (r.interpolated === true) return t('interpolated');
    if (r.verdict !== 'edited' || r.proposal === null) return t(`verdict.${r.verdict}`);
    const p = r.proposal;
    return t('edited', { what: figures.list([...(sameBox(p.box, r.box) ? [] : [t('box')]), ...(canonical(p.shape ?? null) === canonical(r.shape ?? null) ? [] : [t('outline')]), ...(p.label === r.label ? [] : [t('name')]), ...(p.caption === r.caption ? [] : [t('caption')])]) });
  };
  return { nameOf: (r) => (r.label === '' ? t('unnamed') : r.label.replaceAll('_', ' ')), stateOf };
}

export const NumberBadge = ({ region, number }: { region: RegionRow; number: number }): ReactNode =>
  <span className="region-number" style={{ background: regionStyles[region.verdict].colour }}>{number}</span>;
