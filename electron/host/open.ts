// A host: one open workspace with its journal, models, engines and runs, and the service that the page and the command
// line speak to. The desktop, the web host and the command line differ only in how they start engines.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { HostContract, HostEvent, ImportReport, Progress } from '../../shared/contracts/host.ts';
import { blobsOf } from '../../shared/domain/case.ts';
import { signalsOf } from '../../shared/domain/signals.ts';
import { AppError, toWireError, type WireError } from '../../shared/errors.ts';
import type { Service } from '../../shared/rpc/contract.ts';
import { Blobs } from './blobs.ts';
import { EarlierCaptions } from './captions.ts';
import { CaseDistances } from './distances.ts';
import { Engines, type StartEngine } from './engines.ts';
import { exportReviewed } from './export/export-reviewed.ts';
import { DecodePool } from './import/decode-pool.ts';
import { projectKey } from './deidentify/project-key.ts';
import { readPrivateList } from './deidentify/private-list.ts';
import { Pseudonyms } from './deidentify/pseudonyms.ts';
import { ReceiptBuilder, writeReceipt } from './deidentify/receipt.ts';
import type { Deidentification } from './import/decode-messages.ts';
import { Pause } from './import/pause.ts';
import { importFiles, type ImportOptions } from './import/import-files.ts';
import { Journal } from './journal.ts';
import { Precedents } from './precedents.ts';
import { planted } from './planting.ts';
import { proposalRows, proposalsCommand } from './proposals.ts';
import { Registry } from './registry.ts';
import { Runs } from './runs.ts';
import { WorkflowFigures } from './workflow.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export const programVersion = '0.1.0';

export interface HostOptions {
  readonly workspace: string;
  /** The base bundle's folder. */
  readonly baseBundle: string;
  readonly startEngine: StartEngine;
  readonly kind: 'desktop' | 'web';
}

interface Cancellable { readonly aborted: boolean }

export class Host {
  readonly workspace: Workspace;
  readonly blobs: Blobs;
  readonly journal: Journal;
  readonly registry: Registry;
  readonly engines: Engines;
  readonly runs: Runs;
  readonly distances: CaseDistances;
  readonly precedents: Precedents;
  readonly actor: string;
  readonly service: Service<HostContract>;
  readonly #workflow: WorkflowFigures;
  readonly #pool = new DecodePool();
  readonly #listeners = new Set<(event: HostEvent) => void>();
  readonly #uploads = new Map<string, Pause>();
  #proposing = 0;

