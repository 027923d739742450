// What a file says of the people and places in it, gathered before it is de-identified: to take them out of text that is
// kept, and to search every byte of the output for them. They live in memory while a file is worked on and are written
// nowhere: not into receipts, not into messages.
import type { Place } from './data-set.ts';
import { tagWords } from './data-set.ts';

export type IdentifierKind = 'name' | 'id' | 'birth date' | 'institution' | 'contact' | 'uid';

interface Identifier { readonly kind: IdentifierKind; readonly text: string; readonly raw: Uint8Array | null }

/** A place in the output where an identifier of the input stands. The identifier itself is not told. */
export interface Hit { readonly kind: IdentifierKind; readonly where: string; readonly times: number }

/** Delimiters of names, and the escape sequences of ISO 2022. */
const nameDelimiters = new RegExp(`${String.fromCharCode(0x1b)}\\$?[()-]?[@-Zb]|[\\^=\\\\ ]+`);
const isWordCharacter = (c: string): boolean => /[\p{L}\p{N}]/u.test(c);
const hasAsciiOnly = (t: string): boolean => /^[\x20-\x7e]*$/.test(t);

export class Identifiers {
  readonly #found = new Map<string, Identifier>();
  readonly #uids = new Set<string>();

  #add(kind: IdentifierKind, text: string, raw: Uint8Array | null = null): void {
    const key = text.toLowerCase();
    // XXXX and 0000 stand for nobody.
    if (new Set(key).size > 1 && !this.#found.has(key)) this.#found.set(key, { kind, text: key, raw });
  }

  /** A person's name (PN): its parts of three letters and more, of two characters and more where they are not Latin. */
  addName(text: string, raw: Uint8Array | null): void {
    for (const part of text.split(/[\^=\\\s,.;()/_-]+/)) if (/\p{L}/u.test(part) && part.length >= (hasAsciiOnly(part) ? 3 : 2)) this.#add('name', part);
    if (raw === null || hasAsciiOnly(text)) return;
    // As the file wrote them: runs between delimiters and escape sequences.
    for (const part of Buffer.from(raw).toString('latin1').split(nameDelimiters)) if (part.length >= 4 && !hasAsciiOnly(text)) this.#add('name', `raw:${part}`, Buffer.from(part, 'latin1'));
  }

