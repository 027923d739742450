// Starting a run: one button with settings that suit most, and behind "Advanced" what a model owner may want to say.
import { useState, type ReactNode } from 'react';
import type { QueueSummary } from '../../../shared/contracts/host.ts';
import type { RunSettings, Trainable } from '../../../shared/domain/run.ts';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

const sets: readonly Trainable[] = [{ kind: 'all' }, { kind: 'last', blocks: 2 }, { kind: 'lora', rank: 8 }, { kind: 'heads' }];

/** `urgent`: nothing else is to be done first. */
export function StartCard({ queue, urgent, onStart }: { queue: QueueSummary; urgent: boolean; onStart: (s: RunSettings) => void }): ReactNode {
  const t = useTranslations('training'), figures = useFigures();
  const [changed, setChanged] = useState<Partial<RunSettings>>({});
  const settings = { ...queue.suggested, ...changed };
  const change = (part: Partial<RunSettings>): void => setChanged({ ...changed, ...part });
  const seconds = queue.estimatedSeconds === null ? null : (queue.estimatedSeconds * settings.steps * settings.accumulation) / queue.suggested.steps;
  const number = (name: 'steps' | 'learningRate' | 'replay' | 'seed' | 'batch' | 'accumulation', unit: string, min: number, max: number, step: number): ReactNode => (
    <label className="setting"><span>{t(`setting.${name}`)}</span><input className="field" type="number" min={min} max={max} step={step} value={settings[name]} onChange={(e) => { const v = e.target.valueAsNumber; if (Number.isFinite(v) && v >= min && v <= max) change({ [name]: v }); }} /><span className="faint">{unit}</span></label>
  );
  return (
    <section className="card stack">
      <h2 className="title">{queue.waiting > 0 ? t('toLearn', { n: queue.waiting }) : t('allLearnt')}</h2>
      <p className="muted">{t('told')}</p>
      <div className="row"><button type="button" className={urgent ? 'btn primary' : 'btn'} onClick={() => onStart(settings)}>{t('start')}</button><span className="muted">{seconds === null ? t('lengthUnknown', { steps: settings.steps }) : t('length', { steps: settings.steps, time: figures.duration(seconds) })}</span></div>
      <details><summary>{t('advanced')}</summary><div className="stack" style={{ paddingTop: 10 }}>
        {number('steps', t('hint.steps', { images: settings.batch * settings.accumulation }), 1, 100000, 1)}{number('learningRate', t('hint.learningRate'), 0.000001, 0.01, 0.00001)}{number('replay', t('hint.replay', { share: figures.percent(settings.replay) }), 0, 0.9, 0.05)}{number('seed', t('hint.seed'), 0, 1e9, 1)}
        <label className="setting"><span>{t('setting.trainable')}</span><select className="field" value={settings.trainable.kind} onChange={(e) => { const chosen = sets.find((s) => s.kind === e.target.value); if (chosen !== undefined) change({ trainable: chosen }); }}>{sets.map(({ kind }) => <option key={kind} value={kind}>{t(`trainable.${kind}`)}</option>)}</select><span className="faint">{t(`trainableTold.${settings.trainable.kind}`)}</span></label>
        {number('batch', t('hint.batch'), 2, 256, 1)}{number('accumulation', t('hint.accumulation'), 1, 64, 1)}
        <label className="setting"><span>{t('setting.memory')}</span><span className="row" style={{ gap: 6 }}><input type="checkbox" checked={settings.recompute} onChange={(e) => change({ recompute: e.target.checked })} /> {t('spareMemory')}</span><span className="faint">{t('hint.memory')}</span></label>
      </div></details>
    </section>
  );
}
