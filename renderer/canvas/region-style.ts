// How a region's state looks: colour, line and glyph together, never colour alone. Colours are those of tokens.css; the
// words are region.verdict in words/.
import type { RegionRow, Verdict } from '../../shared/domain/region.ts';

export interface RegionStyle { readonly colour: string; readonly dash: number[]; readonly glyph: string; readonly opacity: number }
export const regionStyles: Readonly<Record<Verdict, RegionStyle>> = {
  proposed: { colour: '#ffd24a', dash: [], glyph: '', opacity: 1 },
  accepted: { colour: '#4fd18b', dash: [], glyph: '✓', opacity: 1 },
  edited: { colour: '#4cc2ff', dash: [9, 4], glyph: '✎', opacity: 1 },
  rejected: { colour: '#ff6b6b', dash: [3, 3], glyph: '✕', opacity: 0.85 },
  ignored: { colour: '#a9b2bd', dash: [2, 5], glyph: '–', opacity: 0.7 },
  added: { colour: '#c79bff', dash: [], glyph: '+', opacity: 1 },
};
/** Drawn between two slices, and looked at by nobody. */
const interpolated: RegionStyle = { ...regionStyles.added, dash: [8, 3, 2, 3], glyph: '≈' };
export const styleOf = (r: Pick<RegionRow, 'verdict' | 'interpolated'>): RegionStyle => (r.interpolated === true ? interpolated : regionStyles[r.verdict]);
