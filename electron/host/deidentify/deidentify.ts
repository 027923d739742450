// One DICOM file de-identified by PS3.15 Annex E. Pure: the same bytes, options and key give the same file. What is kept
// is kept byte for byte; pixel data too, unless boxes are masked. Rules beyond table E.1-1, for what it does not name:
// names are emptied, instance UIDs mapped, dates treated like the dates it names, links, application entities and what
// no edition of the standard knows removed, text of the patient group removed, and any identifier of this file taken
// out of text that is kept.
import { createHash } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import { characterSet, type CharacterSet } from './character-sets.ts';
import { cleanText, removed } from './clean-text.ts';
import { elementOf } from './data-elements.ts';
import { bytesOf, encodeDataSet, encodeFile, isRepresentation, isUnreadSequence, readDataSet, tagWords, text, trimmed, type Element, type Item, type Syntax } from './data-set.ts';
import { Identifiers, type Hit } from './identifiers.ts';
import { masked, type Box, type Decoded } from './mask.ts';
import { hiddenOverlay, overlayHasText } from './overlays.ts';
import type { PrivateList } from './private-list.ts';
import { profileOption, type ProfileOption } from '../../../shared/domain/privacy.ts';
import { actionOf, basicAction, isPrivate, methodCodes, rowOf, type Action } from './profile.ts';
import { shifted, type Person, type Pseudonyms } from './pseudonyms.ts';

export interface DeidentificationOptions {
  readonly profile: ReadonlySet<ProfileOption>;
  /** Private attributes that the site knows to be safe; they are kept only with retainSafePrivate. */
  readonly keepPrivate: PrivateList;
}
/** What is painted over. `reviewed`: a person has said that nothing else identifies anybody in these pixels. */
export interface Mask { readonly boxes: readonly Box[]; readonly reviewed: boolean; readonly decoded: Decoded | null; /** Why the pixels were not searched or painted, as a sentence. */ readonly unsearched?: string }

/** What was done with one attribute, wherever it stood in the file. */
export type Done = 'removed' | 'emptied' | 'replaced' | 'UID mapped' | 'date moved' | 'cleaned' | 'kept';
export interface AttributeRecord { readonly tag: string; readonly name: string; readonly done: Done; readonly times: number }
/** De-identification Method (0012,0063) as this program writes it. */
export const ownMethod = 'RegionMed Studio: PS3.15 2026c Annex E';

export interface FileReceipt {
  readonly attributes: readonly AttributeRecord[];
  readonly masked: readonly Box[];
  readonly pixelsReviewed: boolean;
  /** Pixels of a kind that often has text burned in (ultrasound, secondary captures, photographs) went out unexamined. */
  readonly unexamined: boolean;
  /** Identifiers of the input that were searched for, and where some still stand. */
  readonly searched: number;
  readonly hits: readonly Hit[];
  /** Sentences; a file with any is held back unless the site says otherwise. */
  readonly holds: readonly string[];
}
export interface Deidentified {
  readonly bytes: Uint8Array;
  readonly receipt: FileReceipt;
  readonly person: Person;
  readonly instance: string;
  readonly study: string;
  /** Other text about the same case (captions, titles) without what this file says of people. */
  readonly redact: (text: string) => string;
}

const programUid = '2.25.293842711096475520861397318226940851197', programName = 'REGIONMED_STUDIO';
const mediaStorageDirectory = '1.2.840.10008.1.3.10';

/** AppError 'wrong-usage' where options contradict each other. */
export function checkOptions(profile: ReadonlySet<ProfileOption>): void {
  if (profile.has('retainFullDates') && profile.has('retainModifiedDates')) throw new AppError('wrong-usage', 'Dates are either kept (retainFullDates) or moved (retainModifiedDates), not both.');
}

