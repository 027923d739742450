// What the site wants read sooner or later: rules that the worklist's order weighs. A change is stored at once, and the
// order follows.
import type { ReactNode } from 'react';
import type { PriorityRule } from '../../../shared/domain/priority.ts';
import type { Site } from '../../data/site.ts';
import { useTranslations } from '../../words/language.tsx';
import { Cell } from './cell.tsx';

/** Steps of a rule's weight, from first to last. */
const weights = [1, 0.5, -0.5, -1] as const;

export function Priorities({ site }: { site: Site }): ReactNode {
  const t = useTranslations('queue');
  const rules = site.settings.priorities ?? [];
  const store = (priorities: readonly PriorityRule[]): void => { void site.change({ priorities: [...priorities] }); };
  const update = (at: number, change: Partial<PriorityRule>): void => store(rules.map((r, i) => (i === at ? { ...r, ...change } : r)));
  /** A weight that was set by other means keeps its place in the list. */
  const offered = (weight: number): readonly number[] => (weights.some((w) => w === weight) ? weights : [...weights, weight]);
  const words = (weight: number): string => (weight === 1 ? t('weight.first') : weight === 0.5 ? t('weight.sooner') : weight === -0.5 ? t('weight.later') : weight === -1 ? t('weight.last') : String(weight));
  return (
    <div className="stack">
      <p className="muted">{t('rulesTold')}</p>
      {rules.length > 0 && <table>
        <thead><tr>{(['name', 'modality', 'title', 'finding', 'weight'] as const).map((c) => <th key={c}>{t(`rule.${c}`)}</th>)}<th><span className="visually-hidden">{t('removeRule')}</span></th></tr></thead>
        <tbody>
          {rules.map((r, i) => (
            <tr key={`${i} ${r.name}`}>
              <td><Cell label={t('ruleCell', { column: t('rule.name'), rule: r.name })} value={r.name} onCommit={(name) => { if (name !== '') update(i, { name }); }} /></td>
              {(['modality', 'title', 'finding'] as const).map((c) => <td key={c}><Cell label={t('ruleCell', { column: t(`rule.${c}`), rule: r.name })} value={r[c]} placeholder={t('anyOfThem')} onCommit={(text) => update(i, { [c]: text })} /></td>)}
              <td><select className="field" aria-label={t('ruleCell', { column: t('rule.weight'), rule: r.name })} value={r.weight} onChange={(e) => update(i, { weight: Number(e.target.value) })}>{offered(r.weight).map((w) => <option key={w} value={w}>{words(w)}</option>)}</select></td>
              <td><button type="button" className="btn small danger" aria-label={t('removeThisRule', { rule: r.name })} onClick={() => store(rules.filter((_, k) => k !== i))}>{t('removeRule')}</button></td>
            </tr>
          ))}
        </tbody>
      </table>}
      <div><button type="button" className="btn" onClick={() => store([...rules, { name: t('newRule', { n: rules.length + 1 }), modality: '', title: '', finding: '', weight: 0.5 }])}>{t('addRule')}</button></div>
    </div>
  );
}
