// What free words say of side, place, size, length, doubt and findings, each with where it stands in the text. Rules for
// the phrases of reports in English and Japanese (and the plainest German negations), not a language model: what is not
// recognised is not said. Positions are UTF-16 code units of the text as it is, so that it can be underlined.
import type { Certainty, Side } from './attributes.ts';
import type { SizeWord } from './geometry.ts';
import { namesOf, type OntologyFinding } from './ontology.ts';

export interface Said<T> { readonly value: T; readonly from: number; readonly to: number }

function all<T>(text: string, pattern: RegExp, valueOf: (match: RegExpMatchArray) => T | null): Said<T>[] {
  return [...text.matchAll(pattern)].flatMap((m) => { const value = valueOf(m); return value === null ? [] : [{ value, from: m.index, to: m.index + m[0].length }]; });
}
export const overlaps = (a: { from: number; to: number }, b: { from: number; to: number }): boolean => a.from < b.to && b.from < a.to;

export interface SaidPlace { readonly vertical: 'upper' | 'middle' | 'lower' | null; readonly horizontal: 'left' | 'middle' | 'right' | null }
const imagePlace = /\b(?:in|at|near) the (?:(centre|center|middle)|(?:(upper|lower|middle|top|bottom)[ -]?)?(left|right)?(?: (?:part|half|third|side|corner|quadrant|edge))?) of the (?:image|picture|film)|\b(upper|lower)[ -](left|right) corner\b|画像の(中央|[右左]?[上下]|[上下]?[右左])[部方側]?/giu;
const verticals: Readonly<Record<string, SaidPlace['vertical']>> = { upper: 'upper', top: 'upper', 上: 'upper', lower: 'lower', bottom: 'lower', 下: 'lower', middle: 'middle' };

/** Places of the image, said as such: "in the upper left part of the image", 画像の右下. Their left and right are the image's. */
export const placesSaid = (text: string): Said<SaidPlace>[] => all(text, imagePlace, ([whole, centre, vertical, horizontal, corner, cornerSide, japanese]) => {
  if (centre !== undefined || japanese === '中央') return { vertical: 'middle', horizontal: 'middle' };
  const v = (vertical ?? corner ?? /[上下]/u.exec(japanese ?? '')?.[0])?.toLowerCase(), h = (horizontal ?? cornerSide)?.toLowerCase() ?? (/右/u.test(japanese ?? '') ? 'right' : /左/u.test(japanese ?? '') ? 'left' : undefined);
  const along = h === 'left' || h === 'right' ? h : null, up = v === undefined ? null : verticals[v] ?? null;
  // "part of the image" says how far along as well: "in the upper part" is its middle.
  const whole_ = / part of /i.test(whole);
  return up === null && along === null ? null : { vertical: up ?? (whole_ ? 'middle' : null), horizontal: along ?? (whole_ ? 'middle' : null) };
});

/** Heights in the body that a projection shows as heights of the image: upper lobe, basal field, 下肺野. */
export const heightsSaid = (text: string): Said<'upper' | 'lower'>[] => all(text, /\b(?:(upper|superior|apical)|(?:lower|inferior|basal)) (?:lobe|zone|field|lung|third)s?\b|(上)(?:葉|肺野)|下(?:葉|肺野)/giu, (m) => (m[1] ?? m[2]) === undefined ? 'lower' : 'upper');

const patientSide = /(?<![\p{L}\p{N}])(left|right|bilateral|bilaterally|both sides|both (?:lungs|eyes|kidneys|breasts|hands|feet))(?: side)?(?![\p{L}\p{N}])|両側|両(?=肺|眼|腎|乳)|左右|左|右/giu;
/** The patient's sides. "left part of the image" is none, nor is "left" where it means what remains. */
export function sidesSaid(text: string): Said<Side>[] {
  const places = placesSaid(text);
  return all<Side>(text, patientSide, ([word = '']) => { const w = word.toLowerCase(); return w.startsWith('left') || word === '左' ? 'left' : w.startsWith('right') || word === '右' ? 'right' : 'both'; }).filter((s) => !places.some((p) => overlaps(p, s)) && !/^ (?:in place|untreated|unchanged|over)\b/i.test(text.slice(s.to)));
}
/** The side that a text says, where it says one. */
export function sideSaid(text: string): Said<Side> | null {
  const [first, ...rest] = sidesSaid(text);
  return first !== undefined && rest.every((s) => s.value === first.value) ? first : null;
}

const sizes: readonly (readonly [SizeWord, RegExp])[] = [['small', /^(?:small|tiny|minute|微小|小さ)/i], ['medium-sized', /^medium/i], ['large', /^(?:large|big|huge|massive|巨大|大き)/i]];
export const sizesSaid = (text: string): Said<SizeWord>[] => all(text, /\b(?:small|tiny|minute|medium-sized|medium|large|big|huge|massive)\b|微小|小さ|巨大|大き/giu, ([word = '']) => sizes.find(([, is]) => is.test(word))?.[0] ?? null);