/** AppError where the file cannot be read whole or is no single object; it is never passed through. */
export function deidentifyDicom(bytes: Uint8Array, name: string, options: DeidentificationOptions, pseudonyms: Pseudonyms, mask: Mask | null = null): Deidentified {
  checkOptions(options.profile);
  const file = readDataSet(bytes, name);
  if (text(file.meta, '00020002') === mediaStorageDirectory || file.elements.some((e) => e.tag === '00041220')) throw new AppError('unsupported-format', `${name} is a directory of other files (DICOMDIR); de-identify the files themselves.`);
  const hash = createHash('sha256').update(bytes).digest('hex');
  // Whose file it is: by the first of these that it says.
  const identity = [['id', '00100020'], ['name', '00100010'], ['study', '0020000D'], ['instance', '00080018']].map(([kind = '', tag = '']) => [kind, text(file.elements, tag)] as const).find(([, t]) => t !== '') ?? ['file', hash] as const;
  // Names come in many spellings of case and space; ids and UIDs do not.
  const person = pseudonyms.person(identity[0] === 'id' ? identity[1] : `${identity[0]} ${identity[1].toLowerCase().replaceAll(/[\s^]+/g, ' ')}`);

  const identifiers = new Identifiers();
  const run = new Run(options, pseudonyms, person, identifiers, file.syntax);
  run.gather(file.elements, characterSet(['']));
  const sopClass = text(file.meta, '00020002') === '' ? text(file.elements, '00080016') : text(file.meta, '00020002');
  const stated = text(file.elements, '00080018');
  const instance = [stated, text(file.meta, '00020003'), `file ${hash}`].find((t) => t !== '') ?? '';
  if (!options.profile.has('retainUids') && !isWellKnown(instance)) identifiers.addUid(instance);

  const holds: string[] = [];
  const painted = mask === null || mask.boxes.length === 0 ? null : masked(file, mask.boxes, mask.decoded, name);
  const { syntax, elements } = painted ?? file;
  let kept = run.items(elements, 'ordinary', characterSet(['']));
  const reviewed = mask?.reviewed === true;
  if (hiddenOverlay(file.elements) && !reviewed) holds.push('Overlays lie in unused bits of the pixels; they are not examined.');
  if (text(elements, '00280301') === 'YES' && !reviewed) holds.push('The file says that text is burned into its pixels, and nobody has reviewed what was masked.');
  if (mask?.unsearched !== undefined) holds.push(`Its pixels could not be searched for text: ${mask.unsearched}`);
  kept = run.marked(kept, reviewed);

  const mapped = options.profile.has('retainUids') && !instance.startsWith('file ') || isWellKnown(instance) ? instance : pseudonyms.uid(instance);
  const meta: Element[] = [
    element('00020001', 'OB', Uint8Array.of(0, 1)), uidElement('00020002', sopClass), uidElement('00020003', mapped), uidElement('00020010', syntax.uid),
    uidElement('00020012', programUid), element('00020013', 'SH', Buffer.from(programName)),
  ].filter((e) => e.value.kind !== 'bytes' || e.value.bytes.length > 0);
  run.note('00020003', options.profile.has('retainUids') ? 'kept' : 'UID mapped');
  for (const e of file.meta) if (!meta.some((m) => m.tag === e.tag) && !e.tag.endsWith('0000')) run.note(e.tag, 'removed');

  const { bytes: encoded, places } = encodeDataSet(kept, syntax);
  const hits = [...identifiers.search(encoded, places), ...identifiers.search(encodeDataSet(meta, syntax).bytes, [])];
  if (hits.length > 0) holds.push('Identifiers of the original still stand in it.');
  return {
    bytes: encodeFile(meta, encoded, syntax), person, instance: mapped, study: text(kept, '0020000D'), redact: (words) => identifiers.without(words, removed),
    receipt: { attributes: run.records(), masked: painted === null ? [] : mask?.boxes ?? [], pixelsReviewed: reviewed, unexamined: mask === null && oftenWithText(elements, sopClass), searched: identifiers.count, hits, holds },
  };
}