  addId(text: string): void { for (const part of text.split('\\')) { const t = part.trim(); if (t.length >= 3) this.#add('id', t); } }
  addContact(text: string): void { const t = text.replaceAll(/\s+/g, ' ').trim(); if (t.length >= 4) this.#add('contact', t); }
  addInstitution(text: string): void { const t = text.replaceAll(/\s+/g, ' ').trim(); if (t.length >= 3) this.#add('institution', t); }
  addUid(text: string): void { if (text.length >= 6) this.#uids.add(text); }
  addBirthDate(text: string): void {
    const found = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(text.trim());
    if (found === null) return;
    const [, y = '', m = '', d = ''] = found;
    for (const form of [`${y}${m}${d}`, `${y}-${m}-${d}`, `${y}/${m}/${d}`, `${y}.${m}.${d}`, `${d}.${m}.${y}`, `${d}/${m}/${y}`, `${m}/${d}/${y}`]) this.#add('birth date', form);
  }

  /** How many were too short to tell from chance and are not searched for. */
  get count(): number { return this.#found.size + this.#uids.size; }

  /** Whether a word of text is one of them, or holds one of five characters and more. */
  names(word: string): boolean {
    const w = word.toLowerCase();
    if (this.#found.has(w) || this.#uids.has(w)) return true;
    for (const { text, raw } of this.#found.values()) if (raw === null && text.length >= 5 && w.includes(text)) return true;
    return false;
  }

  /** The text with what it says of them replaced; the same string where it says nothing. */
  without(text: string, instead: string): string {
    let out = text;
    for (const { text: needle, raw } of this.#found.values()) if (raw === null) out = replaced(out, needle, instead);
    if (this.#uids.size > 0) out = out.replaceAll(/\d+(?:\.\d+){3,}/g, (uid) => (this.#uids.has(uid) ? instead : uid));
    return out;
  }

  /** Every byte of an encoded data set searched, as Latin-1, UTF-8 and UTF-16 and as the file itself wrote names. */
  search(bytes: Uint8Array, places: readonly Place[]): Hit[] {
    const hits = new Map<string, { kind: IdentifierKind; where: string; times: number }>();
    const hit = (kind: IdentifierKind, at: number): void => {
      const where = whereIs(at, places).where, key = `${kind} ${where}`, there = hits.get(key);
      if (there === undefined) hits.set(key, { kind, where, times: 1 }); else there.times++;
    };
    const lower = lowered(bytes);
    for (const { kind, text, raw } of this.#found.values()) {
      const forms = raw === null ? formsOf(text) : [{ bytes: lowered(raw), step: 1 as const }];
      for (const { bytes: needle, step } of forms) {
        for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, at + 1)) if (counts(lower, at, needle.length, step, text, raw !== null, whereIs(at, places))) hit(kind, at);
      }
    }
    // UIDs: every run of digits and dots is looked up, so that thousands cost one pass.
    if (this.#uids.size > 0) for (let i = 0; i < lower.length; i++) {
      if (!isDigit(lower[i])) continue;
      let end = i;
      while (end < lower.length && end - i < 70 && (isDigit(lower[end]) || lower[end] === 0x2e)) end++;
      if (end - i >= 6) { const run = lower.toString('latin1', i, end); if (this.#uids.has(run)) hit('uid', i); }
      i = end;
    }
    return [...hits.values()];
  }
}

const isDigit = (b: number | undefined): boolean => b !== undefined && b >= 0x30 && b <= 0x39;
const isAlphanumeric = (b: number | undefined): boolean => b !== undefined && (isDigit(b) || b >= 0x61 && b <= 0x7a || b >= 0x41 && b <= 0x5a);

/** ASCII letters in lower case, all other bytes as they are: the same for what is searched and what is searched for. */
function lowered(bytes: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  for (let i = 0; i < bytes.length; i++) { const b = bytes[i] ?? 0; out[i] = b >= 0x41 && b <= 0x5a ? b + 32 : b; }
  return out;
}

function formsOf(text: string): { bytes: Buffer; step: 1 | 2 }[] {
  const little = Buffer.from(text, 'utf16le'), big = Buffer.from(little).swap16();
  const forms: { bytes: Buffer; step: 1 | 2 }[] = [{ bytes: Buffer.from(text, 'utf8'), step: 1 }, { bytes: little, step: 2 }, { bytes: big, step: 2 }];
  if (!hasAsciiOnly(text) && /^[\x20-\xff]*$/.test(text)) forms.push({ bytes: Buffer.from(text, 'latin1'), step: 1 });
  // Capitals beyond ASCII have other bytes.
  const upper = text.toUpperCase();
  if (!hasAsciiOnly(text)) { forms.push({ bytes: lowered(Buffer.from(upper, 'utf8')), step: 1 }); if (/^[\x20-\xff]*$/.test(upper)) forms.push({ bytes: lowered(Buffer.from(upper, 'latin1')), step: 1 }); }
  return forms;
}

interface Where { readonly where: string; readonly vr: string; readonly length: number; readonly constant: boolean }
const inCharacters = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'LO', 'LT', 'PN', 'SH', 'ST', 'TM', 'UC', 'UI', 'UR', 'UT']);
const numeric = new Set(['DS', 'IS', 'TM', 'DA', 'DT', 'AS', 'UI']);

function whereIs(at: number, places: readonly Place[]): Where {
  let low = 0, high = places.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1, p = places[middle];
    if (p === undefined) break;
    if (at < p.from) high = middle - 1; else if (at >= p.to) low = middle + 1;
    else return { where: p.path.at(-1) === '7FE00010' ? 'pixel data' : p.path.map(tagWords).join(' '), vr: p.vr, length: p.to - p.from, constant: p.constant };
  }
  return { where: 'structure of the file', vr: 'UN', length: 0, constant: false };
}

/**
 * Whether a match is more than chance. Three and four letters count as whole words only, more anywhere; numbers not
 * within longer numbers; short numbers not in numeric values. Among arbitrary bytes a match counts from the length at
 * which fewer than one in ten thousand files of that size has one by chance; sixteen-bit pixels look like UTF-16.
 */
function counts(lower: Buffer, at: number, length: number, step: 1 | 2, text: string, raw: boolean, { vr, length: size, constant }: Where): boolean {
  if (constant || !inCharacters.has(vr) && (7 * (length / step) < Math.log2(Math.max(2, size)) + 16 || isRamp(lower, at, length, step))) return false;
  if (raw) return true;
  const digits = /^[\d./-]+$/.test(text);
  if (digits && text.length < 6 && numeric.has(vr)) return false;
  const before = step === 1 ? lower[at - 1] : lower[at - 2] === 0 ? undefined : lower[at - 2], after = lower[at + length];
  if (digits) return !isDigit(before) && !isDigit(after);
  return text.length >= 5 || !hasAsciiOnly(text) || !isAlphanumeric(before) && !isAlphanumeric(after);
}

/** 456789: what tables of values hold. */
function isRamp(bytes: Buffer, at: number, length: number, step: 1 | 2): boolean {
  const from = step === 2 && bytes[at] === 0 ? at + 1 : at;
  for (let i = from + step; i < at + length; i += step) if ((bytes[i] ?? 0) !== (bytes[i - step] ?? 0) + 1) return false;
  return true;
}

function replaced(text: string, needle: string, instead: string): string {
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return lower.includes(needle) ? instead : text;
  const bounded = needle.length < 5 && hasAsciiOnly(needle), digits = /^[\d./-]+$/.test(needle);
  let out = '', from = 0;
  for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, at + 1)) {
    if (at < from) continue;
    const before = lower.charAt(at - 1), after = lower.charAt(at + needle.length);
    if (bounded && (isWordCharacter(before) || isWordCharacter(after)) || digits && (/\d/.test(before) || /\d/.test(after))) continue;
    out += text.slice(from, at) + instead;
    from = at + needle.length;
  }
  return from === 0 ? text : out + text.slice(from);
}
