// The keys as a reader wants them: a profile to start from, any action's key changed by pressing the new one, and what
// was settled as a file for colleagues. A key that is another action's is not taken without being asked for.
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { toWireError } from '../../../shared/errors.ts';
import { actionIds, actions, groups, groupTitles, type ActionId, type Group } from '../../keys/actions.ts';
import { chord, shownChord } from '../../keys/chord.ts';
import { keysFromFile, keysOf, keysToFile, othersWith, refusalOf, takingKeys, withKeys, type KeyChoice, type Refusal } from '../../keys/keymap.ts';
import { useKeys } from '../../keys/keys.tsx';
import { profileNames } from '../../keys/profiles.ts';
import { ChordChip, isComposing } from '../../ui/actions.tsx';
import { Failure } from '../../ui/failure.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import { Download } from './download.tsx';

/** The action whose new key is waited for, whether it comes beside those it has, and what came of the one pressed. */
interface Asking { readonly id: ActionId; readonly beside: boolean; readonly pressed: { readonly chord: string; readonly refusal: Refusal | null; readonly others: readonly ActionId[] } | null }

export function KeySettings(): ReactNode {
  const t = useTranslations('keys'), words = useTranslations(), figures = useFigures(), keys = useKeys(), { choice } = keys;
  const [sought, setSought] = useState(''), [open, setOpen] = useState<ReadonlySet<Group>>(new Set(['region'])), [asking, setAsking] = useState<Asking | null>(null), [error, setError] = useState<unknown>(null), [told, setTold] = useState('');
  const file = useRef<HTMLInputElement>(null), from = useRef<HTMLElement | null>(null);
  const change = (next: KeyChoice, about: string): void => { setError(null); keys.change(next).then(() => setTold(about), setError); };
  const nameOf = (id: ActionId): string => actions[id].name(words);
  const shown = (of: readonly string[]): string => (of.length === 0 ? t('noKey') : figures.list(of.map(shownChord)));
  const ask = (id: ActionId, beside: boolean) => (e: { currentTarget: HTMLElement }): void => { from.current = e.currentTarget; setTold(''); setAsking({ id, beside, pressed: null }); };
  const leave = (): void => { setAsking(null); queueMicrotask(() => from.current?.focus()); };
  const give = (id: ActionId, pressed: string, beside: boolean): void => { const of = beside ? [...keys.of(id), pressed] : [pressed]; change(takingKeys(choice, id, of), t('nowHas', { action: nameOf(id), keys: shown(of) })); leave(); };
  const press = (e: KeyboardEvent): void => {
    if (asking === null || isComposing(e.nativeEvent) || ['Shift', 'Control', 'Alt', 'Meta', 'AltGraph'].includes(e.key)) return;
    e.preventDefault(); e.stopPropagation();
    const pressed = chord(e.nativeEvent);
    if (pressed === 'Escape') { leave(); return; }
    const refusal = refusalOf(pressed), others = refusal === null ? othersWith(choice, asking.id, pressed) : [];
    if (refusal === null && others.length === 0) give(asking.id, pressed, asking.beside); else setAsking({ ...asking, pressed: { chord: pressed, refusal, others } });
  };
  const take = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    try { change(keysFromFile(await chosen.text()), t('imported')); } catch (failure) { setTold(''); setError(toWireError(failure)); }
    if (file.current !== null) file.current.value = '';
  };
  const lines = useMemo(() => actionIds.map((id) => ({ id, name: actions[id].name(words), group: groupTitles[actions[id].group](words) })), [words]);
  const parts = sought.toLowerCase().split(/\s+/).filter((w) => w !== '');
  const found = lines.filter(({ id, name, group }) => { const text = `${group} ${name} ${keys.of(id).join(' ')}`.toLowerCase(); return parts.every((w) => text.includes(w)); });
  const changes = Object.keys(choice.changes).length;
  return (
    <div className="stack">
      <div className="row" role="group" aria-label={t('profile')} style={{ flexWrap: 'wrap' }}><span>{t('profile')}</span>{profileNames.map((p) => <button key={p} type="button" className="chip" aria-pressed={choice.profile === p} onClick={() => { if (p !== choice.profile) change({ profile: p, changes: {} }, t(`profileTold.${p}`)); }}>{t(`profileName.${p}`)}</button>)}</div>
      <p className="muted">{t(`profileTold.${choice.profile}`)}{changes > 0 && ` ${t('profileLost')}`}</p>
      <div className="row key-head">
        <input className="field" type="search" aria-label={t('find')} placeholder={t('findHint')} value={sought} onChange={(e) => setSought(e.target.value)} />
        <span className="grow" />
        {changes > 0 && <button type="button" className="btn small" onClick={() => change({ ...choice, changes: {} }, t('resetAll'))}>{t('resetAll')}</button>}
        <input ref={file} type="file" accept=".json,application/json" aria-label={t('fileToImport')} className="visually-hidden" tabIndex={-1} onChange={(e) => { void take(e.target.files?.[0]); }} />
        <button type="button" className="btn small" onClick={() => file.current?.click()}>{t('import')}</button>
        <Download name={`keys-${choice.profile}.json`} text={() => keysToFile(choice)} small>{t('share')}</Download>
      </div>
      {error !== null && <Failure error={error} />}
      <p className="visually-hidden" role="status">{told}</p>
      <div className="key-table scroll" tabIndex={0} role="group" aria-label={t('sheet')}><div>
        {found.length === 0 && <p className="faint">{t('none')}</p>}
        {groups.map((g) => ({ g, own: found.filter(({ id }) => actions[id].group === g) })).filter(({ own }) => own.length > 0).map(({ g, own }) => (
          <section key={g}><h3><button type="button" aria-expanded={parts.length > 0 || open.has(g)} disabled={parts.length > 0} onClick={() => setOpen(new Set(open.has(g) ? [...open].filter((o) => o !== g) : [...open, g]))}>{groupTitles[g](words)} <span className="faint">{figures.number(own.length)}</span></button></h3>
            {(parts.length > 0 || open.has(g)) && <ul>{own.map(({ id, name }) => {
              const of = keys.of(id), waits = asking?.id === id ? asking : null, own = choice.changes[id] !== undefined;
              return (
                <li key={id} data-changed={own}>
                  <div className="row"><span className="grow">{name}{own && <span className="faint"> · {t('changed')}</span>}</span>
                    {waits !== null && waits.pressed === null
                      ? <button type="button" className="btn small key-waits" autoFocus aria-label={t('pressFor', { action: name })} onKeyDown={press} onBlur={() => setAsking((a) => (a?.pressed === null ? null : a))}>{t('press')}</button>
                      : <>
                        <span className="row key-tools">
                          {own && <button type="button" className="btn small quiet" aria-label={t('reset1', { action: name })} title={t('reset1', { action: name })} onClick={() => { const usual = keysOf({ ...choice, changes: {} }, id); change(takingKeys(choice, id, usual), t('nowHas', { action: name, keys: shown(usual) })); }}>↺</button>}
                          {of.length > 0 && <button type="button" className="btn small quiet" aria-label={t('remove', { action: name })} title={t('remove', { action: name })} onClick={() => change(withKeys(choice, id, []), t('nowHas', { action: name, keys: t('noKey') }))}>✕</button>}
                          {of.length > 0 && <button type="button" className="btn small" aria-label={t('addTo', { action: name })} onClick={ask(id, true)}>{t('add')}</button>}
                          <button type="button" className="btn small" aria-label={t('changeOf', { action: name })} onClick={ask(id, false)}>{t('change')}</button>
                        </span>
                        <span className="row key-chips">{of.length === 0 ? <span className="faint">{t('noKey')}</span> : of.map((k) => <span key={k}><ChordChip of={k} /><span className="visually-hidden">{shownChord(k)}</span></span>)}</span>
                      </>}
                  </div>
                  {waits?.pressed != null && <Answer asking={waits} pressed={waits.pressed} nameOf={nameOf} onTake={give} onAgain={() => setAsking({ ...waits, pressed: null })} onLeave={leave} />}
                </li>
              );
            })}</ul>}</section>
        ))}
      </div></div>
    </div>
  );
}

/** What came of the key pressed: it cannot be had, or it is another's. */
function Answer({ asking: { id, beside }, pressed: { chord: pressed, refusal, others }, nameOf, onTake, onAgain, onLeave }: { asking: Asking; pressed: NonNullable<Asking['pressed']>; nameOf: (id: ActionId) => string; onTake: (id: ActionId, chord: string, beside: boolean) => void; onAgain: () => void; onLeave: () => void }): ReactNode {
  const t = useTranslations('keys'), everywhere = useTranslations('shell'), figures = useFigures();
  return (
    <div className="notice" role="alert">
      <span className="grow">{refusal === null ? t('conflict', { chord: shownChord(pressed), actions: figures.list(others.map(nameOf)) }) : t(`refused.${refusal}`, { chord: shownChord(pressed) })}</span>
      {refusal === null ? <button type="button" className="btn small" autoFocus onClick={() => onTake(id, pressed, beside)}>{t('take')}</button> : <button type="button" className="btn small" autoFocus onClick={onAgain}>{t('change')}</button>}
      <button type="button" className="btn small quiet" onClick={onLeave}>{everywhere('cancel')}</button>
    </div>
  );
}
