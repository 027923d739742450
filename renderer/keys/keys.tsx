// The keys in force on the page. Each reader's choice is a row of the journal, not of the browser: a wiped browser
// profile, another window or a colleague at the same workstation leave it as it is.
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { changeSettings } from '../../shared/domain/commands/settings.ts';
import { isEmptyDiff } from '../../shared/domain/diff.ts';
import { useLive, useProgram } from '../data/program.tsx';
import type { ActionId } from './actions.ts';
import { shownChord } from './chord.ts';
import { choiceOf, keysOf, toStored, usualKeys, type KeyChoice } from './keymap.ts';
import { profiles, type Profile } from './profiles.ts';

export interface KeysInForce {
  readonly choice: KeyChoice;
  readonly change: (next: KeyChoice) => Promise<void>;
  readonly of: (id: ActionId) => readonly string[];
  /** The words with the key in brackets: a tool tip. */
  readonly titled: (words: string, id: ActionId) => string;
  readonly leftDrag: Profile['leftDrag'];
}
const Context = createContext<KeysInForce | null>(null);
export function useKeys(): KeysInForce {
  const keys = useContext(Context);
  if (keys === null) throw new Error('useKeys outside KeysProvider');
  return keys;
}

export function KeysProvider({ children }: { children: ReactNode }): ReactNode {
  const { db, sync } = useProgram(), { actor } = sync;
  const stored = useLive(async () => (await db.settings.get('site'))?.keys?.[actor], [db, actor]);
  const inForce = useMemo<KeysInForce>(() => {
    const choice = choiceOf(stored), keys = (id: ActionId): readonly string[] => keysOf(choice, id);
    return {
      choice, of: keys, leftDrag: profiles[choice.profile].leftDrag,
      titled: (words, id) => { const [first] = keys(id); return first === undefined ? words : `${words} (${shownChord(first)})`; },
      change: async (next) => {
        const row = await db.settings.get('site') ?? null, { [actor]: _, ...others } = row?.keys ?? {};
        const usual = next.profile === usualKeys.profile && Object.keys(next.changes).length === 0;
        const diff = changeSettings(row, { keys: usual ? others : { ...others, [actor]: toStored(next) } });
        if (!isEmptyDiff(diff)) await sync.dispatch('changeSettings', null, diff);
      },
    };
  }, [db, sync, actor, stored]);
  return <Context value={inForce}>{children}</Context>;
}
