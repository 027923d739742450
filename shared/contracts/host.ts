// What the host does for the page: the workspace, the journal, imports, runs, models. Pixels and thumbnails are not
// here: the page loads them by URL, /blobs/<sha256>.
import { z } from 'zod';
import { finding } from '../domain/caption.ts';
import { pixelFormat } from '../domain/case.ts';
import { command, journalRecord } from '../domain/command.ts';
import { row } from '../domain/diff.ts';
import { difference, gateReport } from '../domain/gate.ts';
import { box } from '../domain/geometry.ts';
import { metrics, modelManifest, modelVersion } from '../domain/model.ts';
import { verdict } from '../domain/region.ts';
import { run, runSettings } from '../domain/run.ts';
import { workflow } from '../domain/workflow.ts';
import { wireError } from '../errors.ts';
import { device } from './inference.ts';

const none = z.object({});
const progress = z.object({ done: z.number().int(), of: z.number().int().nullable(), name: z.string(), secondsLeft: z.number().nullable() });
export type Progress = z.infer<typeof progress>;

export const importReport = z.object({
  imported: z.array(z.string()),
  /** Files whose content is in the workspace already. */
  duplicates: z.number().int(),
  refused: z.array(z.object({ file: z.string(), error: wireError })),
  annotated: z.number().int(),
  /** Where the privacy receipt lies, for the page and on the disk, of an import that de-identified. */
  receipt: z.object({ url: z.string(), file: z.string() }).optional(),
});
export type ImportReport = z.infer<typeof importReport>;

export const modelSummary = z.object({
  manifest: modelManifest,
  state: z.enum(['champion', 'candidate', 'refused', 'former']),
  metrics: metrics.nullable(),
  report: gateReport.nullable(),
});
export type ModelSummary = z.infer<typeof modelSummary>;

export const queueSummary = z.object({
  cases: z.number().int(), proposed: z.number().int(), inReview: z.number().int(), signedOff: z.number().int(),
  /** Of signed-off training cases, by kind. */
  corrections: z.object({ accepted: z.number().int(), moved: z.number().int(), recaptioned: z.number().int(), 'moved-and-recaptioned': z.number().int(), rejected: z.number().int(), added: z.number().int() }),
  /** Corrections of cases signed off since the run that made the champion. */
  waiting: z.number().int(),
  holdoutPatients: z.number().int(), holdoutSignedOff: z.number().int(),
  suggested: runSettings,
  /** Estimated seconds for a run with the suggested settings, from the last run or a rule of thumb. */
  estimatedSeconds: z.number().nullable(),
});
export type QueueSummary = z.infer<typeof queueSummary>;

/** A corrected region of a signed-off case, and what was decided about it. */
const precedent = z.object({
  caseId: z.string(), regionId: z.string(), title: z.string(), pixels: pixelFormat,
  /** Cosine of the two region embeddings, in [-1, 1]. */
  similarity: z.number(),
  verdict: verdict.exclude(['proposed', 'ignored']), box, label: z.string(), caption: z.string(),
  /** What it was proposed as; null where a person drew it. */
  proposedLabel: z.string().nullable(),
  reason: z.string().nullable(),
});
export type Precedent = z.infer<typeof precedent>;

export const hostEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('journal'), seq: z.number().int() }),
  z.object({ kind: z.literal('run'), run }),
  /** How far cases are from what was signed off changed: ask for it again. */
  z.object({ kind: z.literal('distances'), known: z.number().int() }),
  z.object({ kind: z.literal('engine'), engine: z.enum(['inference', 'training']), state: z.enum(['starting', 'ready', 'failed']), message: z.string() }),
]);
export type HostEvent = z.infer<typeof hostEvent>;

