// What the site has settled, as the rooms use it: its settings, its findings with whatever else is in use, and the one
// way to change them.
import { useCallback, useMemo } from 'react';
import { changeSettings } from '../../shared/domain/commands/settings.ts';
import { isEmptyDiff } from '../../shared/domain/diff.ts';
import { withUsed, type OntologyFinding } from '../../shared/domain/ontology.ts';
import { usualSettings, type SettingsRow } from '../../shared/domain/settings.ts';
import { AppError, toWireError } from '../../shared/errors.ts';
import { useAnswer, useLive, useProgram } from './program.tsx';

export type SiteChange = Partial<Omit<SettingsRow, 'table' | 'id'>>;
export interface Site {
  readonly settings: SettingsRow;
  /** The site's list, or the network's findings; and after it names in use that the list does not know. */
  readonly findings: readonly OntologyFinding[];
  /** Answers whether it was taken; a change that is not valid is said to the person. */
  readonly change: (change: SiteChange) => Promise<boolean>;
}

const noFindings: readonly OntologyFinding[] = [];

export function useSite(): Site {
  const { db, sync, host } = useProgram();
  const settings = useLive(async () => await db.settings.get('site') ?? usualSettings, [db]) ?? usualSettings;
  const used = useAnswer(async () => (await host.findings({})).findings, [host, settings.ontology]).value;
  const findings = useMemo(() => (used === undefined ? settings.ontology ?? noFindings : withUsed(settings.ontology ?? [], used)), [settings.ontology, used]);
  const change = useCallback(async (wanted: SiteChange): Promise<boolean> => {
    try {
      const diff = changeSettings(await db.settings.get('site') ?? null, wanted);
      if (!isEmptyDiff(diff)) await sync.dispatch('changeSettings', null, diff);
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      sync.say(toWireError(error));
      return false;
    }
  }, [db, sync]);
  return useMemo(() => ({ settings, findings, change }), [settings, findings, change]);
}