/** Kinds of images into whose pixels names are often burned, where the file does not say that there are none. */
const oftenWithText = (elements: readonly Element[], sopClass: string): boolean => elements.some((e) => e.tag === '7FE00010') && text(elements, '00280301') !== 'NO'
  && (['US', 'IVUS', 'ES', 'XC', 'GM', 'OT', 'SC', 'OP'].includes(text(elements, '00080060')) || sopClass.startsWith('1.2.840.10008.5.1.4.1.1.7'));

export const isWellKnown = (uid: string): boolean => /^1\.2\.840\.10008(\.\d{1,4}){1,8}$/.test(uid);
/** UIDs of kinds, not of things: classes, transfer syntaxes, coding schemes, context groups. */
const isOfKind = (tag: string): boolean => /SOP Class|Transfer Syntax|Coding Scheme|Context UID|Mapping Resource|Template Extension|Context Group Extension/i.test(elementOf(tag)?.name ?? '');

/** 'dummy': everything in it is replaced. 'cleaned': text in it follows the free text rule. */
type Mode = 'ordinary' | 'cleaned' | 'dummy';
const freeText = new Set(['LO', 'LT', 'SH', 'ST', 'UC', 'UT']);
const mostCharacters: Readonly<Record<string, number>> = { SH: 16, LO: 64, ST: 1024, LT: 10240 };
const idTags = new Set(['00100020', '00101000', '00101090', '00080050', '00200010', '00380010', '00380060', '00401001', '00402016', '00402017', '00120040', '00101050', '00400253', '00400009', '0040050A', '00400551', '00400512', '00120042']);
const contactTags = new Set(['00101040', '00102154', '00102155', '00080092', '00080094', '00401102', '00401103', '00401104', '00402010', '00402011', '4008011A']);
const institutionTags = new Set(['00080080', '00080081', '00081040', '00102299', '00404036', '0040A027', '00120031', '00120060']);

class Run {
  readonly #options: DeidentificationOptions;
  readonly #pseudonyms: Pseudonyms;
  readonly #person: Person;
  readonly #identifiers: Identifiers;
  readonly #syntax: Syntax;
  readonly #records = new Map<string, AttributeRecord>();

  constructor(options: DeidentificationOptions, pseudonyms: Pseudonyms, person: Person, identifiers: Identifiers, syntax: Syntax) {
    this.#options = options; this.#pseudonyms = pseudonyms; this.#person = person; this.#identifiers = identifiers; this.#syntax = syntax;
  }