  private constructor(workspace: Workspace, journal: Journal, options: HostOptions) {
    this.workspace = workspace;
    this.journal = journal;
    this.actor = userName();
    this.blobs = new Blobs(workspace.folder);
    const tell = (event: HostEvent): void => { for (const listener of this.#listeners) listener(event); };
    this.engines = new Engines(options.startEngine, workspace.folder, tell);
    this.registry = new Registry(workspace.folder, options.baseBundle, journal, this.actor);
    this.runs = new Runs(workspace.folder, journal, this.registry, this.engines, (run) => { tell({ kind: 'run', run }); this.distances.wake(); });
    this.distances = new CaseDistances(workspace.folder, journal, this.registry, this.engines, () => this.#proposing > 0 || this.runs.list().some((r) => r.status === 'preparing' || r.status === 'training' || r.status === 'evaluating'), tell);
    this.precedents = new Precedents(workspace.folder, journal, this.registry, this.engines);
    this.#workflow = new WorkflowFigures(journal);
    journal.onAppend((seq) => tell({ kind: 'journal', seq }));
    this.service = this.#makeService(options.kind);
  }

  static async open(options: HostOptions): Promise<Host> {
    const workspace = await openWorkspace(path.resolve(options.workspace));
    let journal: Journal | null = null;
    try {
      const used = (await readdir(path.join(workspace.folder, 'blobs'))).length > 0;
      journal = new Journal(path.join(workspace.folder, 'journal.sqlite'), used);
      const host = new Host(workspace, journal, options);
      await host.registry.open();
      await host.runs.open();
      return host;
    } catch (error) {
      journal?.close();
      workspace.unlock();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.runs.close();
    this.engines.close();
    await this.distances.close();
    await this.precedents.close();
    await this.#pool.close();
    this.journal.close();
    this.workspace.unlock();
  }

  /** Where an upload's file goes; AppError when the upload is unknown or the path leaves its folder. */
  uploadPath(upload: string, relative: string): string {
    const folder = path.join(this.workspace.folder, 'staging', upload), file = path.resolve(folder, relative);
    if (!this.#uploads.has(upload) || !file.startsWith(folder + path.sep)) throw new AppError('unauthorised', 'This file cannot be stored there.');
    return file;
  }

  /** De-identifies as asked, else as the site has settled. */
  async import({ privacy = this.#settledPrivacy(), ...options }: Omit<ImportOptions, 'onProgress' | 'signal' | 'deidentify'> & { readonly privacy?: Omit<Deidentification, 'key'> | null }, onProgress: (p: Progress) => void, signal: Cancellable): Promise<ImportReport> {
    if (privacy === null) return this.#import(options, onProgress, signal);
    const key = await projectKey(this.workspace.folder), at = new Date().toISOString(), name = `privacy-receipt-${at.replaceAll(/[:.]/g, '-')}`, file = path.join(this.workspace.folder, 'exports', `${name}.json`);
    const receipt = new ReceiptBuilder({ program: `RegionMed Studio ${programVersion}`, at, profile: new Set(privacy.profile), keyFingerprint: new Pseudonyms(key).fingerprint, privateAttributesListed: privacy.privateList === null ? 0 : readPrivateList(privacy.privateList).size, masking: typeof privacy.masking === 'string' ? privacy.masking : 'reviewed' });
    let whole = false;
    try {
      const report = await this.#import({ ...options, deidentify: { how: { ...privacy, key }, receipt } }, onProgress, signal);
      whole = true;
      return { ...report, receipt: { url: `/exports/${name}.html`, file } };
    } finally { await writeReceipt(file, receipt.finish(whole)); }
  }
  #settledPrivacy(): Omit<Deidentification, 'key'> | null {
    const { privacy } = this.journal.settings();
    return privacy == null ? null : { profile: privacy.options, privateList: null, masking: privacy.mask ? 'found' : 'none', release: false };
  }
  #import(options: Omit<ImportOptions, 'onProgress' | 'signal'>, onProgress: (p: Progress) => void, signal: Cancellable): Promise<ImportReport> {
    return importFiles({ ...options, onProgress, signal }, {
      pool: this.#pool, putBlob: (bytes) => this.blobs.put(bytes), hasSource: (s) => this.journal.hasSource(s), append: (commands) => this.journal.appendAll(commands), adoptBlob: (sha256, write) => this.blobs.adopt(sha256, write), staging: path.join(this.workspace.folder, 'staging', `import-${randomUUID()}`),
      splitOf: this.workspace.splitOf, siteOf: this.workspace.siteOf, seriesOf: this.workspace.seriesOf, studyOf: this.workspace.studyOf, actor: this.actor, now: () => new Date().toISOString(),
    });
  }

  async importPhantoms(count: number, seed: number, onProgress: (p: Progress) => void, signal: AbortSignal): Promise<ImportReport> {
    const folder = path.join(this.workspace.folder, 'staging', `phantoms-${randomUUID()}`);
    await this.engines.training().makePhantoms({ folder, count, seed }, { signal, onEvent: (p) => onProgress({ ...p, name: 'Making phantom studies' }) });
    try {
      // Phantoms are nobody.
      return await this.import({ paths: [folder], annotations: 'auto', as: 'truth', privacy: null }, onProgress, signal);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Proposes for the given cases (or all without proposals) and journals what was found. A case that fails is listed. */
  async propose(caseIds: readonly string[] | null, onProgress: (p: Progress) => void, signal: Cancellable, threshold?: number): Promise<{ proposed: number; failed: { caseId: string; error: WireError }[] }> {
    const cases = caseIds === null ? this.journal.cases().filter((c) => c.status === 'new') : caseIds.map((id) => this.journal.case(id)).filter((c) => c.status === 'new' || c.status === 'proposed');
    const failed: { caseId: string; error: WireError }[] = [];
    if (cases.length === 0) return { proposed: 0, failed };
    const version = this.registry.champion, findings = await this.runs.findings();
    const began = performance.now();
    let proposed = 0;
    this.#proposing++;
    try {
      for (const [i, { id, title, pixels, modality }] of cases.entries()) {
        if (signal.aborted) throw new AppError('cancelled', `Stopped after ${i} of ${cases.length} cases.`);
        try {
          const inference = await this.engines.inference(this.registry.folderOf(version));
          const found = await inference.propose({ image: { pixels, modality }, findings, ...(threshold === undefined ? {} : { threshold }) });
          // The case may have been touched meanwhile: its present row counts.
          const study = this.journal.case(id), rows = proposalRows(study, found.regions, found.version), { planted: share = 0 } = this.journal.settings();
          const wrong = share > 0 ? await planted(study, rows, share, this.workspace.id, findings, inference) : null;
          this.journal.appendOne(proposalsCommand(this.journal.case(id), this.journal.regionsOf(id), wrong === null ? rows : [...rows, wrong], found.caption, found.version, new Date().toISOString(), signalsOf(found.regions, found.threshold, found.version)));
          await this.distances.put(found.version, { id, pixels }, found.embedding);
          proposed++;
        } catch (error) {
          const wire = toWireError(error);
          if (wire.code === 'disk-full' || wire.code === 'bundle-damaged') throw error;
          if (wire.code !== 'conflict') failed.push({ caseId: id, error: wire });
        }
        onProgress({ done: i + 1, of: cases.length, name: title, secondsLeft: ((performance.now() - began) / 1000 / (i + 1)) * (cases.length - i - 1) });
      }
      return { proposed, failed };
    } finally {
      this.#proposing--;
      this.distances.wake();
    }
  }

  async verify(onProgress: (p: Progress) => void): Promise<{ records: number; blobs: number; damaged: string[] }> {
    const damaged: string[] = [];
    let records = 0, blobs = 0;
    const file = this.journal.fileProblem();
    if (file !== null) damaged.push(`The file of the record of decisions is damaged: ${file}`);
    for (const { problem } of this.journal.check()) { records++; if (problem !== null) damaged.push(problem); }
    const named = new Set(this.journal.cases().flatMap(blobsOf));
    for await (const sha256 of this.blobs.list()) named.add(sha256);
    for (const sha256 of named) {
      if (!/^[0-9a-f]{64}$/.test(sha256)) { damaged.push(`The file ${sha256} does not belong among the images.`); continue; }
      if (!await this.blobs.isWhole(sha256)) damaged.push(`The stored image ${sha256.slice(0, 16)}… is missing or damaged.`);
      onProgress({ done: ++blobs, of: named.size, name: sha256.slice(0, 12), secondsLeft: null });
    }
    for (const version of await this.registry.versions()) await this.registry.verify(version).catch((error: unknown) => damaged.push(toWireError(error).message));
    return { records, blobs, damaged };
  }

  #makeService(kind: 'desktop' | 'web'): Service<HostContract> {
    const { journal, registry, runs } = this, earlier = new EarlierCaptions(journal);
    return {
      info: async () => {
        // The page need not wait for the engine: it is told when the device is known.
        if (this.engines.device === null) void this.engines.inference(registry.folderOf(registry.champion)).catch(() => undefined);
        return { workspace: this.workspace.folder, workspaceId: this.workspace.id, version: programVersion, host: kind, champion: registry.champion, seq: journal.seq, actor: this.actor, device: this.engines.device };
      },
      watch: (_, { emit, signal }) => new Promise((resolve) => {
        const listener = (event: HostEvent): void => emit(event);
        this.#listeners.add(listener);
        signal.addEventListener('abort', () => { this.#listeners.delete(listener); resolve({}); });
        emit({ kind: 'journal', seq: journal.seq });
      }),
      snapshot: async ({ cursor, limit }) => { const seq = journal.seq; return { ...journal.snapshot(cursor, limit), seq }; },
      records: async ({ after, limit, caseId }) => ({
        records: journal.records(after, limit, caseId).map((r) => (r.name === 'importTruth' ? { ...r, diff: { added: [], updated: [], removed: [] } } : r)),
      }),
      append: async ({ commands }) => journal.append(commands),
      beginUpload: async () => {
        const upload = randomUUID();
        this.#uploads.set(upload, new Pause());
        await mkdir(path.join(this.workspace.folder, 'staging', upload), { recursive: true });
        return { upload };
      },
      importUpload: async ({ upload, annotations }, { emit, signal }) => {
        const pause = this.#uploads.get(upload);
        if (pause === undefined) throw new AppError('not-found', 'These files were not uploaded.');
        // Who stops does not wait.
        signal.addEventListener('abort', () => pause.set(false));
        const folder = path.join(this.workspace.folder, 'staging', upload);
        try {
          return await this.import({ paths: [folder], annotations: 'auto', as: annotations, unpaused: pause.wait }, emit, signal);
        } finally {
          this.#uploads.delete(upload);
          await rm(folder, { recursive: true, force: true });
        }
      },
      pauseImport: async ({ upload, paused }) => { this.#uploads.get(upload)?.set(paused); return {}; },
      importPhantoms: ({ count, seed }, { emit, signal }) => this.importPhantoms(count, seed, emit, linked(signal)),
      propose: ({ caseIds }, { emit, signal }) => this.propose(caseIds, emit, signal),
      distances: async () => this.distances.answer(),
      findings: async () => ({ findings: await runs.findings() }),
      precedents: ({ caseId, box, limit }) => this.precedents.find(caseId, box, limit),
      captions: async ({ text, label, limit }) => ({ captions: earlier.find(text, label, limit) }),
      workflow: async ({ reader, from, to }) => this.#workflow.of(reader, from, to),
      queue: () => runs.queue(),
      runs: async () => ({ runs: runs.list() }),
      startRun: (settings) => runs.start(settings),
      pauseRun: ({ id }) => runs.pause(id),
      resumeRun: ({ id }) => runs.resume(id),
      stopRun: ({ id }) => runs.stop(id),
      models: async () => ({ models: await registry.summaries() }),
      differences: async ({ candidate }) => {
        const found = await registry.report(candidate);
        if (found === null) throw new AppError('not-found', `Model ${candidate} was not compared with another.`);
        return found;
      },
      promote: async ({ version, note }) => { await registry.promote(version, note); return {}; },
      refuse: async ({ version, note }) => { await registry.refuse(version, note); return {}; },
      rollBack: async ({ note }) => ({ champion: await registry.rollBack(note) }),
      exportReviewed: async ({ format, caseIds }) => {
        const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${format}`;
        const { file, cases, regions } = await exportReviewed({ cases: caseIds === undefined ? journal.cases() : caseIds.map((id) => journal.case(id)), regionsOf: (id) => journal.regionsOf(id), measurementsOf: (id) => journal.measurementsOf(id), blobPath: (s) => this.blobs.path(s) }, format, path.join(this.workspace.folder, 'exports', name), false);
        return { url: `/exports/${name}/${path.basename(file)}`, cases, regions };
      },
      verify: (_, { emit }) => this.verify(emit),
    };
  }
}

/** Who works here; a container may run under a number that has no name. */
function userName(): string {
  try { return userInfo().username; } catch { return process.env['USER'] ?? 'unnamed'; }
}

/** The contract's signal as one of Node's. */
function linked(signal: { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void }): AbortSignal {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(); else signal.addEventListener('abort', () => controller.abort());
  return controller.signal;
}
