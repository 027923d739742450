// A caption in fields: the patient's side and how sure one is, to be chosen; place and size, which follow from the box.
import type { ReactNode } from 'react';
import { certainty, side, type Certainty, type Side } from '../../../shared/domain/attributes.ts';
import { placeOf, sizeOf, type Size } from '../../../shared/domain/geometry.ts';
import type { OntologyFinding } from '../../../shared/domain/ontology.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { useTranslations } from '../../words/language.tsx';

export interface Stated { readonly side?: Side | null; readonly certainty?: Certainty | null }

export function CaptionAttributes({ region: r, image, finding, disabled, onState }: { region: RegionRow; image: Size; finding: OntologyFinding | undefined; disabled: boolean; onState: (change: Stated) => void }): ReactNode {
  const t = useTranslations('captions'), own = r.attributes?.side;
  // What is set already is shown, even where the site's list would not allow it: the guard speaks of that.
  const sides = side.options.filter((s) => s === own || (finding?.sides.includes(s) ?? true));
  return (
    <div className="caption-attributes">
      <select className="field" aria-label={t('side')} title={t('sideTold')} value={own ?? ''} disabled={disabled || sides.length === 0} onChange={(e) => onState({ side: side.safeParse(e.target.value).data ?? null })}>
        <option value="">{t('noSide')}</option>{sides.map((s) => <option key={s} value={s}>{t(`sideOf.${s}`)}</option>)}
      </select>
      <select className="field" aria-label={t('certainty')} value={r.attributes?.certainty ?? ''} disabled={disabled} onChange={(e) => onState({ certainty: certainty.safeParse(e.target.value).data ?? null })}>
        <option value="">{t('noCertainty')}</option>{certainty.options.map((c) => <option key={c} value={c}>{t(`certaintyOf.${c}`)}</option>)}
      </select>
      <span className="faint" title={t('fromBox')}>{t(`placeOf.${placeOf(r.box, image)}`)} · {t(`sizeOf.${sizeOf(r.box, image)}`)}</span>
    </div>
  );
}
