// The caption guard: where the words contradict the box, the fields, the finding's entry in the site's list, another
// view, or the findings under the whole image's caption. It warns, says which words it means and what would agree, and
// never stands in the way; what it cannot judge (no spacing, no known side) it does not mention.
import type { Attributes, Certainty, Side } from './attributes.ts';
import { partsOf, phraseOf, sidePhrase } from './caption.ts';
import type { RegionChange } from './commands/region.ts';
import { extentPhrase, placeOf, placePhrase, sizeOf, type Box, type Place, type Size, type SizeWord, type Spaced } from './geometry.ts';
import { certaintiesSaid, findingsSaid, heightsSaid, lengthsSaid, overlaps, placesSaid, sideSaid, sidesSaid, sizesSaid, type Said, type SaidPlace } from './lexicon.ts';
import { asOntology, findingNamed, type OntologyFinding } from './ontology.ts';
import type { RegionRow } from './region.ts';
import type { Laterality } from './settings.ts';
import { areKin } from './wording.ts';

export type GuardedRegion = Pick<RegionRow, 'id' | 'box' | 'label' | 'caption' | 'attributes'>;
export interface View { readonly title: string; readonly image: Size & Spaced; readonly laterality: Laterality; readonly regions: readonly GuardedRegion[] }
export interface Surroundings extends Omit<View, 'title' | 'regions'> {
  readonly modality: string;
  readonly findings: readonly OntologyFinding[];
  /** Other images of the same patient. */
  readonly others: readonly View[];
}

/** What would agree. */
type Expected =
  | { readonly kind: 'side'; readonly against: 'box' | 'field' | 'view' | 'list' | 'regions'; readonly side: Side | null; readonly view?: string }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'size'; readonly size: SizeWord }
  | { readonly kind: 'length'; readonly extent: string }
  | { readonly kind: 'negated'; readonly finding: string }
  | { readonly kind: 'finding'; readonly finding: string }
  | { readonly kind: 'certainty'; readonly certainty: Certainty };
export type Warning = Expected & {
  /** Which words of the caption, as UTF-16 positions; null where a field is meant. */
  readonly words: { readonly from: number; readonly to: number } | null;
  readonly fix: RegionChange | null;
};

/** The patient's side that a box lies on: wholly in one half of the image and clear of its middle; null where the image does not tell. */
export function sideOfBox(box: Box, image: Size, laterality: Laterality): 'left' | 'right' | null {
  const middle = image.width / 2, centre = box.x + box.width / 2;
  const half = box.x >= middle && centre - middle > image.width / 10 ? 'right' : box.x + box.width <= middle && middle - centre > image.width / 10 ? 'left' : null;
  if (half === null || laterality === 'eye' || laterality === 'unknown') return null;
  return laterality === 'same' ? half : half === 'left' ? 'right' : 'left';
}
/** As said in its field, in its words, or by its place. */
const sideOf = (r: GuardedRegion, { image, laterality }: Pick<View, 'image' | 'laterality'>): Side | null => r.attributes?.side ?? sideSaid(r.caption)?.value ?? sideOfBox(r.box, image, laterality);

const opposed = (a: Side, b: Side | null): boolean => b !== null && a !== b;
/** Two places of one finding can only contradict each other where both are one side. */
const mirrored = (a: Side | null, b: Side | null): boolean => (a === 'left' && b === 'right') || (a === 'right' && b === 'left');

function replaced(text: string, { from, to }: { from: number; to: number }, by: string): string {
  const old = text.slice(from, to), capital = old !== '' && old[0] === old[0]?.toUpperCase() && old[0] !== old[0]?.toLowerCase();
  return `${text.slice(0, from)}${capital ? `${by[0]?.toUpperCase() ?? ''}${by.slice(1)}` : by}${text.slice(to)}`;
}
const sideWords: Readonly<Record<Side, string>> = { left: '左', right: '右', both: '両側' };
/** The other side in the words' own language and form: "left side" is a side, "left" stands before a noun. */
function sideInstead(text: string, said: Said<Side>, side: Side): string {
  const word = text.slice(said.from, said.to);
  return replaced(text, said, /[右左両]/u.test(word) ? sideWords[side] : / side/i.test(word) ? sidePhrase(side) : side === 'both' ? 'bilateral' : side);
}

export function guardRegion(r: GuardedRegion, s: Surroundings): Warning[] {
  if (r.caption.trim() === '' && r.attributes === undefined) return [];
  const own = findingNamed(s.findings, r.label) ?? asOntology({ label: r.label, phrase: r.label.replaceAll('_', ' ') });
  return [...aboutSide(r, s, own), ...aboutPlace(r, s), ...aboutSize(r, s), ...aboutFinding(r, s, own), ...aboutCertainty(r)];
}

