// Keeps a region's name, side, certainty and sentence in step: what changes in one is said by the others. Where the
// program put the sentence together it is written anew; where a person wrote it its words stay, and what can be read out
// of them goes into the fields. A person who decides is certain unless they say otherwise: the network's "Possible" goes.
import type { Attributes, Certainty, Side } from './attributes.ts';
import { attributedCaption, partsOf, recaption } from './caption.ts';
import type { RegionChange } from './commands/region.ts';
import { clampBox, type Box, type Size, type Spaced } from './geometry.ts';
import { certaintiesSaid, findingsSaid, sideSaid } from './lexicon.ts';
import { ancestorsOf, findingNamed, type OntologyFinding } from './ontology.ts';
import type { RegionRow } from './region.ts';

type Worded = Pick<RegionRow, 'box' | 'label' | 'caption' | 'attributes'>;
type Image = Size & Spaced;

/** Another name, said by this phrase. */
export const named = (region: Worded, label: string, phrase: string, image: Image): RegionChange => ({ label, caption: recaption(region.caption, phrase, region.box, image, region.attributes) });

/** Another box, inside the image: place and size follow it. */
export function moved(region: Worded, to: Box, image: Image): RegionChange & { readonly box: Box } {
  const box = clampBox(to, image);
  return { box, caption: recaption(region.caption, null, box, image, { certainty: 'certain', ...region.attributes }) };
}

/** Side or certainty; null takes it back. */
export function stated(region: Worded, change: { readonly side?: Side | null; readonly certainty?: Certainty | null }, image: Image): RegionChange {
  const side = change.side === undefined ? region.attributes?.side : change.side ?? undefined, certainty = change.certainty === undefined ? region.attributes?.certainty : change.certainty ?? undefined;
  const parts = partsOf(region.caption);
  return { attributes: known(side, certainty), caption: parts === null ? region.caption : attributedCaption(parts.phrase, region.box, image, certainty, side) };
}

/** Another sentence. A finding that it names and the region was not called becomes its name. */
export function worded(region: Worded, text: string, findings: readonly OntologyFinding[]): RegionChange {
  const caption = text.normalize('NFC').trim(), parts = partsOf(caption), { side, certainty } = region.attributes ?? {};
  if (parts !== null) {
    const label = findingNamed(findings, parts.phrase)?.label ?? nameIn(parts.phrase, region.label, findings);
    return { caption, label: label === '' ? parts.phrase : label, attributes: known(parts.side ?? undefined, parts.certainty !== 'certain' ? parts.certainty : certainty === 'certain' ? certainty : undefined) };
  }
  const doubts = certaintiesSaid(caption), doubt = doubts[0]?.value;
  return { caption, label: nameIn(caption, region.label, findings), attributes: known(sideSaid(caption)?.value ?? side, doubts.every((d) => d.value === doubt) ? doubt ?? certainty : certainty) };
}

/** The one finding that the words name instead of the present one; the present one where they name it, several or none. */
function nameIn(text: string, present: string, findings: readonly OntologyFinding[]): string {
  const said = [...new Set(findingsSaid(text, findings).filter((f) => !f.negated).map((f) => f.value))], [only] = said;
  return only === undefined || said.length > 1 || areKin(findings, only.label, present) ? present : only.label;
}

/** The same finding, or one a kind of the other. */
export function areKin(findings: readonly OntologyFinding[], a: string, b: string): boolean {
  const isKind = (of: string, label: string): boolean => { const f = findings.find((x) => x.label === of); return f !== undefined && ancestorsOf(findings, f).includes(label); };
  return a === b || isKind(a, b) || isKind(b, a);
}

const known = (side: Side | undefined, certainty: Certainty | undefined): Attributes => ({ ...(side === undefined ? {} : { side }), ...(certainty === undefined ? {} : { certainty }) });
