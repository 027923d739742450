// What the corners of an image say, as lines: who and which study at the top, how it was taken at the foot. Of a case that
// was de-identified it is said that it was, in the place of the person.
import { useMemo, useState } from 'react';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { useActions } from '../../ui/actions.tsx';
import { useFigures, type Figures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

/** YYYYMMDD in the reader's way; as it stands where it is no date. At noon: no time zone makes another day of it. */
export function dayOf(date: string, figures: Figures): string {
  const [, y, m, d] = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date.trim()) ?? [], iso = `${y}-${m}-${d}T12:00:00`;
  return y === undefined || Number.isNaN(Date.parse(iso)) ? date : figures.day(iso);
}
const isSex = (sex: string): sex is 'M' | 'F' | 'O' => sex === 'M' || sex === 'F' || sex === 'O';

export interface CornerWords { readonly who: readonly string[]; readonly image: readonly string[] }

/** @param slice where it stands in its series, in words */
export function useCornerWords(): (study: CaseRow, slice: string | null) => CornerWords {
  const t = useTranslations('corners'), review = useTranslations('review'), figures = useFigures();
  return useMemo(() => {
    const ageOf = (age: string): string => {
      const [, n, unit] = /^(\d{1,3})([DWMY])$/.exec(age.trim()) ?? [];
      return unit === 'D' || unit === 'W' || unit === 'M' || unit === 'Y' ? t(`age.${unit}`, { n: Number(n) }) : age;
    };
    const joined = (parts: readonly (string | null | undefined)[]): string => parts.filter((p) => p != null && p !== '').join(' · ');
    return ({ title, person, study, deidentified, modality, series, taken, pixels, frames, frame }, slice) => {
      const known = deidentified === true ? null : person ?? null;
      const when = study === undefined ? '' : [study.date === null ? '' : dayOf(study.date, figures), /^\d{4}/.test(study.time ?? '') ? `${study.time?.slice(0, 2)}:${study.time?.slice(2, 4)}` : ''].filter((p) => p !== '').join(' ');
      const who = known === null ? [] : [known.name.replaceAll('^', ' ').trim(), joined([known.id, known.birthDate === null ? null : t('born', { date: dayOf(known.birthDate, figures) }), known.sex === null ? null : isSex(known.sex) ? t(`sex.${known.sex}`) : known.sex, known.age === null ? null : ageOf(known.age)])];
      const of = joined([when, study?.description]);
      return {
        // The title stands for what is not known more closely.
        who: [...(deidentified === true ? [t('deidentified')] : []), ...who, ...(known === null && (of === '' || deidentified !== true) ? [title] : []), of, modality].filter((line) => line !== ''),
        image: [joined([series?.description]), slice ?? (frames > 1 ? review('frame', { n: frame ?? 1, frames }) : ''), joined(taken ?? []), `${pixels.width} × ${pixels.height}`].filter((line) => line !== ''),
      };
    };
  }, [t, review, figures]);
}

const stored = 'regionmed-image-words';
export const wordsAreShown = (): boolean => localStorage.getItem(stored) !== 'hidden';
/** Whether a person wants words on the image; it stays so from case to case, at this workstation. */
export function useWordsShown(): boolean {
  const t = useTranslations('corners'), [shown, setShown] = useState(wordsAreShown);
  useActions([{ id: 'image.words', name: shown ? t('action.hide') : t('action.show'), run: () => { localStorage.setItem(stored, shown ? 'hidden' : 'shown'); setShown(!shown); } }]);
  return shown;
}
