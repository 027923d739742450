// What readers say to each other about the case: comments and flags, on a region or on the whole image. Open ones first;
// a note is settled, not deleted, but by who wrote it.
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { NoteRow } from '../../../shared/domain/note.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import type { ReviewCommands } from '../../data/review-commands.ts';
import { isComposing, Keys } from '../../ui/actions.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

/** The open flag on a region, or on the whole case (null). */
export const openFlag = (notes: readonly NoteRow[], regionId: string | null): NoteRow | undefined => notes.find((n) => n.kind === 'flag' && n.regionId === regionId && n.resolved === null);

export interface NotesProps { readonly notes: readonly NoteRow[]; readonly regions: readonly RegionRow[]; readonly chosen: RegionRow | null; readonly me: string; readonly act: ReviewCommands; readonly onSelect: (region: string) => void }

export function Notes({ notes, regions, chosen, me, act, onSelect }: NotesProps): ReactNode {
  const t = useTranslations('notes');
  const [whole, setWhole] = useState(false);
  const about = whole ? null : chosen, flag = openFlag(notes, about?.id ?? null);
  const aboutWords = about === null ? t('wholeImage') : t('region', { number: regions.indexOf(about) + 1 });
  const ordered = [...notes].sort((a, b) => Number(a.resolved !== null) - Number(b.resolved !== null) || (a.at < b.at ? 1 : -1));
  const quietly = (work: Promise<unknown>): void => { work.catch(() => undefined); };
  return (
    <div className="notes">
      <div className="row" role="group" aria-label={t('about')}>
        {chosen !== null && <button type="button" className="chip" aria-pressed={!whole} onClick={() => setWhole(false)}>{t('region', { number: regions.indexOf(chosen) + 1 })}</button>}
        <button type="button" className="chip" aria-pressed={about === null} onClick={() => setWhole(true)}>{t('wholeImage')}</button>
        <span className="grow" />
        <button type="button" className="btn small" aria-pressed={flag !== undefined} onClick={() => quietly(flag === undefined ? act.note('flag', about?.id ?? null, '') : act.resolveNote(flag.id))}>⚑ {flag === undefined ? t('flag') : t('flagged')} <Keys of="region.flag" /></button>
      </div>
      <NewComment about={aboutWords} onWrite={(text) => quietly(act.note('comment', about?.id ?? null, text))} />
      {ordered.length === 0 && <p className="faint">{t('none')}</p>}
      <ol className="note-list scroll" aria-label={t('list')}>
        {ordered.map((n) => <Note key={n.id} note={n} number={n.regionId === null ? null : regions.findIndex((r) => r.id === n.regionId) + 1} mine={n.author === me} act={act} onSelect={onSelect} />)}
      </ol>
    </div>
  );
}

function Note({ note: n, number, mine, act, onSelect }: { note: NoteRow; number: number | null; mine: boolean; act: ReviewCommands; onSelect: (region: string) => void }): ReactNode {
  const t = useTranslations('notes'), figures = useFigures(), { regionId } = n;
  const about = number === null ? t('wholeImage') : number === 0 ? t('goneRegion') : t('region', { number });
  return (
    <li className="note" data-settled={n.resolved !== null}>
      <p className="faint row"><span className="clip grow">{n.kind === 'flag' ? '⚑ ' : ''}{n.author} · {figures.when(n.at)}</span>{regionId === null || number === 0 ? <span>{about}</span> : <button type="button" className="link" onClick={() => onSelect(regionId)}>{about}</button>}</p>
      <p className="note-text">{n.text === '' ? t('flagTold') : n.text}</p>
      <p className="row faint">
        <span className="grow">{n.resolved === null ? '' : t('settled', { by: n.resolved.by, when: figures.when(n.resolved.at) })}</span>
        {mine && <button type="button" className="btn small quiet" onClick={() => { act.removeNote(n.id).catch(() => undefined); }}>{t('remove')}</button>}
        <button type="button" className="btn small quiet" onClick={() => { (n.resolved === null ? act.resolveNote(n.id) : act.reopenNote(n.id)).catch(() => undefined); }}>{n.resolved === null ? t('settle') : t('reopen')}</button>
      </p>
    </li>
  );
}

function NewComment({ about, onWrite }: { about: string; onWrite: (text: string) => void }): ReactNode {
  const t = useTranslations('notes'), field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const write = (): void => { if (text.trim() !== '') onWrite(text); setText(''); };
  const key = (e: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (isComposing(e.nativeEvent)) return;
    if (e.key === 'Enter' && !e.shiftKey && !e.ctrlKey && !e.metaKey) { e.preventDefault(); write(); }
    if (e.key === 'Escape') { e.stopPropagation(); field.current?.blur(); }
  };
  // What was begun stays while one looks elsewhere; only Enter says it.
  return <textarea ref={field} id="new-comment" className="field" rows={2} aria-label={t('write', { about })} placeholder={t('writeHint', { about })} value={text} spellCheck onChange={(e) => setText(e.target.value)} onKeyDown={key} />;
}
