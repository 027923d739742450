// How new each waiting case is to the model in use: its distance, in the space of that model's image embeddings, from what
// was signed off, and the order that covers the rest best (shared/domain/coverage.ts). Embeddings come along with the
// proposals; those of cases that were proposed for by another version are made while the engine has nothing else to do.
// Everything here is derived and happens in the background, in turns of a few milliseconds.
import path from 'node:path';
import { setImmediate as othersFirst } from 'node:timers/promises';
import type { HostEvent } from '../../shared/contracts/host.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import { Coverage } from '../../shared/domain/coverage.ts';
import type { Box } from '../../shared/domain/geometry.ts';
import { toWireError } from '../../shared/errors.ts';
import type { Engines } from './engines.ts';
import type { Journal } from './journal.ts';
import { RegionEmbeddings } from './region-embeddings.ts';
import type { Registry } from './registry.ts';

/** Milliseconds after which the host's others have their turn. */
const turn = 6;
/** Of the host's time at most a tenth goes into distances: the next are computed when ten times what the last took is over. */
const rest = 9;
/** Rows and records that are read at once. */
const part = 200;

type Told = Extract<HostEvent, { kind: 'distances' }>;
interface Model { readonly version: string; readonly embeddings: RegionEmbeddings; coverage: Coverage | null; /** Cases that it cannot look at. */ readonly unreadable: Set<string> }
export interface Distances { readonly model: string; readonly ids: string[]; readonly distances: Float32Array; /** Cases whose embedding is known, of those that should have one. */ readonly known: number; readonly of: number }

const whole = (c: Pick<CaseRow, 'pixels'>): Box => ({ x: 0, y: 0, width: c.pixels.width, height: c.pixels.height });

export class CaseDistances {
  readonly #folder: string;
  readonly #journal: Journal;
  readonly #registry: Registry;
  readonly #engines: Engines;
  readonly #isBusy: () => boolean;
  readonly #tell: (event: Told) => void;
  /** Status of every case as of the journal's record `#seq`; -1: not read yet. */
  readonly #cases = new Map<string, Pick<CaseRow, 'id' | 'status' | 'pixels' | 'modality'>>();
  #seq = -1;
  #model: Model | null = null;
  #found: ReadonlyMap<string, number> = new Map();
  /** What was found is not of the present state. */
  #stale = true;
  #notBefore = 0;
  #working: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #wanted = false;
  #closed = false;

  /** @param isBusy whether the engine has better things to do than embeddings that nobody waits for */
  constructor(workspace: string, journal: Journal, registry: Registry, engines: Engines, isBusy: () => boolean, tell: (event: Told) => void) {
    this.#folder = path.join(workspace, 'derived', 'images');
    this.#journal = journal;
    this.#registry = registry;
    this.#engines = engines;
    this.#isBusy = isBusy;
    this.#tell = tell;
    journal.onAppend(() => this.wake());
  }

