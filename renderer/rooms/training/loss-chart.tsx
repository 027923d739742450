// How the loss goes: the total and its parts over the steps, each line named at its end.
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { ReactNode } from 'react';
import type { LossPoint } from '../../../shared/domain/run.ts';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

const series = [
  { key: 'total', colour: 'var(--text)', width: 2 },
  { key: 'regionText', colour: 'var(--edited)', width: 1.4 },
  { key: 'imageText', colour: 'var(--added)', width: 1.4 },
  { key: 'objectness', colour: 'var(--warn)', width: 1.4 },
  { key: 'box', colour: 'var(--accepted)', width: 1.4 },
] as const;

/** Running mean over about a twelfth of the points: single batches are noisy, the trend is what is asked. */
export function smoothed(values: readonly number[]): number[] {
  const weight = 1 - Math.exp(-1 / Math.max(1, values.length / 12));
  let mean = values[0] ?? 0;
  return values.map((v) => { mean += weight * (v - mean); return mean; });
}

export function LossChart({ points, steps }: { points: readonly LossPoint[]; steps: number }): ReactNode {
  const t = useTranslations('training'), figures = useFigures();
  const width = 880, height = 300, left = 34, right = 150, top = 24, bottom = 26;
  const x = scaleLinear([0, Math.max(steps, 1)], [left, width - right]);
  const curves = series.map((s) => ({ ...s, values: smoothed(points.map((p) => p[s.key])) }));
  const y = scaleLinear([0, Math.max(0.1, ...curves.flatMap((c) => c.values))], [height - bottom, top]).nice();
  // Labels keep 15 units apart, in the order of their lines' ends.
  const ends = curves.map((c) => ({ ...c, at: y(c.values.at(-1) ?? 0) })).sort((a, b) => b.at - a.at)
    .reduce<readonly (typeof curves[number] & { readonly text: number })[]>((placed, c) => [...placed, { ...c, text: Math.min(c.at, (placed.at(-1)?.text ?? Infinity) - 15) }], []);
  const last = points.at(-1);
  return (
    <figure>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={last === undefined ? t('loss') : t('lossAt', { step: last.step, loss: figures.fixed(last.total, 2) })} style={{ width: '100%', display: 'block' }}>
        <text x="0" y="12" fontSize="12" fill="var(--text-3)">{t('lossAxis')}</text>
        {y.ticks(5).map((v) => <g key={v}><line x1={left} x2={width - right} y1={y(v)} y2={y(v)} stroke="var(--line-soft)" /><text x={left - 6} y={y(v) + 4} textAnchor="end" fontSize="12" fill="var(--text-3)">{v}</text></g>)}
        {x.ticks(6).filter(Number.isInteger).map((v) => <text key={v} x={x(v)} y={height - 8} textAnchor="middle" fontSize="12" fill="var(--text-3)">{v}</text>)}
        <text x={width - right + 24} y={height - 8} fontSize="12" fill="var(--text-3)">{t('stepAxis')}</text>
        {ends.map((c) => <g key={c.key}>
          <path d={line<number>((_, i) => x(points[i]?.step ?? 0), (v) => y(v))(c.values) ?? ''} fill="none" stroke={c.colour} strokeWidth={c.width} strokeLinejoin="round" />
          {c.values.length > 0 && <text x={x(last?.step ?? 0) + 8} y={c.text + 4} fontSize="12" fill={c.colour}>{t(`series.${c.key}`)} {figures.fixed(c.values.at(-1) ?? 0, 2)}</text>}
        </g>)}
      </svg>
    </figure>
  );
}