function aboutSide(r: GuardedRegion, s: Surroundings, own: OntologyFinding): Warning[] {
  const parts = partsOf(r.caption), field = r.attributes?.side ?? null, box = sideOfBox(r.box, s.image, s.laterality);
  // In a sentence of the template the side stands in its own place; a phrase with a side in it is read like free words.
  const said = sideSaid(r.caption), all = sidesSaid(r.caption);
  const wordsFor = (w: Said<Side>, side: Side): RegionChange => ({ caption: sideInstead(r.caption, w, side), attributes: { ...r.attributes, side } });
  if (said !== null && box !== null && opposed(said.value, box)) return [{ kind: 'side', against: 'box', side: box, words: said, fix: wordsFor(said, box) }];
  if (field !== null && box !== null && opposed(field, box)) return [{ kind: 'side', against: 'box', side: box, words: said, fix: { attributes: { ...r.attributes, side: box }, ...(parts === null || said === null ? {} : { caption: sideInstead(r.caption, said, box) }) } }];
  if (field !== null && said !== null && opposed(said.value, field)) return [{ kind: 'side', against: 'field', side: field, words: said, fix: wordsFor(said, field) }];
  if (field !== null && said === null && all.length > 0 && !all.some((a) => a.value === field) && field !== 'both') return [{ kind: 'side', against: 'field', side: field, words: all[0] ?? null, fix: null }];
  const side = field ?? said?.value ?? null;
  if (side !== null && !own.sides.includes(side)) return [{ kind: 'side', against: 'list', side: own.sides.length === 1 ? own.sides[0] ?? null : null, words: said, fix: null }];
  if (s.laterality === 'eye' || s.laterality === 'unknown' || r.label === '') return [];
  const mine = side ?? box;
  for (const view of s.others) {
    const theirs = view.laterality === s.laterality ? view.regions.filter((o) => areKin(s.findings, o.label, r.label)).map((o) => sideOf(o, view)) : [];
    if (theirs.length > 0 && theirs.every((t) => mirrored(mine, t))) return [{ kind: 'side', against: 'view', side: theirs[0] ?? null, view: view.title, words: said, fix: null }];
  }
  return [];
}

function contradicts(said: SaidPlace, place: Place): boolean {
  const vertical = place.includes('upper') ? 'upper' : place.includes('lower') ? 'lower' : 'middle', horizontal = place.includes('left') ? 'left' : place.includes('right') ? 'right' : 'middle';
  return (said.vertical !== null && said.vertical !== vertical) || (said.horizontal !== null && said.horizontal !== horizontal);
}

function aboutPlace(r: GuardedRegion, s: Surroundings): Warning[] {
  const place = placeOf(r.box, s.image), said = placesSaid(r.caption);
  const wrong = said.filter((p) => contradicts(p.value, place)).map((p): Warning => {
    const japanese = /画像/u.test(r.caption.slice(p.from, p.to)), at = /\bat|near\b/i.exec(r.caption.slice(p.from, p.to));
    return { kind: 'place', place, words: p, fix: japanese || at !== null ? null : { caption: replaced(r.caption, p, placePhrase(place)) } };
  });
  // Upper and lower are heights of the body; only a projection shows them as heights of the image.
  const high = /radiograph|x-?ray|\b(?:cr|dx)\b/i.test(s.modality) ? heightsSaid(r.caption).filter((h) => !said.some((p) => overlaps(p, h)) && (h.value === 'upper' ? place.startsWith('lower') : place.startsWith('upper'))) : [];
  return [...wrong, ...high.map((h): Warning => ({ kind: 'place', place, words: h, fix: null }))];
}

const steps: readonly SizeWord[] = ['small', 'medium-sized', 'large'];
function aboutSize(r: GuardedRegion, s: Surroundings): Warning[] {
  const size = sizeOf(r.box, s.image), parts = partsOf(r.caption), extent = extentPhrase(r.box, s.image.spacing), found: Warning[] = [];
  const phrase = parts === null ? null : r.caption.toLowerCase().indexOf(parts.phrase.toLowerCase());
  for (const w of sizesSaid(r.caption)) {
    // The template's word is exact; a person's "large" may be large for its kind, but is not what fills no hundredth of the image.
    if (parts !== null && phrase !== null && w.from >= phrase) continue;
    if (parts === null ? Math.abs(steps.indexOf(w.value) - steps.indexOf(size)) > 1 : w.value !== size) found.push({ kind: 'size', size, words: w, fix: /^[a-z-]+$/i.test(r.caption.slice(w.from, w.to)) ? { caption: replaced(r.caption, w, size) } : null });
  }
  if (extent === null || s.image.spacing == null) return found;
  const [row, column] = s.image.spacing, width = r.box.width * column, height = r.box.height * row, long = Math.max(width, height);
  for (const l of lengthsSaid(r.caption)) {
    const exact = parts !== null && l.value.length === 2 && phrase !== null && l.from >= phrase + parts.phrase.length, most = Math.max(...l.value);
    if (exact ? r.caption.slice(l.from, l.to) !== extent : most > 1.5 * long || most < 0.5 * Math.min(width, height)) found.push({ kind: 'length', extent, words: l, fix: l.value.length === 2 ? { caption: replaced(r.caption, l, extent) } : null });
  }
  return found;
}

