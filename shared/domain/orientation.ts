// Which way of the patient each edge of an image lies: L and R, A and P, H and F (PS3.3 C.7.6.1.1.1). Of slices by their
// plane, of projections by what the file says; never guessed.
import type { Plane } from './series.ts';

export interface EdgeLetters { readonly left: string | null; readonly right: string | null; readonly top: string | null; readonly bottom: string | null }

/** Towards which each of the patient's axes grows (C.7.6.2.1.1), and what lies against it. */
const axes = [['L', 'R'], ['P', 'A'], ['H', 'F']] as const;
const opposite: Readonly<Record<string, string>> = { L: 'R', R: 'L', P: 'A', A: 'P', H: 'F', F: 'H' };
/** A direction within one degree of an axis is that axis: files round them. */
const least = Math.sin(Math.PI / 180);

/** Up to three letters, the strongest first. */
const lettersOf = (direction: readonly number[]): string =>
  axes.map(([grows, falls], i) => ({ letter: (direction[i] ?? 0) > 0 ? grows : falls, by: Math.abs(direction[i] ?? 0) })).filter(({ by }) => by >= least).sort((a, b) => b.by - a.by).map(({ letter }) => letter).join('');

/** Null where it holds anything but these letters: words for four-legged patients, or nothing. */
const known = (letters: string): string | null => (/^[LRAPHF]{1,3}$/.test(letters.trim()) ? letters.trim() : null);
const against = (letters: string | null): string | null => (letters === null ? null : letters.replaceAll(/./g, (l) => opposite[l] ?? l));

/**
 * The letters at the edges of the image as it is seen: mirrored first (left and right change places), then turned clockwise
 * by so many quarters. Null where nothing is known.
 * @param of a slice's plane, or the letters at the right and at the foot of a projection (Patient Orientation)
 */
export function edgeLetters(of: Plane | readonly [right: string, bottom: string] | null | undefined, turns = 0, mirrored = false): EdgeLetters | null {
  if (of == null) return null;
  const [toRight, toBottom] = 'origin' in of ? [lettersOf(of.x), lettersOf(of.y)] : of;
  const right = known(toRight), bottom = known(toBottom);
  if (right === null && bottom === null) return null;
  // From the top, clockwise: a quarter turn brings what was at the left to the top.
  const [side, other] = mirrored ? [against(right), right] : [right, against(right)], round = [against(bottom), side, bottom, other];
  const at = (edge: number): string | null => round[(((edge - turns) % 4) + 4) % 4] ?? null;
  return { top: at(0), right: at(1), bottom: at(2), left: at(3) };
}

/** Of a case, by whichever it has. */
export const directionsOf = ({ series, towards }: { readonly series?: { readonly plane: Plane | null } | undefined; readonly towards?: readonly [string, string] | undefined }): Plane | readonly [string, string] | null => series?.plane ?? towards ?? null;
