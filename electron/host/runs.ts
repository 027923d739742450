// Training runs: examples out of the journal, a run in the training engine, the gate, a registered candidate. The run's
// state is a file, so a run that a crash cut off is found paused and goes on where its checkpoint is.
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { QueueSummary } from '../../shared/contracts/host.ts';
import { findingsOf, type Finding } from '../../shared/domain/caption.ts';
import { withUsed } from '../../shared/domain/ontology.ts';
import { correctionsOf } from '../../shared/domain/correction.ts';
import { exampleFromQuestions, exampleFromReview, exampleFromTruth, type Example } from '../../shared/domain/example.ts';
import { isFinding, type RegionRow } from '../../shared/domain/region.ts';
import { run as runSchema, usualSettings, type LossPoint, type Run, type RunSettings } from '../../shared/domain/run.ts';
import { AppError, toWireError } from '../../shared/errors.ts';
import { writeAtomically } from '../../models/bundle/files.ts';
import type { Engines } from './engines.ts';
import type { Journal } from './journal.ts';
import type { Registry } from './registry.ts';

/** A run as kept on disk: what the page sees, and what finishing it needs. */
const stored = z.object({ run: runSchema, version: z.string(), seconds: z.number() });
type Stored = z.infer<typeof stored>;
const mostPoints = 400;

export class Runs {
  readonly #folder: string;
  readonly #journal: Journal;
  readonly #registry: Registry;
  readonly #engines: Engines;
  readonly #tell: (run: Run) => void;
  readonly #all = new Map<string, Stored>();
  #preparing = false;
  #active: { id: string; abort: AbortController; ending: 'pause' | 'stop'; done: Promise<void> } | null = null;

  constructor(workspace: string, journal: Journal, registry: Registry, engines: Engines, tell: (run: Run) => void) {
    this.#folder = path.join(workspace, 'runs');
    this.#journal = journal;
    this.#registry = registry;
    this.#engines = engines;
    this.#tell = tell;
  }

