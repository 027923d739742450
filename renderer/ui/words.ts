// How the page says times, shares and dates, in the language that was chosen.
import { useLocale } from 'use-intl';
import { wordsIn, type Language } from '../words/language.tsx';

export interface Figures {
  readonly number: (n: number) => string;
  /** With so many decimals and a true minus: scores, losses, millimetres. */
  readonly fixed: (n: number, decimals: number) => string;
  /** 0.123 -> "12 %" */
  readonly percent: (share: number) => string;
  /** Points of a difference with its sign and a true minus: 0.042 -> "+4.2", -0.031 -> "−3.1", 0 -> "0.0". */
  readonly points: (difference: number) => string;
  /** 8 -> "8 s"; 150 -> "3 min". Rounded up: nobody minds being done early. */
  readonly duration: (seconds: number) => string;
  /** 8 -> "8 s left"; null -> "". */
  readonly timeLeft: (seconds: number | null) => string;
  /** Local date and time of an ISO instant: "2026-03-14 09:05". */
  readonly when: (iso: string) => string;
  readonly day: (iso: string) => string;
  /** "a, b, c" */
  readonly list: (parts: readonly string[]) => string;
}

/** Dates in English are ISO 8601, which is how Swedish writes them. */
const dates: Readonly<Record<Language, string>> = { en: 'sv', ja: 'ja' };
/** Plain enumerations: no language's "and". */
const lists: Readonly<Record<Language, Intl.ListFormatOptions>> = { en: { type: 'unit', style: 'short' }, ja: { type: 'conjunction' } };

function makeFigures(l: Language): Figures {
  const t = wordsIn(l, 'figures');
  const whole = new Intl.NumberFormat(l), list = new Intl.ListFormat(l, lists[l]);
  const date = { year: 'numeric', month: '2-digit', day: '2-digit' } as const, moment = new Intl.DateTimeFormat(dates[l], { ...date, hour: '2-digit', minute: '2-digit' }), day = new Intl.DateTimeFormat(dates[l], date);
  // A formatter takes longer to make than to use, and there are few.
  const byDecimals = new Map<number, Intl.NumberFormat>();
  const fixed = (n: number, decimals: number): string => {
    const format = byDecimals.get(decimals) ?? new Intl.NumberFormat(l, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    byDecimals.set(decimals, format);
    return format.format(n).replace('-', '−');
  };
  const duration = (seconds: number): string => (seconds < 90 ? t('seconds', { n: Math.max(1, Math.ceil(seconds)) }) : seconds < 5400 ? t('minutes', { n: Math.ceil(seconds / 60) }) : t('hours', { n: fixed(seconds / 3600, 1) }));
  return {
    number: (n) => whole.format(n), fixed, duration,
    percent: (share) => t('percent', { n: Math.round(100 * share) }),
    points: (difference) => { const shown = (100 * difference).toFixed(1); return Number(shown) === 0 ? '0.0' : Number(shown) > 0 ? `+${shown}` : shown.replace('-', '−'); },
    timeLeft: (seconds) => (seconds === null || !Number.isFinite(seconds) ? '' : t('left', { time: duration(seconds) })),
    when: (iso) => moment.format(new Date(iso)), day: (iso) => day.format(new Date(iso)),
    list: (parts) => list.format(parts),
  };
}

const made = new Map<Language, Figures>();
export function figuresIn(l: Language): Figures {
  const figures = made.get(l) ?? makeFigures(l);
  made.set(l, figures);
  return figures;
}
export const useFigures = (): Figures => figuresIn(useLocale());

/** 95 -> "1:35"; 3700 -> "1:01:40". The same in every language. */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds)), two = (n: number): string => String(n).padStart(2, '0');
  return s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}
