// What changed, most harmful first, narrowed by effect and by finding.
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { Difference } from '../../../shared/domain/gate.ts';
import { useLive, useProgram } from '../../data/program.tsx';
import { detailOf, kindWords, labelOf } from './change-words.ts';

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
  const [effect, setEffect] = useState<Effect>('all');
  const [label, setLabel] = useState('');
  const labels = useMemo(() => [...new Set(differences.map(labelOf))].sort(), [differences]);
  const shown = useMemo(() => differences.filter((d) => (effect === 'all' || d.effect === effect) && (label === '' || !labels.includes(label) || labelOf(d) === label)), [differences, effect, label, labels]);
  return { shown, effect, setEffect, label, setLabel, labels };
}

export function ChangeList({ filter, at, onChoose, fixed, broken }: { filter: Filter; at: number; onChoose: (id: string) => void; fixed: number; broken: number }): ReactNode {
  const { db } = useProgram();
  const frame = useRef<HTMLDivElement>(null);
  const titles = useLive(async () => new Map((await db.cases.toArray()).map((c) => [c.id, c.title])), [db]);
  const rows = useVirtualizer({ count: filter.shown.length, getScrollElement: () => frame.current, estimateSize: () => 74, overscan: 8 });
  const effects = [['broken', `Broken ${broken}`], ['fixed', `Fixed ${fixed}`], ['all', `All ${fixed + broken}`]] as const;
  return (
    <>
      <div className="section stack">
        <h2>Changes · most harmful first</h2>
        <div className="row wrap" role="group" aria-label="Kind of change">{effects.map(([e, words]) => <button key={e} type="button" className="chip" aria-pressed={filter.effect === e} onClick={() => filter.setEffect(e)}>{words}</button>)}</div>
        <select className="field" aria-label="Finding" value={filter.labels.includes(filter.label) ? filter.label : ''} onChange={(e) => filter.setLabel(e.target.value)}><option value="">every finding</option>{filter.labels.map((l) => <option key={l}>{l}</option>)}</select>
      </div>
      <div ref={frame} className="scroll grow" role="listbox" aria-label="Changes">
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((v) => { const d = filter.shown[v.index]; return d === undefined ? null : (
            <button key={d.id} type="button" role="option" aria-selected={v.index === at} className="change" style={{ transform: `translateY(${v.start}px)` }} onClick={() => onChoose(d.id)}>
              <span className={`change-effect ${d.effect}`} aria-hidden="true">{d.effect === 'broken' ? '✕' : '✓'}</span>
              <span className="grow"><span className="clip"><span className="visually-hidden">{d.effect}: </span>{kindWords[d.kind]}: {labelOf(d)}</span><span className="faint clip">{titles?.get(d.caseId) ?? ''}</span><span className="faint clip">{detailOf(d)}</span></span>
            </button>
          ); })}
        </div>
      </div>
    </>
  );
}
