// Which marks of a stage are labelled, and where the labels stand.
import type { Box, Size } from '../../shared/domain/geometry.ts';
import { placeLabels, type View } from './geometry.ts';
import { isInSight, labelSize, onStage, type Mark, type Places } from './paint.ts';

/** Beyond this many marks in sight, only those are labelled that are wider than their label; still too many, only the chosen one: more would be a carpet. */
const labelLimit = 120;

/** Where the labels of the marks in sight stand. The order of the marks decides, not the choice: labels do not jump when one is chosen. */
export function labelPlaces(marks: readonly Mark[], selected: string | null, view: View, stage: Size, taken?: readonly Box[]): Places {
  let seen = marks.filter((m) => m.label !== '' && isInSight(m, view, stage));
  for (const fits of [(m: Mark) => m.box.width * view.scale >= labelSize(m.label).width, () => false]) if (seen.length > labelLimit) seen = seen.filter((m) => m.id === selected || fits(m));
  const at = placeLabels(seen.map((m) => ({ box: onStage(m.box, view), size: labelSize(m.label) })), stage, taken);
  return new Map(seen.flatMap((m, i) => { const place = at[i]; return place === undefined ? [] : [[m.id, place] as const]; }));
}
