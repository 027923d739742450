// What a site settles for all its readers, changed as a whole: who changes it last has seen what was there.
import { canonical, emptyDiff, type Diff } from '../diff.ts';
import { settingsRow, usualSettings, type SettingsRow } from '../settings.ts';
import { AppError } from '../../errors.ts';

/** `stored` is null as long as nobody changed anything. AppError('wrong-usage') with what is wrong with the change. */
export function changeSettings(stored: SettingsRow | null, change: Partial<Omit<SettingsRow, 'table' | 'id'>>): Diff {
  const checked = settingsRow.safeParse({ ...(stored ?? usualSettings), ...change });
  if (!checked.success) throw new AppError('wrong-usage', checked.error.issues[0]?.message ?? 'These settings are not valid.');
  const next = checked.data;
  if (canonical(next) === canonical(stored ?? usualSettings)) return emptyDiff;
  return stored === null ? { ...emptyDiff, added: [next] } : { ...emptyDiff, updated: [[stored, next]] };
}
