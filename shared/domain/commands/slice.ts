// One finding through the slices of a series: copied to the next, filled in between two, or said to be the same one. Each
// slice is a case, so what happens on it is a command of its own there, and is undone there.
import { AppError } from '../../errors.ts';
import { recaption } from '../caption.ts';
import type { CaseRow } from '../case.ts';
import { canonical, emptyDiff, isEmptyDiff, type Diff } from '../diff.ts';
import { outlineBetween } from '../interpolate.ts';
import { trackOf, type RegionRow } from '../region.ts';
import { outlineOn, type Outline, type Stack } from '../series.ts';
import { addRegion, reviewing, type NewRegion } from './region.ts';

/** A slice with its regions. */
export interface ReadSlice { readonly study: CaseRow; readonly regions: readonly RegionRow[] }

/** The region of a track on one slice; what was rejected or left open is none. */
export const regionOnTrack = (regions: readonly RegionRow[], track: string): RegionRow | undefined =>
  regions.find((r) => r.source !== 'truth' && r.verdict !== 'rejected' && r.verdict !== 'ignored' && trackOf(r) === track);

const isBlinded = (study: CaseRow): boolean => study.readers !== undefined && (study.status === 'new' || study.status === 'proposed');
const isClosed = (study: CaseRow): boolean => study.status === 'signed-off' || isBlinded(study);

/** What is said of `like`, said of another outline on another slice. Who copies a doubtful proposal has seen it. */
function saidOf(like: RegionRow, outline: Outline, study: CaseRow): Omit<NewRegion, 'id' | 'order' | 'interpolated'> {
  const { label, attributes } = like, known = like.verdict === 'proposed' ? { certainty: 'certain' as const, ...attributes } : attributes;
  return { ...outline, label, caption: recaption(like.caption, null, outline.box, study.pixels, known), track: trackOf(like), ...(attributes === undefined ? {} : { attributes }) };
}
const after = (regions: readonly RegionRow[]): number => Math.max(999, ...regions.map((r) => r.order)) + 1;

/**
 * The region at the same place of another slice, as a person's own; nothing where its track is there already.
 * AppError('conflict') where that slice is signed off or read by several, or has no such place.
 */
export function copyRegion(to: ReadSlice, from: CaseRow, region: RegionRow, id: string): Diff {
  if (regionOnTrack(to.regions, trackOf(region)) !== undefined) return emptyDiff;
  if (to.study.status === 'signed-off') throw new AppError('conflict', 'The other slice is signed off; reopen it to add to it.');
  if (isBlinded(to.study)) throw new AppError('conflict', 'Several readers read the other slice; nothing is added to it here.');
  return addRegion(to.study, { id, order: after(to.regions), ...saidOf(region, outlineOn(to.study, from, region), to.study) });
}

/** What happens on one slice. */
export interface OnSlice { readonly study: CaseRow; readonly diff: Diff }
export interface Interpolation { readonly filled: readonly OnSlice[]; /** Slices left as they are, because they are signed off or read by several. */ readonly closed: number }

/**
 * Fills the slices between those on which somebody marked the finding. What was interpolated before and nobody has looked
 * at is computed anew. Name and words are those of the nearer mark. AppError('conflict') where there is nothing between.
 */
export function interpolateTrack({ slices, positions }: Stack<ReadSlice>, track: string, newId: () => string): Interpolation {
  const present = slices.map((s) => regionOnTrack(s.regions, track)), marked = present.flatMap((r, i) => (r === undefined || r.interpolated === true ? [] : [{ region: r, at: i }]));
  const filled: OnSlice[] = [];
  let between = 0, closed = 0;
  for (const [n, { region: a, at: i }] of marked.entries()) {
    const next = marked[n + 1], first = slices[i], last = next === undefined ? undefined : slices[next.at];
    if (next === undefined || first === undefined || last === undefined) break;
    for (let k = i + 1; k < next.at; k++) {
      const slice = slices[k];
      if (slice === undefined) continue;
      between++;
      if (isClosed(slice.study)) { closed++; continue; }
      const t = shareOf(positions, i, k, next.at), like = t < 0.5 ? a : next.region, old = present[k];
      const outline = outlineBetween(outlineOn(slice.study, first.study, a), outlineOn(slice.study, last.study, next.region), t, slice.study.pixels), said = { ...saidOf(like, outline, slice.study), track, interpolated: true };
      const diff = old === undefined ? addRegion(slice.study, { id: newId(), order: after(slice.regions), ...said }) : redrawn(slice.study, old, said);
      if (!isEmptyDiff(diff)) filled.push({ study: slice.study, diff });
    }
  }
  if (between === 0) throw new AppError('conflict', 'Mark the finding on two slices that have others between them; then those can be filled in.');
  return { filled, closed };
}

/** How far a slice lies on the way from one to another: by millimetres where they are known, else by count. */
function shareOf(positions: readonly number[] | null, from: number, at: number, to: number): number {
  const [a = 0, p = 0, b = 0] = positions === null ? [] : [positions[from], positions[at], positions[to]];
  return a === b ? (at - from) / (to - from) : (p - a) / (b - a);
}

function redrawn(study: CaseRow, old: RegionRow, said: Omit<NewRegion, 'id' | 'order'>): Diff {
  const { shape: _, attributes: __, ...rest } = old, next: RegionRow = { ...rest, ...said };
  return canonical(next) === canonical(old) ? emptyDiff : { ...emptyDiff, updated: [...reviewing(study), [old, next]] };
}

/**
 * Says that a region is the finding of a track. One without a name takes over what is said of `like`, which bears it.
 * AppError('conflict') where the slice has another region of that track.
 */
export function followRegion({ study, regions }: ReadSlice, region: RegionRow, like: RegionRow): Diff {
  const track = trackOf(like);
  if (trackOf(region) === track) return emptyDiff;
  if (regionOnTrack(regions, track) !== undefined) throw new AppError('conflict', 'Another region on this slice is this finding already.');
  const named = region.label === '' && region.caption === '' ? saidOf(like, { box: region.box, ...(region.shape === undefined ? {} : { shape: region.shape }) }, study) : {};
  return { ...emptyDiff, updated: [...reviewing(study), [region, { ...region, ...named, track }]] };
}

/**
 * Says of a region, and of those that follow it on other slices, that they are the finding that `like` marks. Slices that
 * are signed off, or have that finding already, stay as they are. AppError('conflict') as of followRegion.
 */
export function followTrack(slices: readonly ReadSlice[], region: RegionRow, like: RegionRow): OnSlice[] {
  const track = trackOf(region);
  return slices.flatMap((slice): OnSlice[] => {
    const own = slice.study.id === region.caseId, one = own ? region : regionOnTrack(slice.regions, track);
    if (one === undefined || (!own && (slice.study.status === 'signed-off' || regionOnTrack(slice.regions, trackOf(like)) !== undefined))) return [];
    const diff = followRegion(slice, one, like);
    return isEmptyDiff(diff) ? [] : [{ study: slice.study, diff }];
  });
}
