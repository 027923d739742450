// How a region's state looks: colour, line and glyph together, never colour alone. The colours also stay apart for eyes
// without one kind of cone (a test simulates them): accepted and edited differ in lightness, not in hue alone. The words
// are region.verdict in words/.
import type { RegionRow, Verdict } from '../../shared/domain/region.ts';

export interface RegionStyle { readonly colour: string; readonly dash: number[]; readonly glyph: string; readonly opacity: number }
export const regionStyles: Readonly<Record<Verdict, RegionStyle>> = {
  proposed: { colour: '#ffd24a', dash: [], glyph: '', opacity: 1 },
  accepted: { colour: '#22bb8a', dash: [], glyph: '✓', opacity: 1 },
  edited: { colour: '#a2dbff', dash: [9, 4], glyph: '✎', opacity: 1 },
  rejected: { colour: '#ff625c', dash: [3, 3], glyph: '✕', opacity: 0.85 },
  ignored: { colour: '#a7afba', dash: [2, 5], glyph: '–', opacity: 0.7 },
  added: { colour: '#bb8fff', dash: [], glyph: '+', opacity: 1 },
};

/** Where readers are compared: a colour and a line each, and the reader's letter beside them. */
export const readerStyles: readonly [RegionStyle, ...RegionStyle[]] = [
  { colour: regionStyles.edited.colour, dash: [], glyph: '', opacity: 1 }, { colour: regionStyles.proposed.colour, dash: [9, 4], glyph: '', opacity: 1 },
  { colour: regionStyles.added.colour, dash: [3, 3], glyph: '', opacity: 1 }, { colour: regionStyles.accepted.colour, dash: [12, 3, 3, 3], glyph: '', opacity: 1 },
];
/** Drawn between two slices, and looked at by nobody. */
const interpolated: RegionStyle = { ...regionStyles.added, dash: [8, 3, 2, 3], glyph: '≈' };
export const styleOf = (r: Pick<RegionRow, 'verdict' | 'interpolated'>): RegionStyle => (r.interpolated === true ? interpolated : regionStyles[r.verdict]);
