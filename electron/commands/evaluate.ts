// One model version measured on the workspace's ground truth or signed-off cases, through the training engine.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../../shared/contracts/host.ts';
import { exampleFromReview, exampleFromTruth, type Example } from '../../shared/domain/example.ts';
import type { Metrics } from '../../shared/domain/model.ts';
import { AppError } from '../../shared/errors.ts';
import type { Host } from '../host/open.ts';
import { byCase, writeLines } from '../host/runs.ts';

export interface EvaluateRequest { readonly version: string; readonly split: 'holdout' | 'training' | 'all'; readonly predictions: string | null; readonly onProgress: (p: Progress) => void; readonly signal: AbortSignal }

export async function evaluateVersion(host: Host, o: EvaluateRequest): Promise<{ metrics: Metrics; images: number; patients: number; regions: number }> {
  const regions = byCase(host.journal.regions());
  const examples: Example[] = [];
  for (const c of host.journal.cases()) {
    if (o.split !== 'all' && c.split !== o.split) continue;
    const own = regions.get(c.id) ?? [];
    const made = exampleFromTruth(c, own) ?? (c.status === 'signed-off' ? exampleFromReview(c, own) : null);
    if (made !== null) examples.push(made);
  }
  if (examples.length === 0) throw new AppError('not-found', 'There is nothing to measure on: no case has ground truth or is signed off.');
  const file = path.join(host.workspace.folder, 'staging', `${randomUUID()}.jsonl`);
  await writeLines(file, examples);
  try {
    return await host.engines.training().evaluate({ bundle: host.registry.folderOf(o.version), examples: file, findings: await host.runs.findings(), predictions: o.predictions }, {
      signal: o.signal, onEvent: (p) => o.onProgress({ ...p, name: `model ${o.version}` }),
    });
  } finally {
    await rm(file, { force: true });
  }
}
