// What was decided about regions that look like this one: the nearest corrected regions of signed-off cases, by cosine of
// the champion's region embeddings. These are computed case by case in the background, from the first question on; a
// question is answered from what is there and says how much that is.
import path from 'node:path';
import { setImmediate as othersFirst } from 'node:timers/promises';
import type { Precedent } from '../../shared/contracts/host.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import type { Box } from '../../shared/domain/geometry.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import { AppError, toWireError } from '../../shared/errors.ts';
import type { Engines } from './engines.ts';
import type { Journal } from './journal.ts';
import { nearest, type Candidate } from './nearest.ts';
import { RegionEmbeddings } from './region-embeddings.ts';
import type { Registry } from './registry.ts';

interface Corrected { readonly id: string; readonly box: Box }
/** `unreadable`: cases this model cannot look at. */
interface Store { readonly version: string; readonly embeddings: Promise<RegionEmbeddings>; readonly unreadable: Set<string> }
/** Failures of the engine, not of the case it was asked about. */
const engineAway: ReadonlySet<string> = new Set(['engine-failed', 'disconnected', 'bundle-damaged', 'device-unavailable']);
/** Cases that are read from the journal before the host turns to others. */
const part = 50;

export class Precedents {
  readonly #folder: string;
  readonly #journal: Journal;
  readonly #registry: Registry;
  readonly #engines: Engines;
  /** Corrected regions of signed-off cases by case, as the journal's record `#seq` left them; -1: not read yet. */
  readonly #corrected = new Map<string, readonly Corrected[]>();
  #seq = -1;
  #reading: Promise<void> = Promise.resolve();
  #store: Store | null = null;
  #asked: { readonly key: string; readonly embedding: Float32Array } | null = null;
  #comparing: Promise<void> | null = null;
  #closed = false;

  constructor(workspace: string, journal: Journal, registry: Registry, engines: Engines) {
    this.#folder = path.join(workspace, 'derived');
    this.#journal = journal;
    this.#registry = registry;
    this.#engines = engines;
  }

