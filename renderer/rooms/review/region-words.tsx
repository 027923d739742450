// How a region is called and marked wherever it is listed.
import type { ReactNode } from 'react';
import { canonical } from '../../../shared/domain/diff.ts';
import { sameBox } from '../../../shared/domain/geometry.ts';
import type { PixelFormat } from '../../../shared/domain/case.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { areaOf } from '../../../shared/domain/shape.ts';
import { regionStyles } from '../../canvas/region-style.ts';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

/** Its name, what a person made of it in a few words, and its area in mm², or in pixels where the image does not say how large they are; null for a point. */
export function useRegionWords(): { nameOf: (r: RegionRow) => string; stateOf: (r: RegionRow) => string; areaIn: (r: RegionRow, pixels: PixelFormat) => string | null } {
  const t = useTranslations('region'), drawn = useTranslations('drawing'), figures = useFigures();
  const stateOf = (r: RegionRow): string => {
    if (r.interpolated === true) return t('interpolated');
    if (r.verdict !== 'edited' || r.proposal === null) return t(`verdict.${r.verdict}`);
    const p = r.proposal;
    return t('edited', { what: figures.list([...(sameBox(p.box, r.box) ? [] : [t('box')]), ...(canonical(p.shape ?? null) === canonical(r.shape ?? null) ? [] : [t('outline')]), ...(p.label === r.label ? [] : [t('name')]), ...(p.caption === r.caption ? [] : [t('caption')])]) });
  };
  const areaIn = (r: RegionRow, { spacing }: PixelFormat): string | null => {
    const area = areaOf(r.shape, r.box) * (spacing === null ? 1 : spacing[0] * spacing[1]);
    return area === 0 ? null : drawn('area', { area: `${figures.fixed(area, area < 10 ? 2 : area < 1000 ? 1 : 0)} ${spacing === null ? 'px' : 'mm'}²` });
  };
  return { areaIn, nameOf: (r) => (r.label === '' ? t('unnamed') : r.label.replaceAll('_', ' ')), stateOf };
}

export const NumberBadge = ({ region, number }: { region: RegionRow; number: number }): ReactNode =>
  <span className="region-number" style={{ background: regionStyles[region.verdict].colour }}>{number}</span>;
