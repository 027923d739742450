// Shares with their intervals, and outcomes side by side: directly labelled, the interval drawn, one colour for one meaning.
import { scaleLinear } from 'd3-scale';
import type { ReactNode } from 'react';
import type { Share } from '../../../shared/domain/workflow.ts';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

export function ShareLine({ label, share: s, colour }: { label: string; share: Share | null; colour: string }): ReactNode {
  const t = useTranslations('work'), figures = useFigures();
  const x = scaleLinear([0, 1], [0, 100]);
  return (
    <div className="share-line">
      <span>{label}</span>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect x="0" y="3" width="100" height="4" fill="var(--line-soft)" />{s !== null && <><rect x={x(s.low)} y="3" width={Math.max(0.6, x(s.high) - x(s.low))} height="4" fill={colour} opacity="0.35" /><rect x={x(s.value) - 0.6} y="1" width="1.2" height="8" fill={colour} /></>}</svg>
      <span className="num">{s === null ? '–' : t('share', { percent: figures.percent(s.value), low: figures.number(Math.round(100 * s.low)), high: figures.number(Math.round(100 * s.high)), of: s.of })}</span>
    </div>
  );
}

const parts = [['accepted', 'var(--accepted)'], ['edited', 'var(--edited)'], ['rejected', 'var(--rejected)'], ['added', 'var(--added)']] as const;
export interface OutcomeRow { readonly label: string; readonly accepted: number; readonly edited: number; readonly rejected: number; readonly added: number; readonly note?: string }

/** A table that is its own chart: the bar of each row is as long as its share of the longest. */
export function OutcomeBars({ rows }: { rows: readonly OutcomeRow[] }): ReactNode {
  const t = useTranslations('work'), figures = useFigures();
  const total = (r: OutcomeRow): number => r.accepted + r.edited + r.rejected + r.added, longest = Math.max(1, ...rows.map(total));
  return (
    <table className="outcomes">
      <thead><tr><th>{t('finding')}</th><th aria-hidden="true" />{parts.map(([k, colour]) => <th key={k} className="num"><span className="swatch" style={{ background: colour }} aria-hidden="true" />{t(`outcome.${k}`)}</th>)}</tr></thead>
      <tbody>{rows.map((r) => (
        <tr key={r.label}><td>{r.label}{r.note !== undefined && r.note !== '' && <span className="faint"> · {r.note}</span>}</td>
          <td className="outcome-bar" aria-hidden="true"><div style={{ width: `${(100 * total(r)) / longest}%` }}>{parts.map(([k, colour]) => r[k] > 0 && <i key={k} style={{ flexGrow: r[k], background: colour }} />)}</div></td>
          {parts.map(([k]) => <td key={k} className="num">{figures.number(r[k])}</td>)}</tr>
      ))}</tbody>
    </table>
  );
}