  /** Reads the runs of earlier sessions; one that was cut off is paused, or done when its candidate was registered already. */
  async open(): Promise<void> {
    const registered = new Set(await this.#registry.versions());
    for (const id of await readdir(this.#folder)) {
      const known = await readRun(path.join(this.#folder, id, 'run.json'));
      if (known === null) continue;
      const { run, version } = known;
      const cut = run.status === 'training' || run.status === 'preparing' || run.status === 'evaluating';
      if (!cut) { this.#all.set(id, known); continue; }
      await removeUnfinished(path.join(this.#folder, id));
      const after: Partial<Run> = registered.has(version) ? { status: 'done', candidate: version, secondsLeft: 0 } : { status: 'paused', secondsLeft: null };
      this.#all.set(id, { ...known, run: { ...run, ...after } });
    }
  }

  list(): Run[] { return [...this.#all.values()].map((s) => s.run).sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)); }

  /** What the next run would learn from, and how it would be set. */
  async queue(): Promise<QueueSummary> {
    const cases = this.#journal.cases(), regions = byCase(this.#journal.regions());
    const corrections = { accepted: 0, moved: 0, recaptioned: 0, 'moved-and-recaptioned': 0, rejected: 0, added: 0 };
    const since = (await this.#registry.manifest(this.#registry.champion)).createdAt;
    let waiting = 0, findings = 0;
    for (const study of cases) {
      if (study.status !== 'signed-off' || study.split !== 'training') continue;
      const own = correctionsOf(study, regions.get(study.id) ?? []);
      for (const c of own) { corrections[c.kind]++; if (c.after !== null) findings++; }
      if (study.signedOffAt !== null && (this.#registry.champion === this.#registry.base || study.signedOffAt > since)) waiting += own.length;
    }
    const holdout = cases.filter((c) => c.split === 'holdout');
    const suggested: RunSettings = { steps: Math.min(600, Math.max(60, Math.round(findings * 0.6 / 10) * 10)), learningRate: 4e-4, replay: 0.25, seed: 1, ...usualSettings };
    const earlier = [...this.#all.values()].filter((s) => s.run.status === 'done' && s.run.step > 0).at(-1);
    return {
      cases: cases.length, proposed: cases.filter((c) => c.status === 'proposed').length, inReview: cases.filter((c) => c.status === 'in-review').length, signedOff: cases.filter((c) => c.status === 'signed-off').length,
      corrections, waiting, holdoutPatients: new Set(holdout.map((c) => c.patient)).size, holdoutSignedOff: new Set(holdout.filter((c) => c.status === 'signed-off').map((c) => c.patient)).size,
      suggested, estimatedSeconds: earlier === undefined ? null : (earlier.seconds / earlier.run.step) * suggested.steps,
    };
  }

  /** The site's findings: its own list where it has one, else the champion's; and every label people or data sets used. */
  async findings(): Promise<Finding[]> {
    const list = this.#journal.settings().ontology;
    const known = (await this.#registry.manifest(this.#registry.champion)).findings;
    const used = findingsOf(this.#journal.regions().filter((r) => r.source !== 'truth' && (isFinding(r) || r.source === 'dataset')));
    if (list !== null) return withUsed(list, used).map(({ label, phrase }) => ({ label, phrase })).sort((x, y) => (x.label < y.label ? -1 : 1));
    // A site's "optic_disc" and the base bundle's "optic disc" are one finding, under the site's name.
    const same = (text: string): string => text.toLowerCase().replaceAll('_', ' ').trim();
    const taken = new Set(used.flatMap((f) => [same(f.label), same(f.phrase)]));
    return [...used, ...known.filter((f) => !taken.has(same(f.label)) && !taken.has(same(f.phrase)))].sort((a, b) => (a.label < b.label ? -1 : 1));
  }

  /** Signed-off training cases, and the holdout: signed off, or with ground truth. */
  examples(): { training: Example[]; holdout: Example[] } {
    const regions = byCase(this.#journal.regions());
    const training: Example[] = [], holdout: Example[] = [];
    for (const study of this.#journal.cases()) {
      const own = regions.get(study.id) ?? [];
      if (study.split === 'training') { if (study.status === 'signed-off') training.push(exampleFromReview(study, own)); continue; }
      const truth = exampleFromTruth(study, own);
      if (truth !== null) holdout.push(truth); else if (study.status === 'signed-off') holdout.push(exampleFromReview(study, own));
    }
    return { training, holdout };
  }

  /** Training cases with questions. Their answers came with the data: no review is waited for. */
  questions(): Example[] {
    const asked = Map.groupBy(this.#journal.questions(), (q) => q.caseId);
    return this.#journal.cases().flatMap((c) => { const own = asked.get(c.id); return own === undefined || c.split !== 'training' ? [] : [exampleFromQuestions(c, own)]; });
  }

  /** Answers when the run has begun. AppError 'run-in-progress' or 'nothing-to-train'. */
  start(settings: RunSettings): Promise<Run> {
    return this.#begin(async () => {
      const { training, holdout } = this.examples();
      if (training.length === 0) throw new AppError('nothing-to-train', 'No case is signed off yet that may be learnt from.');
      const regions = byCase(this.#journal.regions());
      const corrections = this.#journal.cases().filter((c) => c.split === 'training').reduce((n, c) => n + correctionsOf(c, regions.get(c.id) ?? []).length, 0);
      const startedAt = new Date().toISOString();
      const id = startedAt.replaceAll(/[:.]/g, '-');
      const folder = path.join(this.#folder, id);
      await mkdir(folder, { recursive: true });
      await writeLines(path.join(folder, 'examples.jsonl'), training);
      await writeLines(path.join(folder, 'holdout.jsonl'), holdout);
      await writeLines(path.join(folder, 'questions.jsonl'), this.questions());
      await writeAtomically(path.join(folder, 'findings.json'), JSON.stringify(await this.findings()));
      // A run that waits to be resumed keeps the version it was given.
      const waiting = [...this.#all.values()].filter((s) => canResume(s.run)).map((s) => s.version);
      const made: Stored = {
        version: await this.#registry.nextVersion(waiting), seconds: 0,
        run: { id, base: this.#registry.champion, candidate: null, status: 'preparing', settings, step: 0, losses: [], secondsLeft: null, startedAt, endedAt: null, cases: training.length, corrections, error: null, notes: [] },
      };
      await this.#keep(made);
      return made;
    });
  }

  resume(id: string): Promise<Run> {
    return this.#begin(async () => {
      if (!canResume(this.#get(id).run)) throw new AppError('conflict', 'This run is not paused.');
      return this.#change(id, { status: 'preparing', error: null, endedAt: null });
    });
  }

  /** One run at a time, from the first moment on. */
  async #begin(prepare: () => Promise<Stored>): Promise<Run> {
    if (this.#active !== null || this.#preparing) throw new AppError('run-in-progress', 'A training run is going on already.');
    this.#preparing = true;
    try {
      const made = await prepare();
      this.#go(made);
      return made.run;
    } finally {
      this.#preparing = false;
    }
  }

  pause(id: string): Promise<Run> { return this.#end(id, 'pause'); }

  /** Ends a run for good; its checkpoint is thrown away. */
  async stop(id: string): Promise<Run> {
    if (this.#active?.id === id) return this.#end(id, 'stop');
    const { run } = this.#get(id);
    if (!canResume(run)) throw new AppError('conflict', 'This run has ended already.');
    return (await this.#stopped(id)).run;
  }

  /** Waits until no run is going on. */
  async idle(): Promise<void> { await this.#active?.done; }
  async close(): Promise<void> { if (this.#active !== null) await this.pause(this.#active.id).catch(() => undefined); }

  async #end(id: string, ending: 'pause' | 'stop'): Promise<Run> {
    if (this.#active?.id !== id) throw new AppError('conflict', 'This run is not going on.');
    this.#active.ending = ending;
    this.#active.abort.abort();
    await this.#active.done;
    return this.#get(id).run;
  }

  #go(made: Stored): void {
    const { id } = made.run;
    const abort = new AbortController();
    const active = { id, abort, ending: 'pause' as 'pause' | 'stop', done: Promise.resolve() };
    this.#active = active;
    active.done = this.#work(id, abort.signal).catch(async (error: unknown) => {
      if (abort.signal.aborted) { if (active.ending === 'stop') await this.#stopped(id); else await this.#change(id, { status: 'paused', secondsLeft: null }); return; }
      const wire = toWireError(error);
      // A full disk must not hide what happened: the state is told even when it cannot be written.
      await this.#change(id, { status: 'failed', error: wire, endedAt: new Date().toISOString(), secondsLeft: null }).catch(() => { this.#tell(this.#get(id).run); });
    }).finally(() => { this.#active = null; });
  }

  async #work(id: string, signal: AbortSignal): Promise<void> {
    const { run, version } = this.#get(id);
    const folder = path.join(this.#folder, id), candidate = path.join(folder, 'candidate'), questions = path.join(folder, 'questions.jsonl');
    const findings = z.array(z.object({ label: z.string(), phrase: z.string() })).parse(JSON.parse(await readFile(path.join(folder, 'findings.json'), 'utf8')));
    const training = this.#engines.training();
    const champion = this.#registry.folderOf(run.base);
    await this.#change(id, { status: 'training' });
    const { seconds, notes } = await training.run({ folder, bundle: champion, examples: path.join(folder, 'examples.jsonl'), candidate, version, findings, settings: run.settings, createdAt: run.startedAt, ...(existsSync(questions) ? { questions } : {}) }, {
      signal, onEvent: ({ loss, secondsLeft, notes }) => this.#progress(id, loss, secondsLeft, notes),
    });
    await this.#change(id, { status: 'evaluating', secondsLeft: null, notes }, seconds);
    const { report, differences } = await training.compare({ champion, candidate, holdout: path.join(folder, 'holdout.jsonl'), corrections: path.join(folder, 'examples.jsonl'), findings, at: new Date().toISOString() }, {
      signal, onEvent: ({ secondsLeft }) => { const now = this.#get(id); now.run = { ...now.run, secondsLeft }; this.#tell(now.run); },
    });
    await this.#registry.register(version, candidate, report, differences);
    await removeCheckpoints(folder);
    await this.#change(id, { status: 'done', candidate: version, secondsLeft: 0, endedAt: new Date().toISOString() });
  }

  #progress(id: string, loss: LossPoint, secondsLeft: number | null, notes: string[]): void {
    const now = this.#get(id);
    const losses = [...now.run.losses.filter((p) => p.step < loss.step), loss];
    // Every second point goes when there are too many: the curve keeps its shape.
    now.run = { ...now.run, step: loss.step, secondsLeft, notes, losses: losses.length > mostPoints ? losses.filter((_, i) => i % 2 === 1 || i === losses.length - 1) : losses };
    this.#tell(now.run);
    if (loss.step % 25 === 0) void this.#keep(now).catch(() => undefined);
  }

  async #stopped(id: string): Promise<Stored> {
    await removeCheckpoints(path.join(this.#folder, id));
    return this.#change(id, { status: 'stopped', secondsLeft: null, endedAt: new Date().toISOString() });
  }

  #get(id: string): Stored {
    const found = this.#all.get(id);
    if (found === undefined) throw new AppError('not-found', 'There is no such run.');
    return found;
  }
  async #change(id: string, change: Partial<Run>, seconds?: number): Promise<Stored> {
    const now = this.#get(id);
    now.run = { ...now.run, ...change };
    if (seconds !== undefined) now.seconds += seconds;
    this.#tell(now.run);
    await this.#keep(now);
    return now;
  }
  async #keep(s: Stored): Promise<void> {
    this.#all.set(s.run.id, s);
    await writeAtomically(path.join(this.#folder, s.run.id, 'run.json'), JSON.stringify(s));
  }
}

const canResume = (run: Run): boolean => run.status === 'paused' || run.status === 'failed';

async function readRun(file: string): Promise<Stored | null> {
  try {
    return stored.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // A run without a readable state cannot go on; its files stay for whoever wants to look.
    return null;
  }
}

/** The newest and the one before it (models/training/checkpoint.ts). */
async function removeCheckpoints(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.startsWith('checkpoint.')) await rm(path.join(folder, name), { force: true });
}

/** What a killed engine was in the middle of writing; its checkpoint stays. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.endsWith('.tmp') || name === 'draft') await rm(path.join(folder, name), { recursive: true, force: true });
}

export function byCase(regions: readonly RegionRow[]): Map<string, RegionRow[]> {
  const found = new Map<string, RegionRow[]>();
  for (const r of regions) { const own = found.get(r.caseId); if (own === undefined) found.set(r.caseId, [r]); else own.push(r); }
  for (const own of found.values()) own.sort((a, b) => a.order - b.order);
  return found;
}

export const writeLines = (file: string, items: readonly unknown[]): Promise<void> => writeAtomically(file, items.map((i) => `${JSON.stringify(i)}\n`).join(''));