export const hostContract = {
  info: {
    input: none,
    output: z.object({ workspace: z.string(), workspaceId: z.string(), version: z.string(), host: z.enum(['desktop', 'web']), champion: modelVersion, device: device.nullable(), seq: z.number().int(), actor: z.string() }),
  },
  /** Runs until cancelled. The first event is the journal's present seq. */
  watch: { input: none, event: hostEvent, output: none },
  /** All rows, ground truth left out, in pages: for rebuilding the working copy. `seq` is the journal's end at the first page. */
  snapshot: { input: z.object({ cursor: z.string().nullable(), limit: z.number().int().min(1).max(2000) }), output: z.object({ rows: z.array(row), cursor: z.string().nullable(), seq: z.number().int() }) },
  /** Journal records after `seq`, oldest first (truth rows left out of their diffs), optionally of one case. */
  records: { input: z.object({ after: z.number().int().nonnegative(), limit: z.number().int().min(1).max(1000), caseId: z.string().nullable() }), output: z.object({ records: z.array(journalRecord) }) },
  /** Makes commands durable, in order. An answer means fsynced. The first refusal ends the batch. */
  append: {
    input: z.object({ commands: z.array(command).min(1).max(500) }),
    output: z.object({ stored: z.array(z.object({ id: z.string(), seq: z.number().int() })), refused: z.object({ id: z.string(), error: wireError }).nullable() }),
  },
  /** Opens a place for files: PUT /uploads/<upload>/<relative path, URL-encoded> each, then importUpload. */
  beginUpload: { input: none, output: z.object({ upload: z.string() }) },
  importUpload: { input: z.object({ upload: z.string(), annotations: z.enum(['truth', 'proposals']) }), event: progress, output: importReport },
  /** Holds an import after the file it is at, or lets it go on. */
  pauseImport: { input: z.object({ upload: z.string(), paused: z.boolean() }), output: none },
  /** Makes phantom studies and imports them, for a first look without data. */
  importPhantoms: { input: z.object({ count: z.number().int().min(1).max(200), seed: z.number().int() }), event: progress, output: importReport },
  /** Proposes regions with the champion for the given cases, or for every case without proposals (null). Cases in review are left alone. */
  propose: { input: z.object({ caseIds: z.array(z.string()).nullable() }), event: progress, output: z.object({ proposed: z.number().int(), failed: z.array(z.object({ caseId: z.string(), error: wireError })) }) },
  /**
   * For each waiting case whose embedding by the model in use is known: its distance (1 − cosine, in [0, 2]) from all that was
   * signed off and all that farthest-first takes before it. As of now; it is computed in the background and told by 'distances'.
   */
  distances: { input: none, output: z.object({ model: modelVersion, ids: z.array(z.string()), distances: z.custom<Float32Array>((v) => v instanceof Float32Array), known: z.number().int(), of: z.number().int() }) },
  /** The site's findings: what zero-shot labelling chooses from and what a person is offered. */
  findings: { input: none, output: z.object({ findings: z.array(finding) }) },
  /**
   * The corrected regions of other signed-off cases that are nearest to a box, nearest first, each case once before any
   * twice. All are compared in the background, from the first question on: while `compared` is less than `of`, ask again.
   */
  precedents: { input: z.object({ caseId: z.string(), box, limit: z.number().int().min(1).max(50) }), output: z.object({ found: z.array(precedent), compared: z.number().int(), of: z.number().int() }) },
  /** What readers of this site wrote before and `text` begins or names, likeliest first; of findings called `label` before others. A phrase is the finding's part of a sentence, to be put together for another box. */
  captions: { input: z.object({ text: z.string(), label: z.string(), limit: z.number().int().min(1).max(20) }), output: z.object({ captions: z.array(z.object({ text: z.string(), phrase: z.boolean(), count: z.number().int() })) }) },
  /** How the work went in [from, to), ISO 8601: one reader's, or everybody's together (null). */
  workflow: { input: z.object({ reader: z.string().nullable(), from: z.string(), to: z.string() }), output: workflow },
  queue: { input: none, output: queueSummary },
  runs: { input: none, output: z.object({ runs: z.array(run) }) },
  /** Answers when the run has begun; follow it with `watch`. */
  startRun: { input: runSettings, output: run },
  pauseRun: { input: z.object({ id: z.string() }), output: run },
  resumeRun: { input: z.object({ id: z.string() }), output: run },
  stopRun: { input: z.object({ id: z.string() }), output: run },
  models: { input: none, output: z.object({ models: z.array(modelSummary) }) },
  /** Every difference between two versions, as the gate stored them; most harmful first. */
  differences: { input: z.object({ candidate: modelVersion }), output: z.object({ report: gateReport, differences: z.array(difference) }) },
  promote: { input: z.object({ version: modelVersion, note: z.string() }), output: none },
  refuse: { input: z.object({ version: modelVersion, note: z.string() }), output: none },
  rollBack: { input: z.object({ note: z.string() }), output: z.object({ champion: modelVersion }) },
  /** Of all signed-off cases, or of those among `caseIds`. */
  exportReviewed: { input: z.object({ format: z.enum(['jsonl', 'coco']), caseIds: z.array(z.string()).optional() }), output: z.object({ url: z.string(), cases: z.number().int(), regions: z.number().int() }) },
  verify: { input: none, event: progress, output: z.object({ records: z.number().int(), blobs: z.number().int(), damaged: z.array(z.string()) }) },
};
export type HostContract = typeof hostContract;
