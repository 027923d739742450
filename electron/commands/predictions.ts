// Proposals as JSON lines, so that anyone can recompute a metric with their own tools.
import type { Progress } from '../../shared/contracts/host.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import { AppError } from '../../shared/errors.ts';
import type { Host } from '../host/open.ts';

export interface PredictionLine { file: string; width: number; height: number; model: string; regions: { bbox: [number, number, number, number]; score: number; label: string; caption: string }[] }

export async function predictionLines(host: Host, o: { version: string; split: 'training' | 'holdout' | 'all'; threshold: number | undefined; onProgress: (p: Progress) => void; signal: { readonly aborted: boolean } }): Promise<PredictionLine[]> {
  const inference = await host.engines.inference(host.registry.folderOf(o.version));
  const findings = await host.runs.findings();
  const cases = host.journal.cases().filter((c) => o.split === 'all' || c.split === o.split);
  return eachCase(cases, o, async (c) => {
    const found = await inference.propose({ image: { pixels: c.pixels, modality: c.modality }, findings, ...(o.threshold === undefined ? {} : { threshold: o.threshold }) });
    return [{
      file: c.file, width: c.pixels.width, height: c.pixels.height, model: found.version,
      regions: found.regions.map((r) => ({ bbox: [r.box.x, r.box.y, r.box.width, r.box.height], score: r.score, label: r.label, caption: r.caption })),
    }];
  });
}

/** What `make` answers for each case in turn, with progress and cancellation. */
export async function eachCase<T>(cases: readonly CaseRow[], o: { onProgress: (p: Progress) => void; signal: { readonly aborted: boolean } }, make: (c: CaseRow) => Promise<T[]>): Promise<T[]> {
  const all: T[] = [];
  const began = performance.now();
  for (const [i, c] of cases.entries()) {
    if (o.signal.aborted) throw new AppError('cancelled', `Stopped after ${i} of ${cases.length} cases.`);
    all.push(...await make(c));
    o.onProgress({ done: i + 1, of: cases.length, name: c.title, secondsLeft: ((performance.now() - began) / 1000 / (i + 1)) * (cases.length - i - 1) });
  }
  return all;
}
