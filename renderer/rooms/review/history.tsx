// What happened to the case, newest first, from the journal: who did what and when, what was taken back, and how often
// it was signed off and reopened.
import { useMemo, type ReactNode } from 'react';
import type { Command, CommandName } from '../../../shared/domain/command.ts';
import { sameBox } from '../../../shared/domain/geometry.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { useAnswer, useProgram } from '../../data/program.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

/** @param version anything that changes when the case does: the history is read again then. */
export function History({ caseId, regions, version }: { caseId: string; regions: readonly RegionRow[]; version: unknown }): ReactNode {
  const { sync } = useProgram();
  const t = useTranslations('history'), measure = useTranslations('measure'), figures = useFigures();
  const commands = useAnswer(() => sync.commandsOf(caseId), [sync, caseId, version]).value;
  const entries = useMemo(() => entriesOf(commands ?? []), [commands]);
  const words = (c: Command): string => {
    const changed = c.diff.updated.flatMap(([a, b]) => (a.table === 'regions' && b.table === 'regions' ? [[a, b] as const] : [])), [pair] = changed;
    const row = pair?.[1] ?? [...c.diff.added, ...c.diff.removed].find((r) => r.table === 'regions');
    const number = row === undefined ? 0 : regions.findIndex((r) => r.id === row.id) + 1, label = row === undefined || row.table !== 'regions' || row.label === '' ? '' : row.label.replaceAll('_', ' ');
    const which = [...(number > 0 ? [String(number)] : []), ...(label === '' ? [] : [label])].join(' · ');
    switch (c.name) {
      case 'acceptRegion': case 'rejectRegion': case 'ignoreRegion': case 'addRegion': case 'copyRegion': case 'interpolateRegion': case 'followRegion': case 'removeRegion': return t(`command.${c.name}`, { which });
      case 'acceptRemaining': return t('command.acceptRemaining', { n: changed.length });
      case 'editRegion': return t('command.editRegion', { which, what: figures.list(pair === undefined ? [] : [...(sameBox(pair[0].box, pair[1].box) ? [] : [t('box')]), ...(JSON.stringify(pair[0].shape) === JSON.stringify(pair[1].shape) ? [] : [t('outline')]), ...(pair[0].label === pair[1].label ? [] : [t('name')]), ...(pair[0].caption === pair[1].caption ? [] : [t('caption')])]) });
      case 'addMeasurement': case 'changeMeasurement': case 'removeMeasurement': { const [m] = [...c.diff.added, ...c.diff.removed, ...c.diff.updated.map(([, now]) => now)].flatMap((r) => (r.table === 'measurements' ? [r.kind] : [])); return t(`command.${c.name}`, { kind: m === undefined ? '' : measure(`kind.${m}`) }); }
      case 'storeProposals': return t('command.storeProposals', { n: c.diff.added.length });
      case 'importCase': case 'revealProposals': case 'setPriority': case 'assignReaders': case 'decidePlaces': case 'captionCase': case 'signOffCase': case 'reopenCase': case 'undo': case 'redo': case 'writeNote': case 'resolveNote': case 'reopenNote': case 'removeNote': return t(`command.${c.name}`);
      // Not told here (see entriesOf), or about no case.
      case 'importTruth': case 'storeReading': case 'promoteModel': case 'refuseModel': case 'rollBackModel': case 'changeSettings': return '';
    }
  };
  return (
    <ol className="history scroll grow" aria-label={t('list')} tabIndex={0}>
      {entries.map(({ command: c, undone }) => (
        <li key={c.id} data-undone={undone}><span className="grow">{undone ? <s>{words(c)}</s> : words(c)}{undone && <span className="faint"> · {t('undone')}</span>}</span><span className="faint">{c.actor} · {figures.when(c.at)}</span></li>
      ))}
    </ol>
  );
}

/** Visits are shown in figures, and that there is ground truth is nothing a reader should lean on. */
const untold: readonly CommandName[] = ['storeReading', 'importTruth'];

/** Newest first; what was undone and not redone is marked. */
export function entriesOf(commands: readonly Command[]): { command: Command; undone: boolean }[] {
  const undone = new Set<string>();
  for (const c of commands) {
    if (c.of === null) continue;
    if (c.name === 'undo') undone.add(c.of); else if (c.name === 'redo') undone.delete(c.of);
  }
  return commands.filter((c) => !untold.includes(c.name)).toReversed().map((command) => ({ command, undone: undone.has(command.id) }));
}
