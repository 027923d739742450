// Whether DICOM files lose their names as they come in, and what of them is kept all the same.
import type { ReactNode } from 'react';
import type { ImportPrivacy, ProfileOption } from '../../../shared/domain/privacy.ts';
import type { Site } from '../../data/site.ts';
import { useTranslations } from '../../words/language.tsx';

/** In the order in which they are read. A list of private attributes and original UIDs and dates are for the command line. */
const offered = ['retainModifiedDates', 'retainPatient', 'retainDevice', 'retainInstitution', 'cleanDescriptors', 'cleanStructured', 'cleanGraphics'] as const satisfies readonly ProfileOption[];
const usual: ImportPrivacy = { options: ['retainModifiedDates', 'retainPatient', 'retainDevice', 'cleanDescriptors'], mask: true };

export function Privacy({ site }: { site: Site }): ReactNode {
  const t = useTranslations('privacy'), { settings, change } = site, { privacy } = settings, on = privacy != null;
  const set = (next: ImportPrivacy | null): void => { void change({ privacy: next }); };
  return (
    <div className="stack">
      <label className="row"><input type="checkbox" checked={on} onChange={(e) => set(e.target.checked ? usual : null)} />{t('imports')}</label>
      <p className="faint">{t('importsTold')}</p>
      {on && (
        <fieldset className="stack plain" aria-label={t('kept')}><span>{t('kept')}</span>
          {offered.map((o) => <label key={o} className="row"><input type="checkbox" checked={privacy.options.includes(o)} onChange={(e) => set({ ...privacy, options: e.target.checked ? [...privacy.options, o] : privacy.options.filter((own) => own !== o) })} />{t(`option.${o}`)}</label>)}
          <label className="row"><input type="checkbox" checked={privacy.mask} onChange={(e) => set({ ...privacy, mask: e.target.checked })} />{t('mask')}</label>
          <p className="faint">{t('maskTold')}</p>
        </fieldset>
      )}
    </div>
  );
}
