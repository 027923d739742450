// What a person changed in a caption, word by word, under the field.
import { useMemo, type ReactNode } from 'react';
import { diffWords } from 'diff';
import { plainCaption } from '../../../shared/domain/caption.ts';
import { useTranslations, type Language } from '../../words/language.tsx';

const segmenters = new Map<Language, Intl.Segmenter>();
/** Words as the language divides them: Japanese has no blanks to go by. */
function segmenter(l: Language): Intl.Segmenter {
  const made = segmenters.get(l) ?? new Intl.Segmenter(l, { granularity: 'word' });
  segmenters.set(l, made);
  return made;
}

/** Nothing where only side, millimetres or doubt differ: those are not the proposal's words. */
export function CaptionDiff({ before, after, language }: { before: string; after: string; language: Language }): ReactNode {
  const t = useTranslations('captions');
  const parts = useMemo(() => (before.trim() === '' || after.trim() === '' || plainCaption(before) === plainCaption(after) ? [] : diffWords(before, after, { intlSegmenter: segmenter(language) })), [before, after, language]);
  if (parts.length === 0) return null;
  return (
    <p className="caption-diff" lang={language} aria-label={t('changed')}>
      {parts.map((part, i) => (part.added ? <ins key={i}>{part.value}</ins> : part.removed ? <del key={i}>{part.value}</del> : <span key={i}>{part.value}</span>))}
    </p>
  );
}
