// The keys in force: a profile, and what a reader changed of it. Plain functions from one choice to the next, and its
// form as a file, by which a department shares one.
import { z } from 'zod';
import type { KeyChoice as StoredChoice } from '../../shared/domain/settings.ts';
import { AppError } from '../../shared/errors.ts';
import { actionIds, actions, canMeet, isActionId, type ActionId } from './actions.ts';
import { isReserved, parseChord } from './chord.ts';
import { profileNames, profiles, type ProfileName } from './profiles.ts';

type Changes = Readonly<Partial<Record<ActionId, readonly string[]>>>;
export interface KeyChoice { readonly profile: ProfileName; readonly changes: Changes }
export const usualKeys: KeyChoice = { profile: 'regionmed', changes: {} };

/** The chords of an action; the first is shown. */
export const keysOf = ({ profile, changes }: KeyChoice, id: ActionId): readonly string[] => changes[id] ?? profileKeys(profile, id);
const profileKeys = (profile: ProfileName, id: ActionId): readonly string[] => profiles[profile].keys[id] ?? actions[id].keys;

/** Why a chord cannot be had; null where it can. */
export type Refusal = 'no-chord' | 'reserved';
export const refusalOf = (chord: string): Refusal | null => (parseChord(chord) === null ? 'no-chord' : isReserved(chord) ? 'reserved' : null);

/** The other actions that have the chord where this one could be meant. */
export const othersWith = (choice: KeyChoice, id: ActionId, chord: string): ActionId[] => actionIds.filter((other) => other !== id && canMeet(id, other) && keysOf(choice, other).includes(chord));

export interface Conflict { readonly chord: string; readonly between: readonly [ActionId, ActionId] }
export const conflictsIn = (choice: KeyChoice): Conflict[] => actionIds.flatMap((id, i) => keysOf(choice, id).flatMap((chord) => actionIds.slice(i + 1).filter((other) => canMeet(id, other) && keysOf(choice, other).includes(chord)).map((other): Conflict => ({ chord, between: [id, other] }))));

/** The choice with these keys for the action; what is as in the profile is no change. */
export function withKeys(choice: KeyChoice, id: ActionId, keys: readonly string[]): KeyChoice {
  const { [id]: _, ...rest } = choice.changes, unique = [...new Set(keys)], usual = profileKeys(choice.profile, id);
  return { ...choice, changes: unique.join('\n') === usual.join('\n') ? rest : { ...rest, [id]: unique } };
}
/** The same, and whoever else had one of the keys where this action could be meant is left without it. */
export const takingKeys = (choice: KeyChoice, id: ActionId, keys: readonly string[]): KeyChoice =>
  withKeys(keys.reduce((c, chord) => othersWith(c, id, chord).reduce((d, other) => withKeys(d, other, keysOf(d, other).filter((k) => k !== chord)), c), choice), id, keys);

const profileName = z.enum(profileNames);
/** What was stored, by whatever version: actions and keys that are not known here are passed over, and where a newer profile has a key for something else, the reader's choice stands. */
export function choiceOf(stored: StoredChoice | undefined): KeyChoice {
  const start: KeyChoice = { profile: profileName.catch('regionmed').parse(stored?.profile), changes: {} };
  return Object.entries(stored?.changes ?? {}).reduce((choice, [id, keys]) => (isActionId(id) ? takingKeys(choice, id, keys.filter((k) => refusalOf(k) === null)) : choice), start);
}
export const toStored = ({ profile, changes }: KeyChoice): StoredChoice => ({ profile, changes: Object.fromEntries(Object.entries(changes).map(([id, keys]) => [id, [...keys]])) });

const keyFile = z.object({ format: z.literal('regionmed-keys'), version: z.literal(1), profile: profileName, changes: z.record(z.string(), z.array(z.string()).max(6)) });
export const keysToFile = (choice: KeyChoice): string => `${JSON.stringify({ format: 'regionmed-keys', version: 1, ...toStored(choice) }, null, 2)}\n`;

/** AppError('bad-settings-file') with what is wrong; nothing is taken then. */
export function keysFromFile(text: string): KeyChoice {
  let value: unknown;
  try { value = JSON.parse(text.replace(/^\uFEFF/, '')); } catch (cause) { throw new AppError('bad-settings-file', 'This is not a JSON file.', { cause }); }
  const read = keyFile.safeParse(value);
  if (!read.success) { const [issue] = read.error.issues; throw new AppError('bad-settings-file', `This is no file of keys: ${[...issue?.path ?? [], issue?.message ?? ''].join(' ')}`, { cause: read.error }); }
  const given: [ActionId, readonly string[]][] = [];
  for (const [id, keys] of Object.entries(read.data.changes)) {
    if (!isActionId(id)) throw new AppError('bad-settings-file', `There is no action "${id}" in this version.`);
    const refused = keys.find((k) => refusalOf(k) !== null);
    if (refused !== undefined) throw new AppError('bad-settings-file', `"${refused}" cannot be the key of ${id}.`);
    const twice = given.find(([other, others]) => canMeet(id, other) && others.some((k) => keys.includes(k)));
    if (twice !== undefined) throw new AppError('bad-settings-file', `${twice[0]} and ${id} are given the same key.`);
    given.push([id, keys]);
  }
  return choiceOf(read.data);
}
