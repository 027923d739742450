// The chosen region among the slices: which ones its finding is marked on, and what carries it to others.
import type { ReactNode } from 'react';
import type { ActionId } from '../../keys/actions.ts';
import { useKeys } from '../../keys/keys.tsx';
import { Keys } from '../../ui/actions.tsx';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { useFigures, type Figures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import type { Slices } from './use-slices.ts';

/** [1, 2, 3, 5] -> "1–3, 5" */
function inRuns(numbers: readonly number[], figures: Figures): string {
  const runs: [number, number][] = [];
  for (const n of numbers) { const last = runs.at(-1); if (last !== undefined && last[1] === n - 1) last[1] = n; else runs.push([n, n]); }
  return figures.list(runs.map(([a, b]) => (a === b ? figures.number(a) : `${figures.number(a)}–${figures.number(b)}`)));
}

/** Where the image stands in its series, in words. */
export function useSliceWords(): (slices: Pick<Slices, 'number' | 'count' | 'mm'>) => string {
  const t = useTranslations('slices'), figures = useFigures();
  return ({ number, count, mm }) => (mm === null ? t('image', { n: number, of: count }) : t('slice', { n: number, of: count, mm: figures.fixed(mm, 1).replace('-', '−') }));
}

export function SliceFields({ slices }: { slices: Slices }): ReactNode {
  const t = useTranslations('slices'), figures = useFigures(), keys = useKeys(), { like, marked } = slices;
  const button = (name: string, icon: IconName, id: ActionId, run: () => void, enabled: boolean): ReactNode =>
    <button type="button" className="tool" aria-label={name} title={keys.titled(name, id)} disabled={!enabled} onClick={run}><Icon name={icon} /></button>;
  return (
    <div className="row size-fields" role="group" aria-label={t('title')}>
      <span className="faint">{marked.length < 2 ? t('here') : t('marked', { slices: inRuns(marked, figures) })}</span>
      <span className="row size-tools">
        {button(t('action.copyPrevious'), 'copyPrevious', 'slice.copyPrevious', () => slices.copy(-1), slices.canCopy(-1))}{button(t('action.copyNext'), 'copyNext', 'slice.copyNext', () => slices.copy(1), slices.canCopy(1))}{button(t('action.fill'), 'fillBetween', 'slice.fill', slices.fill, slices.canFill)}
      </span>
      {like !== null && <button type="button" className="chip same-finding" onClick={slices.follow}>{like.region.label === '' ? t('same', { n: like.slice }) : t('sameNamed', { n: like.slice, name: like.region.label.replaceAll('_', ' ') })} <Keys of="slice.same" /></button>}
    </div>
  );
}
