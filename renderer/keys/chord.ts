// A key with what is held beside it, as it is written, stored and shown: "A", "Ctrl K", "Shift Tab", "+". One spelling
// each, so that two chords are the same exactly when their texts are.

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;
export interface Chord { readonly ctrl: boolean; readonly alt: boolean; readonly shift: boolean; readonly key: string }

const isLetter = (key: string): boolean => /^[A-Z]$/i.test(key);
/** Names as KeyboardEvent.key has them, arrows without "Arrow". */
const named = /^(?:Space|Enter|Escape|Tab|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Left|Right|Up|Down|F\d{1,2})$/;
/** With Alt, a Mac writes another sign (Alt H is "˙"): then the key's place says which it is. */
const withoutSign = ({ key, code, altKey }: Pressed): string => (altKey && key.length === 1 && key > '~' ? /^(?:Key([A-Z])|Digit(\d))$/.exec(code)?.slice(1).find((k) => k !== undefined) ?? key : key);

export const formatChord = ({ ctrl, alt, shift, key }: Chord): string => [...(ctrl ? ['Ctrl'] : []), ...(alt ? ['Alt'] : []), ...(shift ? ['Shift'] : []), key].join(' ');

/** Of a sign, Shift is part already: "?" is "?" on every keyboard, however it is typed. On a Mac the Command key counts as Ctrl. */
export function chord(e: Pressed): string {
  const plain = withoutSign(e), large = plain.toUpperCase(), key = plain === ' ' ? 'Space' : plain.length > 1 ? plain.replace('Arrow', '') : large.length === 1 ? large : plain;
  return formatChord({ ctrl: e.ctrlKey || e.metaKey, alt: e.altKey, shift: e.shiftKey && (key.length > 1 || isLetter(key)), key });
}

/** Null where the text is no chord as `formatChord` writes them: a modifier alone, an unknown name, another order. */
export function parseChord(text: string): Chord | null {
  const parts = text.split(' '), key = parts.at(-1) ?? '', held = parts.slice(0, -1);
  const read = { ctrl: held.includes('Ctrl'), alt: held.includes('Alt'), shift: held.includes('Shift'), key };
  const known = key.length === 1 ? !/\s/.test(key) && (key === key.toUpperCase() || key.toUpperCase().length > 1) && (!read.shift || isLetter(key)) : named.test(key);
  return known && formatChord(read) === text ? read : null;
}

/** What the browser or the system takes before a page sees it, or what every page must leave alone (reload, developer tools, full screen). */
const reserved = new Set(['Ctrl W', 'Ctrl Shift W', 'Ctrl T', 'Ctrl Shift T', 'Ctrl N', 'Ctrl Shift N', 'Ctrl Tab', 'Ctrl Shift Tab', 'Ctrl PageUp', 'Ctrl PageDown', 'Ctrl Q', 'Ctrl Shift Q', 'Ctrl F4', 'Alt F4', 'Alt Tab', 'Alt Shift Tab', 'Ctrl Alt Delete', 'Ctrl R', 'Ctrl Shift R', 'F5', 'Ctrl F5', 'F11', 'F12', 'Ctrl Shift I', 'Ctrl Shift J']);
/** What a field needs for its text; an action that works while one types must not take it. */
const ofFields = new Set(['Ctrl A', 'Ctrl C', 'Ctrl V', 'Ctrl X', 'Ctrl Z', 'Ctrl Shift Z', 'Ctrl Y', 'Ctrl Backspace', 'Ctrl Delete', ...['Left', 'Right', 'Up', 'Down', 'Home', 'End'].flatMap((k) => [`Ctrl ${k}`, `Ctrl Shift ${k}`])]);
export const isReserved = (text: string): boolean => reserved.has(text);

/** Whether the chord writes nothing in a field: with Ctrl or Alt, or a function key. */
export function passesFields(text: string): boolean {
  const c = parseChord(text);
  return c !== null && (c.ctrl || c.alt || /^F\d/.test(c.key)) && !ofFields.has(text);
}

/** As the chip shows it. */
export const shownChord = (text: string): string => text.replace(/Enter$/, '↵').replace(/Up$/, (up) => (text.endsWith('PageUp') ? up : '↑')).replace(/Down$/, (down) => (text.endsWith('PageDown') ? down : '↓')).replace(/Left$/, '←').replace(/Right$/, '→');