const perUnit: Readonly<Record<string, number>> = { mm: 1, cm: 10, µm: 0.001, μm: 0.001, um: 0.001 };
/** Lengths in millimetres: "8 mm", "0.8 x 0.6 cm", "8 × 6 mm". Distances from something are none of the finding's. */
export const lengthsSaid = (text: string): Said<readonly number[]>[] => all(text, /(?<![\d.,])(\d+(?:[.,]\d+)?)(?: ?(?:[×x*]|by|mm ?[×x]) ?(\d+(?:[.,]\d+)?))?[ \u00a0-]?(mm|cm|[µμu]m|㎜|㎝)(?![\p{L}])(?! (?:from|to|above|below|away|apart|deep|distal|proximal|beyond)\b)/giu, ([, a = '', b, unit = '']) => {
  const factor = perUnit[unit.normalize('NFKC').toLowerCase()] ?? 1;
  return [a, ...(b === undefined ? [] : [b])].map((n) => factor * Number(n.replace(',', '.')));
});

/** Doubt, and its opposite. "Probable" is said of most that are findings. */
export const certaintiesSaid = (text: string): Said<Certainty>[] => all<Certainty>(text, /\b(?:(possibl[ey]|questionable|doubtful|cannot be excluded|may be|might be)|(probabl[ey]|likely|suspected|suspicious for|presumed)|(?:definite(?:ly)?|certain(?:ly)?|unequivocal))\b|(可能性|否定できな)|(疑い|疑う|疑わ)|(?:確実)/giu, (m) => ((m[1] ?? m[3]) !== undefined ? 'possible' : (m[2] ?? m[4]) !== undefined ? 'probable' : 'certain')).filter((s) => !/\b(?:un|not |im)$/i.test(text.slice(0, s.from)));

export interface SaidFinding extends Said<OntologyFinding> { readonly negated: boolean }

const isEastAsian = (text: string): boolean => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);
const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
/** Words may be joined by blanks, low lines or hyphens, and stand in the plural. */
function patternOf(name: string): string {
  const joined = name.split(/[\s-]+/).map(escaped).join('[\\s_-]+');
  return isEastAsian(name) ? joined : `(?<![\\p{L}\\p{N}])${joined.replace(/y$/, '(?:y|ies)')}(?:e?s)?(?![\\p{L}\\p{N}])`;
}
interface Name { readonly name: string; readonly stem: string; pattern: RegExp | null; readonly finding: OntologyFinding }
const prepared = new WeakMap<readonly OntologyFinding[], readonly Name[]>();
/** Longest names first: a calcified nodule is not a nodule once more. */
function namesIn(findings: readonly OntologyFinding[]): readonly Name[] {
  const known = prepared.get(findings) ?? findings.flatMap((finding) => namesOf(finding).map((name): Name => ({ name, stem: plainly(name).replace(/y$/, ''), pattern: null, finding }))).sort((a, b) => b.name.length - a.name.length);
  prepared.set(findings, known);
  return known;
}
const plainly = (text: string): string => text.toLowerCase().replace(/[\s_-]+/g, ' ');

/** Findings that a text names, in its order, and whether it denies them. */
export function findingsSaid(text: string, findings: readonly OntologyFinding[]): SaidFinding[] {
  const taken: SaidFinding[] = [], plain = plainly(text);
  for (const n of namesIn(findings)) {
    // Hundreds of names, of which a sentence has one or two: only those are looked for closely.
    if (!plain.includes(n.stem)) continue;
    n.pattern ??= new RegExp(patternOf(n.name), 'giu');
    for (const said of all(text, n.pattern, () => n.finding)) if (!taken.some((t) => overlaps(t, said))) taken.push({ ...said, negated: isNegated(text, said.from, said.to) });
  }
  return taken.sort((a, b) => a.from - b.from);
}

// After NegEx (Chapman et al. 2001, J Biomed Inform 34:301): a trigger denies what follows it in its clause within a few
// words, or what stands before it; "no change" denies nothing.
const before = /(?<![\p{L}])(?:no|not|without|denies|absence of|free of|negative for|ohne|keine?[nrsm]?)(?![\p{L}])(?! (?:\w+ ){0,2}(?:change|increase|decrease|growth|enlargement|progression|doubt|longer|only)\b)((?:[ -]+(?!but\b|except\b|however\b|though\b)[\p{L}\p{N}'/]+){0,6})[ -]*$/iu;
const after = /^(?:[ -]+[\p{L}']+){0,2}? ?(?:(?:is|are|was|were|has been|have been) )?(?:absent|excluded|ruled out|not (?:seen|visible|present|identified|found|detected)|ausgeschlossen)\b|^[^。、，,.]{0,10}?(?:な[しい]|無[しい]|なく|ありません|認め(?:ない|ず|ません|られない|られません)|[み見]られ(?:ない|ず|ません)|否定(?!でき|し切れ|しきれ))/iu;
/** A clause ends where a thought does; a comma ends it too, but for a list: "no nodule, mass or scar". */
function isNegated(text: string, from: number, to: number): boolean {
  const clause = /[^.;:。；\n]*$/u.exec(text.slice(0, from))?.[0] ?? '', rest = /^[^.;:。；\n]*/u.exec(text.slice(to))?.[0] ?? '';
  if (before.test(clause.replaceAll(/,\s*(?=[\p{L}\s]*$)/gu, ' ').replaceAll(/,(?=[^,]*,)/g, ' '))) return true;
  return after.test(rest);
}
