// One model version measured on the workspace's ground truth or signed-off cases, through the training engine.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../../shared/contracts/host.ts';
import type { Finding } from '../../shared/domain/caption.ts';
import { exampleFromQuestions, exampleFromReview, exampleFromTruth, type Example } from '../../shared/domain/example.ts';
import type { Metrics } from '../../shared/domain/model.ts';
import type { NamedFigure, TaskName, TaskReport } from '../../shared/domain/task.ts';
import { AppError } from '../../shared/errors.ts';
import type { Host } from '../host/open.ts';
import { byCase, writeLines } from '../host/runs.ts';

export interface EvaluateRequest { readonly version: string; readonly split: 'holdout' | 'training' | 'all'; readonly predictions: string | null; readonly onProgress: (p: Progress) => void; readonly signal: AbortSignal }

export async function evaluateVersion(host: Host, o: EvaluateRequest): Promise<{ metrics: Metrics; images: number; patients: number; regions: number }> {
  return withExamples(host, o, 'findings', async (file, findings, call) => host.engines.training().evaluate({ bundle: host.registry.folderOf(o.version), examples: file, findings, predictions: o.predictions }, call));
}

/** One task, with the report that its predictions file gives. */
export async function evaluateTask(host: Host, o: EvaluateRequest & { readonly task: TaskName }): Promise<TaskReport> {
  return withExamples(host, o, o.task === 'vqa' ? 'questions' : 'findings', async (file, findings, call) => host.engines.training().evaluateTask({ bundle: host.registry.folderOf(o.version), examples: file, findings, task: o.task, predictions: o.predictions }, call));
}

/** A report in words, one line a figure. */
export function reportWords(r: TaskReport): string {
  const figure = ({ name, measure: m }: NamedFigure): string => {
    const digits = (v: number): string => (name.endsWith('Rank') ? v.toFixed(0) : `${(100 * v).toFixed(1)} %`);
    return `${name.padEnd(32)} ${m === null ? 'nothing to measure' : `${digits(m.value)} (${digits(m.low)} to ${digits(m.high)})`}`;
  };
  const parts = r.strata.map((s) => `${s.by} ${s.value}: ${s.items} items of ${s.patients} ${s.patients === 1 ? 'patient' : 'patients'}${s.figures.length === 0 ? ', too few for a figure' : `\n${s.figures.map((f) => `    ${figure(f)}`).join('\n')}`}`);
  return [`${r.task}: ${r.items} items, ${r.images} images, ${r.patients} patients`, ...r.figures.map((f) => `  ${figure(f)}`), ...parts.map((p) => `  ${p}`), ...r.reliability.map((b) => `  score ${b.score.toFixed(2)}: ${(100 * b.right).toFixed(0)} % of ${b.count} right`)].join('\n');
}

type Call = { readonly signal: AbortSignal; readonly onEvent: (p: Omit<Progress, 'name'>) => void };

async function withExamples<T>(host: Host, o: EvaluateRequest, of: 'findings' | 'questions', work: (file: string, findings: Finding[], call: Call) => Promise<T>): Promise<T> {
  const regions = byCase(host.journal.regions()), asked = Map.groupBy(of === 'questions' ? host.journal.questions() : [], (q) => q.caseId);
  const examples: Example[] = [];
  for (const c of host.journal.cases()) {
    if (o.split !== 'all' && c.split !== o.split) continue;
    const own = regions.get(c.id) ?? [];
    const made = of === 'questions' ? exampleFromQuestions(c, asked.get(c.id) ?? []) : exampleFromTruth(c, own) ?? (c.status === 'signed-off' ? exampleFromReview(c, own) : null);
    if (made !== null && (of === 'findings' || made.questions !== undefined)) examples.push(made);
  }
  const which = o.split === 'all' ? 'no case' : `no ${o.split} case`;
  if (examples.length === 0) throw new AppError('nothing-to-measure', `There is nothing to measure on: ${which} ${of === 'questions' ? 'has questions' : 'has ground truth or is signed off'}.`);
  const file = path.join(host.workspace.folder, 'staging', `${randomUUID()}.jsonl`);
  await writeLines(file, examples);
  try {
    return await work(file, await host.runs.findings(), { signal: o.signal, onEvent: (p) => o.onProgress({ ...p, name: `model ${o.version}` }) });
  } finally {
    await rm(file, { force: true });
  }
}