  note(tag: string, done: Done): void {
    const shown = isPrivate(tag) ? `${tag.slice(0, 4)},xx${tag.slice(6)}` : tagWords(tag), key = `${shown} ${done}`, there = this.#records.get(key);
    this.#records.set(key, there === undefined ? { tag: isPrivate(tag) ? `(${shown})` : shown, name: isPrivate(tag) ? 'Private Attribute' : elementOf(tag)?.name ?? 'Unknown', done, times: 1 } : { ...there, times: there.times + 1 });
  }
  records(): AttributeRecord[] { return [...this.#records.values()].sort((a, b) => (a.tag < b.tag ? -1 : 1)); }

  #action(tag: string): Action | null {
    const row = rowOf(tag);
    return row === null ? null : actionOf(row, this.#options.profile);
  }

  /** First pass: who and what the file names, where it is not to be kept. */
  gather(elements: readonly Element[], outer: CharacterSet): void {
    const set = setOf(elements, outer);
    for (const e of elements) {
      if (e.value.kind === 'items') { for (const item of e.value.items) this.gather(item.elements, set); continue; }
      if (e.value.kind !== 'bytes' || e.value.bytes.length === 0 || e.value.bytes.length > 4096 && e.vr !== 'UI') continue;
      const action = this.#action(e.tag), value = (): string => trimmed(set.decode(e.value.kind === 'bytes' ? e.value.bytes : new Uint8Array()));
      if (action === 'K') continue;
      if (e.vr === 'PN') this.#identifiers.addName(value(), e.value.bytes);
      else if (e.tag === '00100030') this.#identifiers.addBirthDate(value());
      else if (idTags.has(e.tag)) this.#identifiers.addId(value());
      else if (contactTags.has(e.tag)) this.#identifiers.addContact(value());
      else if (institutionTags.has(e.tag)) this.#identifiers.addInstitution(value());
      else if (e.vr === 'UI' && !this.#options.profile.has('retainUids')) for (const uid of value().split('\\')) if (!isWellKnown(uid) && (action === 'U' || !isOfKind(e.tag))) this.#identifiers.addUid(uid);
    }
  }

  items(elements: readonly Element[], mode: Mode, outer: CharacterSet): Element[] {
    const set = setOf(elements, outer), out: Element[] = [];
    const creators = new Map<string, string>();
    for (const e of elements) if (isCreator(e.tag) && e.value.kind === 'bytes') creators.set(`${e.tag.slice(0, 4)}${e.tag.slice(6)}`, trimmed(set.decode(e.value.bytes)));
    const blocks = new Set<string>();
    const overlaysOut = this.#overlaysWithText(elements);
    for (const e of elements) {
      if (e.tag.endsWith('0000') && e.value.kind === 'bytes' && e.value.bytes.length === 4 && e.tag !== '00000000') continue; // Group lengths: retired, and wrong by now.
      const made = isPrivate(e.tag) ? this.#private(e, creators, blocks, mode, set) : this.#public(e, mode, set, overlaysOut);
      if (made !== null) out.push(made);
    }
    // A creator stays where something of its block does.
    for (const e of elements) if (isCreator(e.tag)) { const stays = blocks.has(`${e.tag.slice(0, 4)}${e.tag.slice(6)}`); if (stays) out.push(e); this.note(e.tag, stays ? 'kept' : 'removed'); }
    return out;
  }

  #private(e: Element, creators: ReadonlyMap<string, string>, blocks: Set<string>, mode: Mode, set: CharacterSet): Element | null {
    const block = `${e.tag.slice(0, 4)}${e.tag.slice(4, 6)}`, creator = creators.get(block);
    if (isCreator(e.tag)) return null;
    if (mode === 'dummy' || creator === undefined || !this.#options.profile.has('retainSafePrivate') || !this.#options.keepPrivate.has(e.tag.slice(0, 4), e.tag.slice(6), creator) || e.value.kind === 'bytes' && (e.vr === 'SQ' || isUnreadSequence(e.value.bytes))) { this.note(e.tag, 'removed'); return null; }
    blocks.add(block);
    return this.#keptOrCleaned(e, 'ordinary', set);
  }

  #public(e: Element, mode: Mode, set: CharacterSet, overlaysOut: ReadonlySet<string>): Element | null {
    if (overlaysOut.has(e.tag.slice(0, 4))) { this.note(e.tag, 'removed'); return null; }
    if (mode === 'dummy') return this.#dummy(e, set);
    const row = rowOf(e.tag), action = this.#action(e.tag);
    if (row === null || action === null) return this.#unlisted(e, mode, set);
    const strict = basicAction(row);
    switch (action) {
      case 'K': return this.#unknown(e) ? this.#apply(strict, e, set) : this.#keep(e, set);
      case 'C': return this.#clean(e, strict, set);
      default: return this.#apply(action, e, set);
    }
  }

  #unknown(e: Element): boolean { return e.value.kind !== 'items' && !isRepresentation(e.vr); }

  #apply(action: 'X' | 'Z' | 'D' | 'U' | 'R', e: Element, set: CharacterSet): Element | null {
    if (action === 'X' || e.tag.startsWith('50')) { this.note(e.tag, 'removed'); return null; }
    if (e.tag === '00100010' || e.tag === '00100020' || e.tag === '00120040') { this.note(e.tag, 'replaced'); return this.#string(e, this.#person.pseudonym); }
    if (action === 'R' && e.value.kind === 'items') return this.#into(e, 'ordinary', set, 'UID mapped');
    if (action === 'Z' || action === 'R' || isEmpty(e)) { this.note(e.tag, 'emptied'); return emptied(e); }
    if (action === 'U' && e.vr === 'UI') return this.#mapped(e, set);
    return this.#dummy(e, set);
  }

  /** K: unchanged, and for sequences gone into, as the table says. */
  #keep(e: Element, set: CharacterSet): Element {
    if (e.value.kind === 'items') return this.#into(e, 'ordinary', set, 'kept');
    this.note(e.tag, 'kept');
    return e;
  }

  #into(e: Element, mode: Mode, set: CharacterSet, done: Done): Element {
    if (e.value.kind !== 'items') throw new Error('only a sequence has items');
    this.note(e.tag, done);
    return { ...e, vr: 'SQ', value: { ...e.value, items: e.value.items.map((item): Item => ({ ...item, elements: this.items(item.elements, mode, set) })) } };
  }

