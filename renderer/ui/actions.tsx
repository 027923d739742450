// Every action of the page under one roof: its name, its keys, and what it does. The key handler and the palette both
// read this list, so a key that works is a key that is listed.
import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';

export interface Action {
  readonly name: string;
  /** As shown: "A", "Ctrl K", "Shift Tab", "Enter". Several keys may do the same; the first is shown. */
  readonly keys: readonly string[];
  readonly run: () => void;
  readonly enabled?: boolean;
  /** Works while typing in a field, too. */
  readonly whileTyping?: boolean;
}
export interface ActionGroup { readonly title: string; readonly actions: readonly Action[] }

interface Registry { readonly groups: () => readonly ActionGroup[]; readonly put: (id: symbol, group: ActionGroup | null) => void }
const Context = createContext<Registry | null>(null);
const useRegistry = (): Registry => { const r = useContext(Context); if (r === null) throw new Error('useActions outside ActionsProvider'); return r; };

/** "Ctrl K" for the event of Ctrl+K; on a Mac the Command key counts as Ctrl. */
export function chord(e: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const key = e.key === ' ' ? 'Space' : e.key.length === 1 ? e.key.toUpperCase() : e.key.replace('Arrow', '');
  const shifted = e.shiftKey && (e.key.length > 1 || /[a-z]/i.test(e.key));
  return [...(e.ctrlKey || e.metaKey ? ['Ctrl'] : []), ...(e.altKey ? ['Alt'] : []), ...(shifted ? ['Shift'] : []), key].join(' ');
}

/** A dialog that was just closed keeps the focus until the next frame: a key that comes sooner is meant for the page. */
const isPutAway = (target: Element): boolean => target.closest('dialog:not([open])') !== null;
export const isTyping = (target: EventTarget | null): boolean =>
  (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'range'].includes(target.type))) && !isPutAway(target);

/** While an input method composes (Japanese, Chinese, dead keys), its keys are its own: the Enter that ends a word submits nothing. Some report only keyCode 229. */
export const isComposing = (e: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean => e.isComposing || e.keyCode === 229;

export function ActionsProvider({ children }: { children: ReactNode }): ReactNode {
  const groups = useRef(new Map<symbol, ActionGroup>());
  const registry = useMemo<Registry>(() => ({
    groups: () => [...groups.current.values()],
    put: (id, group) => { if (group === null) groups.current.delete(id); else groups.current.set(id, group); },
  }), []);
  useEffect(() => {
    const key = (e: KeyboardEvent): void => {
      if (e.defaultPrevented || isComposing(e) || document.querySelector('dialog[open]') !== null) return;
      const pressed = chord(e), typing = isTyping(e.target);
      // A focused button keeps Enter and Space for itself.
      if (e.target instanceof HTMLButtonElement && !isPutAway(e.target) && (pressed === 'Enter' || pressed === 'Space')) return;
      const action = [...groups.current.values()].reverse().flatMap((g) => g.actions).find((a) => a.enabled !== false && a.keys.includes(pressed) && (!typing || a.whileTyping === true));
      if (action === undefined) return;
      e.preventDefault();
      action.run();
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, []);
  return <Context value={registry}>{children}</Context>;
}

/** The actions of a component while it is on the page. */
export function useActions(title: string, actions: readonly Action[]): void {
  const { put } = useRegistry();
  const [id] = useState(() => Symbol(title));
  // With every render, before the next key: an action must never run with an older render's state, or a quick second key
  // falls on the region that was just decided.
  useLayoutEffect(() => { put(id, { title, actions }); });
  useLayoutEffect(() => () => put(id, null), [put, id]);
}
export const useAllActions = (): (() => readonly ActionGroup[]) => useRegistry().groups;

export const Keys = ({ of }: { of: string }): ReactNode => <kbd className="kbd" aria-hidden="true">{of.replace('Enter', '↵').replace('ArrowUp', '↑').replace('ArrowDown', '↓')}</kbd>;
