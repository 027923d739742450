// The language of the page: chosen by a person, else the first of the browser's that there are words for. Kept in the
// browser profile because it belongs to the workstation, not to the workspace. A switch draws the page anew in the other
// language; nothing is loaded and nothing is lost.
import { createContext, useContext, useLayoutEffect, useMemo, useState, type ReactNode } from 'react';
import { createTranslator, IntlProvider, type Messages, type NamespaceKeys, type NestedKeyOf } from 'use-intl';
import { z } from 'zod';
import { en, type Catalogue } from './en.ts';
import { ja } from './ja.ts';

export const language = z.enum(['en', 'ja']);
export type Language = z.infer<typeof language>;
/** Each in itself: who cannot read the page finds their own. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', ja: '日本語' };

declare module 'use-intl' { interface AppConfig { Locale: Language; Messages: typeof en } }
export const catalogues: Readonly<Record<Language, Catalogue>> = { en, ja };
// The same keys by its type; the same arguments in each message by a test.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const messagesOf = (l: Language): Messages => catalogues[l] as Messages;

const key = 'regionmed-language';
/** The language of one who has not chosen: "ja-JP" is Japanese, what there are no words for is passed over. */
export const firstSpoken = (preferred: readonly string[]): Language => preferred.flatMap((tag) => language.safeParse(tag.split('-')[0]).data ?? [])[0] ?? 'en';
const storedLanguage = (): Language => language.safeParse(localStorage.getItem(key)).data ?? firstSpoken(navigator.languages);

interface Choice { readonly language: Language; readonly choose: (language: Language) => void }
const Context = createContext<Choice | null>(null);
export function useLanguage(): Choice {
  const choice = useContext(Context);
  if (choice === null) throw new Error('useLanguage outside LanguageProvider');
  return choice;
}

export function LanguageProvider({ children }: { children: ReactNode }): ReactNode {
  const [chosen, setChosen] = useState(storedLanguage);
  // Before the page is painted: fonts and line breaks follow it, and screen readers speak it.
  useLayoutEffect(() => { document.documentElement.lang = chosen; }, [chosen]);
  const choice = useMemo<Choice>(() => ({ language: chosen, choose: (next) => { localStorage.setItem(key, next); setChosen(next); } }), [chosen]);
  return <Context value={choice}><IntlProvider locale={chosen} messages={messagesOf(chosen)}>{children}</IntlProvider></Context>;
}

/** The words of a room where there is no component: t('key', { … }). Components use useTranslations. */
export const wordsIn = <N extends NamespaceKeys<Messages, NestedKeyOf<Messages>>>(l: Language, namespace: N): ReturnType<typeof createTranslator<Messages, N>> => createTranslator<Messages, N>({ locale: l, messages: messagesOf(l), namespace });
export { useTranslations } from 'use-intl';