  /** What is known now; from the first question on it is kept up to date, and 'distances' is told when it changed. */
  answer(): Distances {
    this.#wanted = true;
    this.wake();
    const of = [...this.#cases.values()].filter(shouldBeKnown).length;
    return { model: this.#model?.version ?? this.#registry.champion, ids: [...this.#found.keys()], distances: Float32Array.from(this.#found.values()), known: this.#model?.coverage?.size ?? 0, of };
  }

  /** The answer when everything that can be known has been counted in; for who can wait. */
  async settled(): Promise<Distances> {
    this.#wanted = true;
    // The work under way may leave a last traversal for later; the turn after it does that at once.
    for (let turns = 0; turns < 3; turns++) { this.#notBefore = 0; this.wake(); await this.#working; }
    return this.answer();
  }

  /** A version has looked at a case; kept even where nobody asks for distances yet. */
  async put(version: string, study: Pick<CaseRow, 'id' | 'pixels'>, embedding: Float32Array): Promise<void> {
    const model = await this.#modelOf(version);
    this.#take(model, study, embedding);
    this.wake();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#working;
    this.#model?.embeddings.close();
  }

  /** Something happened, or the engine is free again. */
  wake(): void {
    if (!this.#wanted || this.#closed || this.#working !== null) return;
    // A failure costs the distances until something happens again; the worklist is ordered without them meanwhile.
    this.#working = this.#work().catch(() => undefined).finally(() => { this.#working = null; });
  }

  async #work(): Promise<void> {
    while (!this.#closed) {
      await this.#follow();
      const model = await this.#modelOf(this.#registry.champion);
      model.coverage ??= await this.#coverageOf(model);
      const wait = this.#notBefore - performance.now();
      if (this.#stale && wait <= 0) { await this.#traverse(model.coverage); continue; }
      if (await this.#embedOne(model)) continue;
      clearTimeout(this.#timer);
      if (this.#stale) this.#timer = setTimeout(() => this.wake(), wait).unref();
      if (this.#seq === this.#journal.seq) return;
    }
  }

  #take({ embeddings, coverage }: Model, study: Pick<CaseRow, 'id' | 'pixels'>, embedding: Float32Array): void {
    embeddings.put([{ id: study.id, box: whole(study), embedding }]);
    this.#stale = true;
    if (coverage === null) return;
    // The first tells how wide they are: it is made anew from the file.
    if (coverage.size === 0) { if (this.#model !== null) this.#model.coverage = null; return; }
    coverage.put(study.id, embedding);
    if (this.#cases.get(study.id)?.status === 'signed-off') coverage.cover(study.id);
  }

  /** Brings the cases up to the journal's end. */
  async #follow(): Promise<void> {
    if (this.#seq < 0) {
      const seq = this.#journal.seq;
      for (let cursor: string | null = null; ;) {
        const page = this.#journal.snapshot(cursor, part);
        for (const r of page.rows) if (r.table === 'cases') this.#cases.set(r.id, r);
        cursor = page.cursor;
        // Rows come by table, and cases are the first.
        if (cursor === null || !cursor.startsWith('cases/')) break;
        await othersFirst();
      }
      this.#seq = seq;
    }
    while (this.#seq < this.#journal.seq && !this.#closed) {
      for (const { seq, diff } of this.#journal.records(this.#seq, part, null)) {
        for (const r of [...diff.added, ...diff.updated.map(([, after]) => after)]) if (r.table === 'cases') this.#changed(r);
        this.#seq = seq;
      }
      await othersFirst();
    }
  }

  #changed(study: CaseRow): void {
    const before = this.#cases.get(study.id)?.status, coverage = this.#model?.coverage;
    this.#cases.set(study.id, study);
    if (before === study.status || coverage === null || coverage === undefined) return;
    if (study.status === 'signed-off') { coverage.cover(study.id); this.#stale = true; }
    if (before === 'signed-off') { coverage.forget(study.id); this.#stale = true; }
  }

  async #modelOf(version: string): Promise<Model> {
    if (this.#model?.version === version) return this.#model;
    const embeddings = await RegionEmbeddings.open(this.#folder, await this.#registry.fingerprint(version));
    // Somebody else may have opened it meanwhile.
    if (this.#model?.version === version) { embeddings.close(); return this.#model; }
    this.#model?.embeddings.close();
    this.#model = { version, embeddings, coverage: null, unreadable: new Set() };
    this.#stale = true;
    return this.#model;
  }

  async #coverageOf({ embeddings }: Model): Promise<Coverage> {
    const known = [...this.#cases.values()].flatMap((c) => { const e = embeddings.get(c.id, whole(c)); return e === undefined ? [] : [[c, e] as const]; });
    const coverage = new Coverage(known[0]?.[1].length ?? 0);
    for (const [c, e] of known) coverage.put(c.id, e);
    let began = performance.now();
    for (const [c] of known) {
      if (c.status !== 'signed-off') continue;
      coverage.cover(c.id);
      if (performance.now() - began > turn) { await othersFirst(); began = performance.now(); }
    }
    // What was signed off while others had their turn.
    for (const [{ id }] of known) if (this.#cases.get(id)?.status === 'signed-off') coverage.cover(id); else coverage.forget(id);
    return coverage;
  }

  async #traverse(coverage: Coverage): Promise<void> {
    this.#stale = false;
    const passes = coverage.distances(), from = performance.now();
    let spent = 0, began = from;
    for (;;) {
      const step = passes.next();
      if (step.done === true) { this.#found = step.value; break; }
      if (performance.now() - began <= turn) continue;
      spent += performance.now() - began;
      await othersFirst();
      began = performance.now();
      // Cases came or went: what was begun is of no use.
      if (this.#stale || this.#closed) return;
    }
    this.#notBefore = performance.now() + rest * (spent + performance.now() - began);
    this.#tell({ kind: 'distances', known: coverage.size });
  }

  /** One more embedding, where the engine is at hand and has nothing else to do; false when there is nothing to do now. */
  async #embedOne(model: Model): Promise<boolean> {
    const { version, coverage, unreadable } = model;
    if (coverage === null || this.#isBusy() || this.#engines.device === null) return false;
    const study = [...this.#cases.values()].find((c) => shouldBeKnown(c) && !unreadable.has(c.id) && !coverage.has(c.id));
    if (study === undefined) return false;
    try {
      const inference = await this.#engines.inference(this.#registry.folderOf(version));
      const { embedding } = await inference.embedImage({ image: { pixels: study.pixels, modality: study.modality } });
      if (this.#closed || this.#registry.champion !== version) return true;
      this.#take(model, study, embedding);
      return true;
    } catch (error) {
      const { code } = toWireError(error);
      if (code === 'engine-failed' || code === 'disconnected' || code === 'bundle-damaged' || code === 'device-unavailable') return false;
      unreadable.add(study.id);
      return true;
    }
  }
}

/** A case that nobody has looked at is embedded when it is proposed for. */
const shouldBeKnown = (c: Pick<CaseRow, 'status'>): boolean => c.status !== 'new';
