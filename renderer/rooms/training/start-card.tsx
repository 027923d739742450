// Starting a run: one button with settings that suit most, and behind "Advanced" what a model owner may want to say.
import { useState, type ReactNode } from 'react';
import type { QueueSummary } from '../../../shared/contracts/host.ts';
import type { RunSettings, Trainable } from '../../../shared/domain/run.ts';
import { count, duration, percent } from '../../ui/words.ts';

const sets: Readonly<Record<string, { readonly words: string; readonly told: string; readonly trainable: Trainable }>> = {
  all: { words: 'everything', told: 'learns most, takes longest', trainable: { kind: 'all' } },
  last: { words: 'the last two blocks', told: 'faster; what lies below stays as it is, each image is seen in four fixed views', trainable: { kind: 'last', blocks: 2 } },
  lora: { words: 'small adapters (rank 8)', told: 'changes little, forgets little; four fixed views of each image', trainable: { kind: 'lora', rank: 8 } },
  heads: { words: 'the heads alone', told: 'fastest; for a site whose images are like those learnt before, in four fixed views of each', trainable: { kind: 'heads' } },
};

/** `urgent`: nothing else is to be done first. */
export function StartCard({ queue, urgent, onStart }: { queue: QueueSummary; urgent: boolean; onStart: (s: RunSettings) => void }): ReactNode {
  const [changed, setChanged] = useState<Partial<RunSettings>>({});
  const settings = { ...queue.suggested, ...changed };
  const change = (part: Partial<RunSettings>): void => setChanged({ ...changed, ...part });
  const seconds = queue.estimatedSeconds === null ? null : (queue.estimatedSeconds * settings.steps * settings.accumulation) / queue.suggested.steps;
  const number = (name: 'steps' | 'learningRate' | 'replay' | 'seed' | 'batch' | 'accumulation', label: string, unit: string, min: number, max: number, step: number): ReactNode => (
    <label className="setting"><span>{label}</span><input className="field" type="number" min={min} max={max} step={step} value={settings[name]} onChange={(e) => { const v = e.target.valueAsNumber; if (Number.isFinite(v) && v >= min && v <= max) change({ [name]: v }); }} /><span className="faint">{unit}</span></label>
  );
  return (
    <section className="card stack">
      <h2 className="title">{queue.waiting > 0 ? `${count(queue.waiting, 'correction')} wait to be learnt` : 'Everything was learnt already'}</h2>
      <p className="muted">The model learns from all signed-off cases, whole images and regions together, and from some phantom studies so that it does not forget what it knew. The model in use stays as it is.</p>
      <div className="row"><button type="button" className={urgent ? 'btn primary' : 'btn'} onClick={() => onStart(settings)}>Start training</button><span className="muted">{settings.steps} steps{seconds === null ? '' : `, about ${duration(seconds)}`}</span></div>
      <details><summary>Advanced</summary><div className="stack" style={{ paddingTop: 10 }}>
        {number('steps', 'Steps', `each learns from ${settings.batch * settings.accumulation} images`, 1, 100000, 1)}{number('learningRate', 'Learning rate', 'too high forgets, too low does not learn', 0.000001, 0.01, 0.00001)}{number('replay', 'Phantom studies', `share of each step: ${percent(settings.replay)}`, 0, 0.9, 0.05)}{number('seed', 'Seed', 'same seed, same data: same result', 0, 1e9, 1)}
        <label className="setting"><span>What learns</span><select className="field" value={settings.trainable.kind} onChange={(e) => { const chosen = sets[e.target.value]; if (chosen !== undefined) change({ trainable: chosen.trainable }); }}>{Object.entries(sets).map(([kind, { words }]) => <option key={kind} value={kind}>{words}</option>)}</select><span className="faint">{sets[settings.trainable.kind]?.told}</span></label>
        {number('batch', 'Images at once', 'fewer need less memory', 2, 256, 1)}{number('accumulation', 'Batches a step', 'more let every step compare more images, in the same memory', 1, 64, 1)}
        <label className="setting"><span>Memory</span><span className="row" style={{ gap: 6 }}><input type="checkbox" checked={settings.recompute} onChange={(e) => change({ recompute: e.target.checked })} /> spare it</span><span className="faint">computes some things twice: slower, for computers with little memory</span></label>
      </div></details>
    </section>
  );
}