  #clean(e: Element, strict: 'X' | 'Z' | 'D' | 'U' | 'R', set: CharacterSet): Element | null {
    if (e.value.kind === 'items') return this.#into(e, 'cleaned', set, 'cleaned');
    if (e.value.kind !== 'bytes' || this.#unknown(e)) return this.#apply(strict, e, set);
    if (/^60..3000$/.test(e.tag)) { this.note(e.tag, 'kept'); return e; } // Without text, as #overlaysWithText found.
    if (e.vr === 'DA' || e.vr === 'DT') {
      const moved = shifted(trimmed(set.decode(e.value.bytes)), this.#person.shift);
      if (moved === null) return this.#apply(strict, e, set);
      this.note(e.tag, 'date moved');
      return this.#string(e, moved);
    }
    if (e.vr === 'TM' || e.tag === '00080201' && /^[+-]\d{4}$/.test(trimmed(set.decode(e.value.bytes)))) { this.note(e.tag, 'kept'); return e; }
    const row = rowOf(e.tag);
    if (row?.options.get('retainDevice') === 'C') {
      if (isEmpty(e)) { this.note(e.tag, 'emptied'); return emptied(e); }
      this.note(e.tag, 'replaced');
      return this.#string(e, this.#pseudonyms.station(trimmed(set.decode(e.value.bytes))));
    }
    return freeText.has(e.vr) ? this.#cleanedText(e, set, true) : this.#apply(strict, e, set);
  }

  #unlisted(e: Element, mode: Mode, set: CharacterSet): Element | null {
    const gone = (): null => { this.note(e.tag, 'removed'); return null; };
    if (this.#unknown(e) || elementOf(e.tag) === null || e.tag.startsWith('0000') || e.tag.startsWith('0004')) return gone();
    if (e.tag.startsWith('0010') && (freeText.has(e.vr)) && e.tag !== '00100035') return gone();
    switch (e.vr) {
      case 'PN': this.note(e.tag, 'emptied'); return emptied(e);
      case 'AE': return gone();
      case 'UR': return e.value.kind === 'bytes' && trimmed(set.decode(e.value.bytes)).startsWith('urn:oid:') ? this.#keptOrCleaned(e, mode, set) : gone();
      case 'UI': if (this.#options.profile.has('retainUids') || isOfKind(e.tag)) { this.note(e.tag, 'kept'); return e; } return this.#mapped(e, set);
      case 'DA': case 'DT': case 'TM': {
        if (this.#options.profile.has('retainFullDates')) { this.note(e.tag, 'kept'); return e; }
        if (this.#options.profile.has('retainModifiedDates')) return this.#clean(e, 'Z', set);
        this.note(e.tag, 'emptied');
        return emptied(e);
      }
      default: return this.#keptOrCleaned(e, mode, set);
    }
  }

  /** Kept as it is, unless it is text that holds an identifier of the file, or the sequence around it is being cleaned. */
  #keptOrCleaned(e: Element, mode: Mode, set: CharacterSet): Element | null {
    if (e.value.kind === 'items') return this.#into(e, mode, set, 'kept');
    if (e.value.kind === 'bytes' && freeText.has(e.vr) && !isCode(e.tag)) return this.#cleanedText(e, set, mode === 'cleaned');
    this.note(e.tag, 'kept');
    return e;
  }

  #cleanedText(e: Element, set: CharacterSet, whole: boolean): Element {
    if (e.value.kind !== 'bytes') throw new Error('only bytes are text');
    const before = set.decode(e.value.bytes), several = e.vr === 'LO' || e.vr === 'SH' || e.vr === 'UC', most = mostCharacters[e.vr] ?? Infinity;
    const clean = (t: string): string => { const c = whole ? cleanText(t, this.#identifiers, most) : this.#identifiers.without(t, removed); return c === t ? t : c.slice(0, most); };
    const after = several ? before.split('\\').map(clean).join('\\') : clean(before);
    if (after.trimEnd() === before.trimEnd()) { this.note(e.tag, 'kept'); return e; }
    this.note(e.tag, 'cleaned');
    const encoded = set.encode(after) ?? set.encode(after.replaceAll(/[^\x20-\x7e\t\r\n\f]+/g, removed).slice(0, several ? Infinity : most));
    return { ...e, value: bytesOf(encoded ?? new Uint8Array()) };
  }

  #mapped(e: Element, set: CharacterSet): Element {
    if (e.value.kind !== 'bytes') return emptied(e);
    const before = trimmed(set.decode(e.value.bytes));
    const after = before.split('\\').map((uid) => (uid === '' || isWellKnown(uid) ? uid : this.#pseudonyms.uid(uid))).join('\\');
    this.note(e.tag, after === before ? 'kept' : 'UID mapped');
    return after === before ? e : this.#string(e, after);
  }

  /** A value of the same representation that says nothing; a sequence becomes one item whose every value does. */
  #dummy(e: Element, set: CharacterSet): Element | null {
    if (e.value.kind === 'items') {
      const [first] = e.value.items;
      this.note(e.tag, 'replaced');
      return { ...e, vr: 'SQ', value: { ...e.value, items: first === undefined ? [] : [{ ...first, elements: this.items(first.elements, 'dummy', set) }] } };
    }
    if (e.tag === '00080005') return e;
    if (isEmpty(e)) { this.note(e.tag, 'emptied'); return emptied(e); }
    if (e.vr === 'UI') return isOfKind(e.tag) ? e : this.#mapped(e, set);
    this.note(e.tag, 'replaced');
    const word = dummies[e.vr];
    if (typeof word === 'string') return this.#string(e, word);
    return { ...e, value: bytesOf(new Uint8Array(word ?? 2)) };
  }

  #string(e: Element, value: string): Element {
    const odd = value.length % 2 === 1;
    return { ...e, value: bytesOf(Buffer.from(`${value}${odd ? (e.vr === 'UI' ? '\0' : ' ') : ''}`, 'latin1')) };
  }

  /** Overlay groups that go whole: all without Clean Graphics, with it those in whose bitmap text was found. */
  #overlaysWithText(elements: readonly Element[]): ReadonlySet<string> {
    const groups = new Set(elements.filter((e) => /^60../.test(e.tag)).map((e) => e.tag.slice(0, 4)));
    for (const group of groups) if (this.#options.profile.has('cleanGraphics') && !overlayHasText(elements.filter((e) => e.tag.startsWith(group)), this.#syntax.bigEndian)) groups.delete(group);
    return groups;
  }

  /** What the file says of its de-identification (PS3.15 E.1.1, E.3), beside what an earlier one said. */
  marked(elements: readonly Element[], reviewed: boolean): Element[] {
    const { profile } = this.#options;
    const codes = [methodCodes.basic, ...(reviewed ? [methodCodes.cleanPixels] : []), ...profileOption.options.filter((o) => profile.has(o)).map((o) => methodCodes[o])];
    const earlier = elements.find((e) => e.tag === '00120064'), items: Item[] = earlier?.value.kind === 'items' ? [...earlier.value.items] : [];
    for (const [code, meaning] of codes) if (!items.some((i) => text(i.elements, '00080100') === code)) items.push({ open: false, elements: [constant('00080100', 'SH', code), constant('00080102', 'SH', 'DCM'), constant('00080104', 'LO', meaning)] });
    const method = ownMethod, before = text(elements, '00120063');
    const methods = before === '' ? method : before.split('\\').includes(method) ? before : `${before}\\${method}`;
    const temporal = profile.has('retainFullDates') ? 'UNMODIFIED' : profile.has('retainModifiedDates') ? 'MODIFIED' : 'REMOVED';
    const set: Element[] = [
      constant('00120062', 'CS', 'YES'), element('00120063', 'LO', padded(methods)), { tag: '00120064', vr: 'SQ', value: { kind: 'items', items, open: false } },
      constant('00280303', 'CS', temporal), ...(reviewed ? [constant('00280301', 'CS', 'NO')] : []),
    ];
    return [...elements.filter((e) => !set.some((s) => s.tag === e.tag)), ...set];
  }
}

const dummies: Readonly<Record<string, string | number>> = {
  AE: 'REMOVED', AS: '000Y', AT: 4, CS: 'REMOVED', DA: '19000101', DS: '0', DT: '19000101000000', FD: 8, FL: 4, IS: '0', LO: 'REMOVED', LT: 'REMOVED', OB: 2, OD: 8, OF: 4, OL: 4, OV: 8, OW: 2,
  PN: 'REMOVED', SH: 'REMOVED', SL: 4, SS: 2, ST: 'REMOVED', SV: 8, TM: '000000', UC: 'REMOVED', UL: 4, UN: 2, UR: 'about:blank', US: 2, UT: 'REMOVED', UV: 8,
};

const isCreator = (tag: string): boolean => isPrivate(tag) && /^00[1-9A-F][0-9A-F]$/.test(tag.slice(4));
/** Codes and their schemes: no free text. Their meanings are. */
const isCode = (tag: string): boolean => ['00080100', '00080102', '00080103', '00080119', '00080120'].includes(tag);
const element = (tag: string, vr: string, bytes: Uint8Array): Element => ({ tag, vr, value: bytesOf(bytes) });
const padded = (t: string): Uint8Array => Buffer.from(t.length % 2 === 1 ? `${t} ` : t, 'latin1');
/** What the standard prescribes: not searched for identifiers, as it cannot hold any. */
const constant = (tag: string, vr: string, words: string): Element => ({ ...element(tag, vr, padded(words)), constant: true });
const uidElement = (tag: string, uid: string): Element => element(tag, 'UI', Buffer.from(uid.length % 2 === 1 ? `${uid}\0` : uid, 'latin1'));
const isEmpty = (e: Element): boolean => e.value.kind === 'items' ? e.value.items.length === 0 : e.value.bytes.every((b) => b === 0x20 || b === 0) && (e.value.bytes.length === 0 || !['OB', 'OW', 'US', 'SS', 'UL', 'SL', 'FL', 'FD', 'UN'].includes(e.vr));
const emptied = (e: Element): Element => ({ ...e, value: e.value.kind === 'items' ? { ...e.value, items: [] } : bytesOf(new Uint8Array()) });

function setOf(elements: readonly Element[], outer: CharacterSet): CharacterSet {
  const e = elements.find((x) => x.tag === '00080005');
  return e?.value.kind === 'bytes' ? characterSet(trimmed(Buffer.from(e.value.bytes).toString('latin1')).split('\\')) : outer;
}
