// Model versions on disk and which one is in use. Versions never change; which one is in use is a decision in the
// journal; what the gate found stands beside them.
import { readFile, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ModelSummary } from '../../shared/contracts/host.ts';
import { emptyDiff } from '../../shared/domain/diff.ts';
import { difference, gateReport, type Difference, type GateReport } from '../../shared/domain/gate.ts';
import { metrics as metricsSchema, modelManifest, type DecisionRow, type Metrics, type ModelManifest } from '../../shared/domain/model.ts';
import type { CommandName } from '../../shared/domain/command.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256Of, syncFolder, writeAtomically } from '../../models/bundle/files.ts';
import type { Journal } from './journal.ts';

const storedReport = z.object({ report: gateReport, differences: z.array(difference) });
const baseEvaluation = z.object({ metrics: metricsSchema });

export class Registry {
  readonly #folder: string;
  readonly #base: string;
  readonly #journal: Journal;
  readonly #actor: string;
  #baseVersion = '';

  constructor(workspace: string, baseBundle: string, journal: Journal, actor: string) {
    this.#folder = workspace;
    this.#base = baseBundle;
    this.#journal = journal;
    this.#actor = actor;
  }

  /** Reads the base bundle's manifest; call once before all else. */
  async open(): Promise<void> { this.#baseVersion = (await readManifest(this.#base)).version; }

  folderOf(version: string): string { return version === this.#baseVersion ? this.#base : path.join(this.#folder, 'models', version); }
  get base(): string { return this.#baseVersion; }
  get champion(): string {
    const last = this.#journal.decisions().filter((d) => d.kind !== 'refused').at(-1);
    return last?.version ?? this.#baseVersion;
  }

  async versions(): Promise<string[]> {
    const made = (await readdir(path.join(this.#folder, 'models'))).filter((n) => /^\d+\.\d+\.\d+$/.test(n));
    return [this.#baseVersion, ...made.sort(compareVersions)];
  }

  /** The next minor version after the highest there is or is promised to a run. */
  async nextVersion(promised: readonly string[] = []): Promise<string> {
    const [major = 0, minor = 0] = ([...await this.versions(), ...promised].sort(compareVersions).at(-1) ?? '0.0.0').split('.').map(Number);
    return `${major}.${minor + 1}.0`;
  }

  /** What files that follow from a version are named by: an update of the program may bring another base bundle of the same version. */
  async fingerprint(version: string): Promise<string> { return `${version}-${sha256Of(new TextEncoder().encode(JSON.stringify((await this.manifest(version)).files))).slice(0, 8)}`; }
  manifest(version: string): Promise<ModelManifest> { return readManifest(this.folderOf(version)); }

  /** Checks every file of a version against its manifest. AppError('bundle-damaged') names the first that differs. */
  async verify(version: string): Promise<void> {
    const folder = this.folderOf(version);
    for (const [name, expected] of Object.entries((await readManifest(folder)).files)) {
      const bytes = await readFile(path.join(folder, name)).catch(() => null);
      if (bytes === null || sha256Of(bytes) !== expected.sha256) throw new AppError('bundle-damaged', `The file ${name} of model ${version} is not what its manifest says.`);
    }
  }

  /** Takes a finished candidate folder in, with what the gate found. The report is durable before the version appears. */
  async register(version: string, folder: string, report: GateReport, differences: readonly Difference[]): Promise<void> {
    await writeAtomically(this.#reportFile(version), JSON.stringify({ report, differences }));
    await rename(folder, path.join(this.#folder, 'models', version));
    await syncFolder(path.join(this.#folder, 'models'));
  }

  async report(version: string): Promise<z.infer<typeof storedReport> | null> {
    const parsed = storedReport.safeParse(await readJson(this.#reportFile(version)));
    return parsed.success ? parsed.data : null;
  }

  /** Every version that says what it is; one whose manifest cannot be read is told by `verify` and hides no other. */
  async summaries(): Promise<ModelSummary[]> {
    const champion = this.champion, decisions = this.#journal.decisions();
    const found = await Promise.all((await this.versions()).map(async (version): Promise<ModelSummary | null> => {
      const manifest = await this.manifest(version).catch(() => null);
      if (manifest === null) return null;
      const stored = await this.report(version);
      const own = decisions.filter((d) => d.version === version);
      const served = version === this.#baseVersion || own.some((d) => d.kind !== 'refused');
      const state = version === champion ? 'champion' : served ? 'former' : own.some((d) => d.kind === 'refused') ? 'refused' : 'candidate';
      return { manifest, state, report: stored?.report ?? null, metrics: stored?.report.holdout.candidateMetrics ?? await this.#baseMetrics(version) };
    }));
    return found.filter((s) => s !== null);
  }

  async promote(version: string, note: string): Promise<void> {
    if (version === this.champion) throw new AppError('conflict', `Model ${version} is in use already.`);
    if (!(await this.versions()).includes(version)) throw new AppError('not-found', `There is no model ${version}.`);
    await this.verify(version);
    this.#decide('promoteModel', 'promoted', version, note);
  }

  async refuse(version: string, note: string): Promise<void> {
    if (version === this.champion) throw new AppError('conflict', `Model ${version} is in use; roll back first.`);
    if (!(await this.versions()).includes(version)) throw new AppError('not-found', `There is no model ${version}.`);
    this.#decide('refuseModel', 'refused', version, note);
  }

  /** Back to the version before the last promotion that was not rolled back itself. */
  async rollBack(note: string): Promise<string> {
    const stack: DecisionRow[] = [];
    for (const d of this.#journal.decisions()) { if (d.kind === 'promoted') stack.push(d); else if (d.kind === 'rolled-back') stack.pop(); }
    const last = stack.at(-1);
    if (last === undefined) throw new AppError('conflict', 'There is no earlier model to go back to.');
    await this.verify(last.before);
    this.#decide('rollBackModel', 'rolled-back', last.before, note);
    return last.before;
  }

  #decide(name: CommandName, kind: DecisionRow['kind'], version: string, note: string): void {
    const at = new Date().toISOString();
    const row: DecisionRow = { table: 'decisions', id: randomUUID(), kind, version, before: this.champion, at, note };
    this.#journal.appendOne({ id: randomUUID(), name, caseId: null, actor: this.#actor, at, of: null, diff: { ...emptyDiff, added: [row] } });
  }

  #reportFile(version: string): string { return path.join(this.#folder, 'reports', `${version}.json`); }

  async #baseMetrics(version: string): Promise<Metrics | null> {
    const parsed = baseEvaluation.safeParse(await readJson(path.join(this.folderOf(version), 'evaluation.json')));
    return parsed.success ? parsed.data.metrics : null;
  }
}

/** A file's JSON, null where there is none that can be read. */
async function readJson(file: string): Promise<unknown> {
  try { return JSON.parse(await readFile(file, 'utf8')); } catch { return null; }
}

async function readManifest(folder: string): Promise<ModelManifest> {
  try {
    return modelManifest.parse(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')));
  } catch (cause) {
    throw new AppError('bundle-damaged', `The model in ${folder} has no readable manifest.`, { cause });
  }
}

export function compareVersions(a: string, b: string): number {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)];
  return (x[0] ?? 0) - (y[0] ?? 0) || (x[1] ?? 0) - (y[1] ?? 0) || (x[2] ?? 0) - (y[2] ?? 0);
}
