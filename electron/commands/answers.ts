// Teaches the model in use to answer questions: a new version that is the same network with an answer head, trained on
// the questions of training cases. It is a candidate like any other, compared with the champion and promoted by a person.
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../../shared/contracts/host.ts';
import { AppError } from '../../shared/errors.ts';
import type { Host } from '../host/open.ts';
import { writeLines } from '../host/runs.ts';

export interface TeachRequest { readonly steps: number | undefined; readonly learningRate: number | undefined; readonly seed: number | undefined; readonly onProgress: (p: Progress) => void; readonly signal: AbortSignal }

export async function teachAnswers(host: Host, o: TeachRequest): Promise<{ version: string; questions: number; cases: number }> {
  const examples = host.runs.questions();
  if (examples.length === 0) throw new AppError('nothing-to-train', 'No case that may be learnt from has questions; annotated sets bring them in their field "qa".');
  const folder = path.join(host.workspace.folder, 'staging', randomUUID()), file = (name: string): string => path.join(folder, name);
  const { registry } = host, champion = registry.folderOf(registry.champion), version = await registry.nextVersion(), training = host.engines.training(), at = new Date().toISOString();
  await mkdir(folder, { recursive: true });
  try {
    await writeLines(file('questions.jsonl'), examples);
    await writeLines(file('holdout.jsonl'), host.runs.examples().holdout);
    await writeLines(file('corrections.jsonl'), []);
    const settings = { ...(o.steps === undefined ? {} : { steps: o.steps }), ...(o.learningRate === undefined ? {} : { learningRate: o.learningRate }), ...(o.seed === undefined ? {} : { seed: o.seed }) };
    const { questions } = await training.trainAnswers({ folder, bundle: champion, examples: file('questions.jsonl'), candidate: file('candidate'), version, createdAt: at, settings }, { signal: o.signal, onEvent: (p) => o.onProgress({ ...p, name: `answers of model ${version}` }) });
    const { report, differences } = await training.compare({ champion, candidate: file('candidate'), holdout: file('holdout.jsonl'), corrections: file('corrections.jsonl'), findings: await host.runs.findings(), at }, { signal: o.signal, onEvent: (p) => o.onProgress({ ...p, name: `model ${version} against ${registry.champion}` }) });
    await registry.register(version, file('candidate'), report, differences);
    return { version, questions, cases: examples.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
