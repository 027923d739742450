// What can be done on the page at this moment: actions of the catalogue, with what they do. The key handler and the
// palette both read this list, so a key that works is a key that is listed.
import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { actions as kinds, type ActionId } from '../keys/actions.ts';
import { chord, passesFields, shownChord } from '../keys/chord.ts';
import { useKeys } from '../keys/keys.tsx';

export interface Action {
  readonly id: ActionId;
  readonly run: () => void;
  readonly enabled?: boolean;
  /** Where it is called otherwise at this moment than in the catalogue. */
  readonly name?: string;
}

interface Registry { readonly present: () => readonly (readonly Action[])[]; readonly put: (component: symbol, actions: readonly Action[] | null) => void }
const Context = createContext<Registry | null>(null);
const useRegistry = (): Registry => { const r = useContext(Context); if (r === null) throw new Error('useActions outside ActionsProvider'); return r; };

/** A dialog that was just closed keeps the focus until the next frame: a key that comes sooner is meant for the page. */
const isPutAway = (target: Element): boolean => target.closest('dialog:not([open])') !== null;
export const isTyping = (target: EventTarget | null): boolean =>
  (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'range'].includes(target.type))) && !isPutAway(target);

/** While an input method composes (Japanese, Chinese, dead keys), its keys are its own: the Enter that ends a word submits nothing. Some report only keyCode 229. */
export const isComposing = (e: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean => e.isComposing || e.keyCode === 229;

export function ActionsProvider({ children }: { children: ReactNode }): ReactNode {
  const present = useRef(new Map<symbol, readonly Action[]>()), { of } = useKeys(), keys = useRef(of);
  useLayoutEffect(() => { keys.current = of; });
  const registry = useMemo<Registry>(() => ({
    present: () => [...present.current.values()],
    put: (component, actions) => { if (actions === null) present.current.delete(component); else present.current.set(component, actions); },
  }), []);
  useEffect(() => {
    let clicked: Element | null = null;
    const click = (e: PointerEvent): void => { clicked = e.target instanceof Element ? e.target.closest('button, a[href], summary, input') : null; };
    const key = (e: KeyboardEvent): void => {
      if (e.defaultPrevented || isComposing(e) || document.querySelector('dialog[open]') !== null) return;
      const pressed = chord(e), typing = isTyping(e.target);
      if (e.key === 'Tab') clicked = null;
      // What the keyboard was led to keeps Enter and Space for itself; a button that was clicked has had its turn.
      if ((pressed === 'Enter' || pressed === 'Space') && e.target instanceof Element && e.target.matches('button, a[href], summary, input') && e.target !== clicked && !typing && !isPutAway(e.target)) return;
      const meant = [...present.current.values()].flat().filter((a) => a.enabled !== false && keys.current(a.id).includes(pressed) && (!typing || (kinds[a.id].whileTyping && passesFields(pressed))));
      // What is in hand comes first: while one paints, the brackets are the brush's.
      const action = meant.find((a) => kinds[a.id].scope === 'hand') ?? meant.at(-1);
      if (action === undefined) return;
      e.preventDefault();
      action.run();
    };
    window.addEventListener('keydown', key);
    window.addEventListener('pointerdown', click, true);
    return () => { window.removeEventListener('keydown', key); window.removeEventListener('pointerdown', click, true); };
  }, []);
  return <Context value={registry}>{children}</Context>;
}

/** The actions of a component while it is on the page. */
export function useActions(actions: readonly Action[]): void {
  const { put } = useRegistry();
  const [component] = useState(() => Symbol('component'));
  // With every render, before the next key: an action must never run with an older render's state, or a quick second key
  // falls on the region that was just decided.
  useLayoutEffect(() => { put(component, actions); });
  useLayoutEffect(() => () => put(component, null), [put, component]);
}
/** By component, those that came last on the page last. */
export const usePresentActions = (): Registry['present'] => useRegistry().present;

export const ChordChip = ({ of }: { of: string }): ReactNode => <kbd className="kbd" aria-hidden="true">{shownChord(of)}</kbd>;
/** The key of an action, where it has one. */
export function Keys({ of }: { of: ActionId }): ReactNode {
  const [first] = useKeys().of(of);
  return first === undefined ? null : <ChordChip of={first} />;
}