function aboutFinding(r: GuardedRegion, s: Surroundings, own: OntologyFinding): Warning[] {
  if (r.label === '') return [];
  const list = listWith(s.findings, own), said = findingsSaid(r.caption, list), mine = said.filter((f) => areKin(list, f.value.label, own.label));
  const [denied] = mine;
  if (denied !== undefined && mine.every((f) => f.negated)) return [{ kind: 'negated', finding: own.phrase, words: denied, fix: null }];
  const other = mine.length > 0 ? undefined : said.find((f) => !f.negated);
  if (other === undefined) return [];
  // A sentence that was put together follows the field; a person's own words are left, the field follows them.
  const fix: RegionChange = phraseOf(r.caption) !== null ? { caption: replaced(r.caption, other, own.phrase) } : { label: other.value.label };
  return [{ kind: 'finding', finding: phraseOf(r.caption) !== null ? own.phrase : other.value.phrase, words: other, fix }];
}
const lists = new WeakMap<readonly OntologyFinding[], Map<string, readonly OntologyFinding[]>>();
/** The same list for the same name each time: its patterns are made once. */
function listWith(findings: readonly OntologyFinding[], own: OntologyFinding): readonly OntologyFinding[] {
  if (findings.includes(own)) return findings;
  const byLabel = lists.get(findings) ?? new Map<string, readonly OntologyFinding[]>(), list = byLabel.get(own.label) ?? [...findings, own];
  lists.set(findings, byLabel.set(own.label, list));
  return list;
}

function aboutCertainty(r: GuardedRegion): Warning[] {
  const field = r.attributes?.certainty, said = certaintiesSaid(r.caption), [first] = said;
  if (field === undefined || first === undefined || said.some((c) => c.value === field) || (field === 'probable' && first.value === 'possible')) return [];
  const attributes: Attributes = { ...r.attributes, certainty: first.value };
  return [{ kind: 'certainty', certainty: field, words: first, fix: { attributes } }];
}

/** Where the whole image's caption contradicts the regions that count (rejected and ignored ones left out by who asks). Its fixes change the caption. */
export function guardImage(text: string, regions: readonly GuardedRegion[], s: Surroundings): Warning[] {
  const found: Warning[] = [];
  for (const f of findingsSaid(text, s.findings)) {
    const own = regions.filter((r) => areKin(s.findings, r.label, f.value.label));
    if (own.length === 0) continue;
    if (f.negated) { found.push({ kind: 'negated', finding: f.value.phrase, words: f, fix: null }); continue; }
    const clause = clauseAt(text, f.from), said = sideSaid(text.slice(clause.from, clause.to));
    if (said === null || said.value === 'both') continue;
    const words = { value: said.value, from: clause.from + said.from, to: clause.from + said.to }, known = own.map((r) => sideOf(r, s)), other = known[0] ?? null;
    if (known.every((k) => mirrored(words.value, k))) found.push({ kind: 'side', against: 'regions', side: other, words, fix: other === null ? null : { caption: sideInstead(text, words, other) } });
  }
  // An image of one eye has one side, whatever is found on it.
  if (s.laterality === 'eye' && found.length === 0) {
    const eye = sideSaid(text), against = eye === null ? undefined : regions.find((r) => mirrored(eye.value, sideOf(r, s))), side = against === undefined ? null : sideOf(against, s);
    if (eye !== null && side !== null) found.push({ kind: 'side', against: 'regions', side, words: eye, fix: null });
  }
  return found;
}

/** The part of a sentence that speaks of one thing. */
function clauseAt(text: string, at: number): { readonly from: number; readonly to: number } {
  const ends = [...text.matchAll(/[.;,。、，\n]|\b(?:and|but)\b/giu)];
  const last = ends.filter((e) => e.index < at).at(-1);
  return { from: last === undefined ? 0 : last.index + last[0].length, to: ends.find((e) => e.index >= at)?.index ?? text.length };
}