  /** @throws AppError('engine-failed') when the box itself cannot be looked at. */
  async find(caseId: string, box: Box, limit: number): Promise<{ found: Precedent[]; compared: number; of: number }> {
    const version = this.#registry.champion, query = await this.#embeddingOf(version, caseId, box);
    await this.#follow();
    const { embeddings: opening, unreadable } = this.#storeOf(version), embeddings = await opening;
    // A blinded reading has the image of the case that it reads.
    const own = new Set([caseId, this.#journal.case(caseId).readOf?.caseId]), candidates: (Candidate & { id: string })[] = [];
    let of = 0;
    for (const [other, regions] of this.#corrected) {
      if (own.has(other) || unreadable.has(other)) continue;
      of += regions.length;
      for (const r of regions) { const embedding = embeddings.get(r.id, r.box); if (embedding?.length === query.length) candidates.push({ caseId: other, id: r.id, embedding }); }
    }
    if (candidates.length < of) this.#compare();
    const found = nearest(query, candidates, limit).flatMap(({ candidate, similarity }) => this.#told(candidate.caseId, candidate.id, similarity));
    return { found, compared: candidates.length, of };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#comparing;
    await this.#closeStore();
  }

  /** When nothing is left to compare, or the engine went away. */
  async settled(): Promise<void> { await this.#comparing; }

  #told(caseId: string, regionId: string, similarity: number): Precedent[] {
    const { title, pixels } = this.#journal.case(caseId), region = this.#journal.regionsOf(caseId).find((r) => r.id === regionId);
    if (region === undefined || !isDecided(region.verdict)) return [];
    const { box, label, caption, verdict, reason, proposal } = region;
    return [{ caseId, regionId, title, pixels, similarity, verdict, box, label, caption, proposedLabel: proposal?.label ?? null, reason: reason ?? null }];
  }

  /** The box that was asked about last is not looked at again: the page asks until all are compared. */
  async #embeddingOf(version: string, caseId: string, box: Box): Promise<Float32Array> {
    const key = JSON.stringify([version, caseId, box]);
    if (this.#asked?.key !== key) {
      const [embedding] = await this.#embed(version, caseId, [box]);
      if (embedding === undefined) throw new AppError('engine-failed', 'The model gave no answer about this region.');
      this.#asked = { key, embedding };
    }
    return this.#asked.embedding;
  }

  async #embed(version: string, caseId: string, boxes: Box[]): Promise<readonly Float32Array[]> {
    const { pixels, modality } = this.#journal.case(caseId), engine = await this.#engines.inference(this.#registry.folderOf(version));
    return (await engine.embedRegions({ image: { pixels, modality }, boxes })).embeddings;
  }

  /** Brings `#corrected` to the journal's end; one after the other, so that no record is missed. */
  #follow(): Promise<void> {
    const mine = this.#reading.then(() => this.#readOn());
    this.#reading = mine.catch(() => undefined);
    return mine;
  }
  async #readOn(): Promise<void> {
    if (this.#seq < 0) {
      const seq = this.#journal.seq, signedOff = this.#journal.cases().filter((c) => c.status === 'signed-off');
      for (const [i, { id }] of signedOff.entries()) { this.#readCase(id); if (i % part === part - 1) await othersFirst(); }
      this.#seq = seq;
    }
    while (this.#seq < this.#journal.seq) {
      const records = this.#journal.records(this.#seq, 1000, null);
      for (const id of new Set(records.flatMap((r) => r.caseId ?? []))) this.#readCase(id);
      this.#seq = records.at(-1)?.seq ?? this.#journal.seq;
      await othersFirst();
    }
  }
  #readCase(id: string): void {
    const study = this.#caseOf(id);
    // What one reader of several says is shown to nobody before it is decided, and not twice thereafter.
    const decided = study?.status === 'signed-off' && study.readOf === undefined ? this.#journal.regionsOf(id).filter((r) => r.source !== 'truth' && isDecided(r.verdict)) : [];
    if (decided.length === 0) this.#corrected.delete(id); else this.#corrected.set(id, decided.map((r) => ({ id: r.id, box: r.box })));
  }
  /** Null when its import was taken back. */
  #caseOf(id: string): CaseRow | null {
    try { return this.#journal.case(id); } catch (error) { if (toWireError(error).code !== 'not-found') throw error; return null; }
  }

  #storeOf(version: string): Store {
    if (this.#store?.version === version) return this.#store;
    void this.#closeStore();
    const embeddings = this.#registry.fingerprint(version).then((name) => RegionEmbeddings.open(this.#folder, name));
    this.#store = { version, embeddings, unreadable: new Set() };
    return this.#store;
  }
  async #closeStore(): Promise<void> { const store = this.#store; this.#store = null; (await store?.embeddings)?.close(); }

  #compare(): void {
    this.#comparing ??= this.#compareAll().catch(() => undefined).finally(() => { this.#comparing = null; });
  }

  /** Case after case, until none is left, another model is in use, or the engine is away: the next question goes on from there. */
  async #compareAll(): Promise<void> {
    const store = this.#store;
    if (store === null) return;
    const embeddings = await store.embeddings, present = (): boolean => !this.#closed && this.#store === store && this.#registry.champion === store.version;
    for (const [caseId, regions] of this.#corrected) {
      const missing = regions.filter((r) => embeddings.get(r.id, r.box) === undefined);
      if (missing.length === 0 || store.unreadable.has(caseId)) continue;
      try {
        const made = await this.#embed(store.version, caseId, missing.map((r) => r.box));
        // What another model answered meanwhile is not this one's.
        if (!present()) return;
        embeddings.put(missing.flatMap((r, i) => { const embedding = made[i]; return embedding === undefined ? [] : [{ ...r, embedding }]; }));
      } catch (error) {
        if (!present() || engineAway.has(toWireError(error).code)) return;
        store.unreadable.add(caseId);
      }
    }
  }
}

/** What was left open or ignored tells nothing. */
const isDecided = (verdict: RegionRow['verdict']): verdict is Precedent['verdict'] => verdict !== 'proposed' && verdict !== 'ignored';
