// Regions as marks on the stage. A mark stays the same object as long as its region does: of thousands, the one that
// changed is painted again.
import type { RegionRow } from '../../../shared/domain/region.ts';
import type { Mark } from '../../canvas/paint.ts';
import { styleOf } from '../../canvas/region-style.ts';
import type { Layers } from './layers.ts';

const made = new WeakMap<RegionRow, Mark>();

/** @param regions of one case, in order: a mark is called by its number */
export function marksOf(regions: readonly RegionRow[], layers: Pick<Layers, 'isShown' | 'isLocked'>): Mark[] {
  return regions.flatMap((r, i) => {
    if (!layers.isShown(r.id)) return [];
    const style = styleOf(r), score = r.verdict === 'proposed' && r.proposal?.score != null ? r.proposal.score.toFixed(2).replace(/^0/, '') : '';
    const label = `${i + 1} ${style.glyph}${score}`.trim(), locked = layers.isLocked(r.id), known = made.get(r);
    if (known !== undefined && known.label === label && known.locked === locked) return [known];
    const mark: Mark = { id: r.id, box: r.box, shape: r.shape, depth: r.depth, locked, style, label };
    made.set(r, mark);
    return [mark];
  });
}
