// What changed, most harmful first, narrowed by effect and by finding.
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { Difference } from '../../../shared/domain/gate.ts';
import { useLive, useProgram } from '../../data/program.tsx';
import { useTranslations } from '../../words/language.tsx';
import { useChangeWords } from './change-words.ts';

type Effect = 'broken' | 'fixed' | 'all';
export interface Filter {
  readonly shown: readonly Difference[];
  readonly effect: Effect;
  readonly setEffect: (e: Effect) => void;
  readonly label: string;
  readonly setLabel: (l: string) => void;
  readonly labels: readonly string[];
}

export function useFilter(differences: readonly Difference[]): Filter {
  const { labelOf } = useChangeWords();
  const [effect, setEffect] = useState<Effect>('all');
  const [label, setLabel] = useState('');
  const labels = useMemo(() => [...new Set(differences.map(labelOf))].sort(), [differences, labelOf]);
  const shown = useMemo(() => differences.filter((d) => (effect === 'all' || d.effect === effect) && (label === '' || !labels.includes(label) || labelOf(d) === label)), [differences, effect, label, labelOf, labels]);
  return { shown, effect, setEffect, label, setLabel, labels };
}

export function ChangeList({ filter, at, onChoose, fixed, broken }: { filter: Filter; at: number; onChoose: (id: string) => void; fixed: number; broken: number }): ReactNode {
  const { db } = useProgram();
  const t = useTranslations('models'), { labelOf, detailOf } = useChangeWords();
  const frame = useRef<HTMLDivElement>(null);
  const titles = useLive(async () => new Map((await db.cases.toArray()).map((c) => [c.id, c.title])), [db]);
  const rows = useVirtualizer({ count: filter.shown.length, getScrollElement: () => frame.current, estimateSize: () => 74, overscan: 8 });
  const effects = [['broken', broken], ['fixed', fixed], ['all', fixed + broken]] as const;
  return (
    <>
      <div className="section stack">
        <h2>{t('changes')}</h2>
        <div className="row wrap" role="group" aria-label={t('kindOfChange')}>{effects.map(([e, n]) => <button key={e} type="button" className="chip" aria-pressed={filter.effect === e} onClick={() => filter.setEffect(e)}>{t(`effect.${e}`, { n })}</button>)}</div>
        <select className="field" aria-label={t('finding')} value={filter.labels.includes(filter.label) ? filter.label : ''} onChange={(e) => filter.setLabel(e.target.value)}><option value="">{t('everyFinding')}</option>{filter.labels.map((l) => <option key={l}>{l}</option>)}</select>
      </div>
      <div ref={frame} className="scroll grow" role="listbox" aria-label={t('changeList')}>
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((v) => { const d = filter.shown[v.index]; return d === undefined ? null : (
            <button key={d.id} type="button" role="option" aria-selected={v.index === at} className="change" style={{ transform: `translateY(${v.start}px)` }} onClick={() => onChoose(d.id)}>
              <span className={`change-effect ${d.effect}`} aria-hidden="true">{d.effect === 'broken' ? '✕' : '✓'}</span>
              <span className="grow"><span className="clip"><span className="visually-hidden">{t(`effectWord.${d.effect}`)}: </span>{t('changeOf', { change: t(`change.${d.kind}`), finding: labelOf(d) })}</span><span className="faint clip">{titles?.get(d.caseId) ?? ''}</span><span className="faint clip">{detailOf(d)}</span></span>
            </button>
          ); })}
        </div>
      </div>
    </>
  );
}
