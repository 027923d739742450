// The program without a window: the same host, the same journal, the same engines. Results go to standard output (one
// JSON document with --json), progress to standard error.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Progress } from '../shared/contracts/host.ts';
import { device } from '../shared/contracts/inference.ts';
import { trainable, type Trainable } from '../shared/domain/run.ts';
import { taskName } from '../shared/domain/task.ts';
import { AppError, describeError, errorCode, toWireError } from '../shared/errors.ts';
import { teachAnswers } from './commands/answers.ts';
import { createBundle, createBundleOptions } from './commands/create-bundle.ts';
import { deidentify, deidentifyOptions, exportWithoutNames, importPrivacyOf, keyCommand } from './commands/deidentify.ts';
import { examine, words as doctorWords } from './commands/doctor.ts';
import { embed, type EmbedOf } from './commands/embed.ts';
import { evaluateTask, evaluateVersion, reportWords } from './commands/evaluate.ts';
import { predictionLines } from './commands/predictions.ts';
import { simulateReview } from './commands/simulate-review.ts';
import { exportReviewed } from './host/export/export-reviewed.ts';
import { forkEngine } from './host/fork-engine.ts';
import { Host, programVersion } from './host/open.ts';
import { ownFiles } from './own-files.ts';
import { assertWritable, writeAtomically } from '../models/bundle/files.ts';

const help = `regionmed <command> --workspace DIR [--json]

  import PATH...            images (DICOM, NIfTI, TIFF, PNG, JPEG), folders, zip archives, DICOMDIR, or an annotated set
      --deidentify          DICOM only, by PS3.15 Annex E; takes the options of deidentify
      --annotations FILE    JSONL or COCO; found by itself when it lies in a given folder
      --as truth|proposals  what annotations are (default truth)
      --limit N             at most N images
  phantoms --count N        make and import N phantom studies  [--seed N]
  propose                   regions and captions by the model in use, stored for review
      --predictions FILE    also one JSON line an image  [--split training|holdout|all] [--model V] [--no-store]
      --threshold T         regions from this score on, not from the model's own threshold
  embed --of images|regions|texts --out FILE   one JSON line an item
  review --simulate         a physician played from ground truth  [--limit N] [--overlap 0.5]
  train                     fine-tune on what was signed off  [--steps N] [--lr X] [--replay X] [--seed N] [--resume]
      --trainable SET       all, heads, last:K (blocks of each tower) or lora:R (adapters of rank R; lora:R:A,B where names hold A or B)
      --batch N             images in memory at once (default 8)
      --accumulation N      batches whose examples share one step (default 1)  [--recompute: less memory, more time]
  answers                   teach the model in use to answer questions  [--steps N] [--lr X] [--seed N]
  evaluate                  [--model V] [--split holdout|training|all] [--predictions FILE]
      --task TASK           retrieval, classification, proposals or vqa, with its strata (docs/tasks.md)
  diff --candidate V        what a candidate fixed and broke
  promote V | refuse V | rollback             [--note TEXT]
  export --format jsonl|coco --out DIR   [--deidentify: no names, with a receipt; takes the options of deidentify]
  deidentify PATH... --out DIR   DICOM files and folders by PS3.15 Annex E, with a privacy receipt (docs/privacy.md)
      --profile-options A,B     clean-descriptors, clean-structured, clean-graphics, retain-modified-dates, retain-full-dates,
                                retain-patient, retain-device, retain-institution, retain-uids  (default: the Basic Profile alone)
      --keep-private FILE       private attributes that are safe, one a line: 0019,xx0C CREATOR
      --mask none|found|FILE    text in pixels: left, painted over where found  [--review FILE: what was found],  or as FILE lists
      --project-key FILE        instead of the workspace's key  [--receipt FILE] [--release: also files in which identifiers were found]
  key export FILE | key import FILE   the project's key, so that another site maps alike
  verify                    the journal's hash chain and every stored image
  doctor                    versions, memory, devices and what each said; needs no workspace  [--device NAME]
      --operators           every operator on every device against the processor
  bundle create --image-encoder A.onnx --text-encoder B.onnx --tokenizer tokenizer.json --out DIR   (no workspace)
                            a model out of your own encoders  [--side N] [--mean R,G,B] [--std R,G,B] [--width N] [--name TEXT]
      [--licence TEXT] [--version V] [--findings A,B] [--image-tokens OUTPUT] [--image-embedding OUTPUT] [--text-output OUTPUT]
      [--pool first|mean|end] [--text-length N] [--seed N]

Exit codes: 0 done; 1 failed, or some files or cases failed; 2 not understood; 3 the gate says the candidate is worse.
Decision support for annotation, not a diagnosis.`;

const { values, positionals, tokens } = ((): ReturnType<typeof parse> => {
  try {
    return parse();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: { code: 'wrong-usage', message } })}\n`);
    process.stderr.write(`${message}\n\n${help}\n`);
    process.exit(2);
  }
})();

function parse() {
  return parseArgs({
    allowPositionals: true, tokens: true,
    options: {
      workspace: { type: 'string' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false }, annotations: { type: 'string', default: 'auto' }, as: { type: 'string', default: 'truth' }, limit: { type: 'string' },
      count: { type: 'string', default: '20' }, seed: { type: 'string' }, predictions: { type: 'string' }, split: { type: 'string' }, model: { type: 'string' }, threshold: { type: 'string' }, 'no-store': { type: 'boolean', default: false },
      of: { type: 'string' }, out: { type: 'string' }, simulate: { type: 'boolean', default: false }, overlap: { type: 'string', default: '0.5' }, steps: { type: 'string' }, lr: { type: 'string' }, replay: { type: 'string' }, resume: { type: 'boolean', default: false }, trainable: { type: 'string' }, batch: { type: 'string' }, accumulation: { type: 'string' }, recompute: { type: 'boolean', default: false },
      candidate: { type: 'string' }, note: { type: 'string', default: '' }, task: { type: 'string' }, format: { type: 'string', default: 'jsonl' }, operators: { type: 'boolean', default: false }, device: { type: 'string' },
      deidentify: { type: 'boolean', default: false }, ...createBundleOptions, ...deidentifyOptions,
    },
  });
}

/** The options of each command; --workspace, --json and --help go with all. */
const accepted: Readonly<Record<string, readonly string[]>> & { readonly train: readonly string[] } = {
  import: ['annotations', 'as', 'limit', 'deidentify', ...Object.keys(deidentifyOptions).filter((o) => o !== 'review' && o !== 'receipt' && o !== 'project-key')], phantoms: ['count', 'seed'], propose: ['predictions', 'split', 'model', 'threshold', 'no-store'], embed: ['of', 'out', 'model'], review: ['simulate', 'limit', 'overlap'],
  train: ['steps', 'lr', 'replay', 'seed', 'resume', 'trainable', 'batch', 'accumulation', 'recompute'], answers: ['steps', 'lr', 'seed'], evaluate: ['model', 'split', 'predictions', 'task'], diff: ['candidate'],
  promote: ['note'], refuse: ['note'], rollback: ['note'], export: ['format', 'out', 'deidentify', ...Object.keys(deidentifyOptions).filter((o) => o !== 'review')], verify: [], doctor: ['device', 'operators'], bundle: [...Object.keys(createBundleOptions), 'out', 'seed'], deidentify: [...Object.keys(deidentifyOptions), 'out'], key: [],
};
const given = tokens.flatMap((t) => (t.kind === 'option' ? [t.name] : []));
/** What a command would pass over is a mistake of whoever typed it: it is told before anything is done. */
function checkWords(command: string, rest: readonly string[]): void {
  const options = Object.hasOwn(accepted, command) ? accepted[command] : undefined;
  if (options === undefined) throw usage(`There is no command "${command}".`);
  const stray = given.find((name) => !options.includes(name) && !['workspace', 'json', 'help'].includes(name));
  if (stray !== undefined) throw usage(`${command} takes no --${stray}.`);
  const words = command === 'import' || command === 'deidentify' ? Infinity : command === 'key' ? 2 : command === 'promote' || command === 'refuse' || command === 'bundle' ? 1 : 0, extra = rest[words];
  if (extra !== undefined) throw usage(`${command} does not know what to do with "${extra}".`);
}

const usage = (sentence: string): AppError => new AppError('wrong-usage', sentence);
const numbers = {
  whole: { words: 'a whole number above 0', is: (v: number) => Number.isInteger(v) && v > 0 },
  seed: { words: 'a whole number from 0', is: (v: number) => Number.isInteger(v) && v >= 0 },
  share: { words: 'a number from 0 to 1', is: (v: number) => v >= 0 && v <= 1 },
  part: { words: 'a number from 0 to below 1', is: (v: number) => v >= 0 && v < 1 },
  rate: { words: 'a number above 0', is: (v: number) => Number.isFinite(v) && v > 0 },
} as const;
function number(name: 'limit' | 'count' | 'seed' | 'threshold' | 'overlap' | 'steps' | 'lr' | 'replay' | 'batch' | 'accumulation', kind: keyof typeof numbers): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const v = text.trim() === '' ? Number.NaN : Number(text);
  if (!numbers[kind].is(v)) throw usage(`--${name} needs ${numbers[kind].words}, not "${text}".`);
  return v;
}
/** "last:2" -> { kind: 'last', blocks: 2 }; "lora:8:qkv,out" adapts only matrices whose names hold qkv or out. */
function trainableOf(text: string | undefined): Trainable | undefined {
  if (text === undefined) return undefined;
  const isOne = /^(?:all|heads|last:\d+|lora:\d+(?::.+)?)$/.test(text);
  const [kind, size, matrices] = text.split(':'), n = size === undefined ? undefined : Number(size);
  const found = trainable.safeParse({ kind, ...(kind === 'last' ? { blocks: n } : kind === 'lora' ? { rank: n, ...(matrices === undefined ? {} : { matrices: matrices.split(',') }) } : {}) });
  if (!isOne || !found.success) throw usage(`--trainable is all, heads, last:K, lora:R or lora:R:MATRICES, not ${text}.`);
  return found.data;
}
const oneOf = <T extends string>(text: string | undefined, all: readonly T[], name: string, standard?: T): T => {
  const found = all.find((a) => a === (text ?? standard));
  if (found === undefined) throw usage(`--${name} is one of ${all.join(', ')}.`);
  return found;
};

let lastShown = 0;
function show(text: string, final = false): void {
  const now = performance.now();
  if (process.stderr.isTTY) { process.stderr.write(`\r\x1b[K${text}${final ? '\n' : ''}`); return; }
  if (final || now - lastShown > 3000) { lastShown = now; process.stderr.write(`${text}\n`); }
}
const onProgress = ({ done, of, name, secondsLeft }: Progress): void => show(`${done}${of === null ? '' : ` of ${of}`} · ${name}${secondsLeft === null || secondsLeft < 2 ? '' : ` · ${Math.round(secondsLeft)} s left`}`);

const stop = new AbortController();
process.on('SIGINT', () => { if (stop.signal.aborted) process.exit(130); stop.abort(); });
process.on('SIGTERM', () => stop.abort());

/** The version that --model names, else the one in use. */
async function versionOf({ registry }: Host): Promise<string> {
  const version = values.model ?? registry.champion, known = await registry.versions();
  if (!known.includes(version)) throw new AppError('not-found', `There is no model ${version}; there are ${known.join(', ')}.`);
  return version;
}

/** Answers the JSON document, the words for people, and the exit code. */
async function perform(host: Host, command: string, rest: readonly string[]): Promise<{ result: unknown; words: string; code?: number }> {
  switch (command) {
    case 'import': {
      if (rest.length === 0) throw usage('import needs files or folders.');
      const limit = number('limit', 'whole'), forNobody = given.find((name) => Object.hasOwn(deidentifyOptions, name));
      if (!values.deidentify && forNobody !== undefined) throw usage(`--${forNobody} goes with --deidentify.`);
      const report = await host.import({ ...(values.deidentify ? { privacy: await importPrivacyOf(values) } : {}), paths: rest.map((p) => path.resolve(p)), annotations: values.annotations, as: oneOf(values.as, ['truth', 'proposals'], 'as'), ...(limit === undefined ? {} : { limit }) }, onProgress, stop.signal);
      const refused = report.refused.map((r) => `  ${r.error.message.includes(r.file) ? '' : `${r.file}: `}${r.error.message}`).join('\n');
      return { result: report, words: `${report.imported.length} imported, ${report.annotated} with annotations, ${report.duplicates} already there, ${report.refused.length} refused${report.receipt === undefined ? '' : `. Privacy receipt: ${report.receipt.file}`}${refused === '' ? '' : `\n${refused}`}`, code: report.refused.length > 0 ? 1 : 0 };
    }
    case 'phantoms': {
      const report = await host.importPhantoms(number('count', 'whole') ?? 20, number('seed', 'seed') ?? 1, onProgress, stop.signal);
      return { result: report, words: `${report.imported.length} phantom studies imported` };
    }
    case 'propose': {
      const threshold = number('threshold', 'share'), forFile = given.find((name) => ['model', 'split', 'no-store'].includes(name));
      if (values.predictions === undefined && forFile !== undefined) throw usage(`--${forFile} needs --predictions FILE: what is stored for review is always by the model in use, for all cases that wait for it.`);
      if (values.predictions !== undefined) await assertWritable(values.predictions);
      const stored = values['no-store'] || values.model !== undefined ? { proposed: 0, failed: [] } : await host.propose(null, onProgress, stop.signal, threshold);
      let lines = 0;
      if (values.predictions !== undefined) {
        const made = await predictionLines(host, { version: await versionOf(host), split: oneOf(values.split, ['training', 'holdout', 'all'], 'split', 'all'), threshold, onProgress, signal: stop.signal });
        await writeAtomically(values.predictions, made.map((l) => `${JSON.stringify(l)}\n`).join(''));
        lines = made.length;
      }
      return { result: { ...stored, predictions: lines }, words: `${stored.proposed} cases proposed${lines > 0 ? `, ${lines} lines of predictions` : ''}${stored.failed.map((f) => `\n  ${f.caseId}: ${f.error.message}`).join('')}`, code: stored.failed.length > 0 ? 1 : 0 };
    }
    case 'embed': {
      if (values.out === undefined) throw usage('embed needs --out FILE.');
      await assertWritable(values.out);
      const of: EmbedOf = oneOf(values.of, ['images', 'regions', 'texts'], 'of');
      const lines = await embed(host, of, await versionOf(host), onProgress, stop.signal);
      await writeAtomically(values.out, lines.map((l) => `${JSON.stringify(l)}\n`).join(''));
      return { result: { of, items: lines.length, out: values.out }, words: `${lines.length} ${of} embedded` };
    }
    case 'review': {
      if (!values.simulate) throw usage('review on the command line is --simulate only; people review in the window.');
      const result = simulateReview(host, { overlap: number('overlap', 'share') ?? 0.5, limit: number('limit', 'whole') ?? Infinity });
      return { result, words: `${result.cases} cases signed off: ${result.accepted} accepted, ${result.edited} edited, ${result.rejected} rejected, ${result.added} added` };
    }
    case 'train': {
      const { runs } = host;
      const own = given.find((name) => accepted.train.includes(name) && name !== 'resume');
      if (values.resume && own !== undefined) throw usage(`--resume goes on with the settings of the run; --${own} is for a new one.`);
      const wanted = { steps: number('steps', 'whole'), learningRate: number('lr', 'rate'), replay: number('replay', 'part'), seed: number('seed', 'seed'), trainable: trainableOf(values.trainable), batch: number('batch', 'whole'), accumulation: number('accumulation', 'whole') };
      const { suggested } = await runs.queue();
      const waiting = runs.list().find((r) => r.status === 'paused' || r.status === 'failed');
      if (values.resume && waiting === undefined) throw new AppError('not-found', 'There is no run that was paused or failed.');
      const started = values.resume && waiting !== undefined ? await runs.resume(waiting.id) : await runs.start({
        steps: wanted.steps ?? suggested.steps, learningRate: wanted.learningRate ?? suggested.learningRate, replay: wanted.replay ?? suggested.replay, seed: wanted.seed ?? suggested.seed,
        trainable: wanted.trainable ?? suggested.trainable, batch: wanted.batch ?? suggested.batch, accumulation: wanted.accumulation ?? suggested.accumulation, recompute: values.recompute,
      });
      const pause = (): void => void runs.pause(started.id).catch(() => undefined);
      if (stop.signal.aborted) pause(); else stop.signal.addEventListener('abort', pause);
      const timer = setInterval(() => { const r = runs.list().find((x) => x.id === started.id); const l = r?.losses.at(-1); if (r !== undefined) show(`${r.status} · step ${r.step} of ${r.settings.steps}${l === undefined ? '' : ` · loss ${l.total.toFixed(3)}`}${r.secondsLeft === null ? '' : ` · ${Math.round(r.secondsLeft)} s left`}`); }, 500);
      await runs.idle();
      clearInterval(timer);
      const run = runs.list().find((r) => r.id === started.id);
      if (run === undefined) throw new Error('the run is gone');
      if (run.status === 'failed' && run.error !== null) throw new AppError(errorCode.catch('engine-failed').parse(run.error.code), run.error.message);
      const report = run.candidate === null ? null : await host.registry.report(run.candidate);
      return { result: { run, report: report?.report ?? null }, words: run.candidate === null ? `The run is ${run.status} after step ${run.step}.` : `Candidate ${run.candidate}: ${report?.report.verdict ?? 'not compared'}. ${(report?.report.reasons ?? []).join(' ')}`, code: run.status === 'done' ? 0 : 1 };
    }
    case 'answers': {
      const result = await teachAnswers(host, { steps: number('steps', 'whole'), learningRate: number('lr', 'rate'), seed: number('seed', 'seed'), onProgress, signal: stop.signal });
      return { result, words: `Candidate ${result.version} answers questions, taught by ${result.questions} questions of ${result.cases} cases.` };
    }
    case 'evaluate': {
      if (values.predictions !== undefined) await assertWritable(values.predictions);
      const version = await versionOf(host);
      const request = { version, split: oneOf(values.split, ['holdout', 'training', 'all'], 'split', 'holdout'), predictions: values.predictions === undefined ? null : path.resolve(values.predictions), onProgress, signal: stop.signal };
      if (values.task !== undefined) {
        const report = await evaluateTask(host, { ...request, task: oneOf(values.task, taskName.options, 'task') });
        return { result: { version, ...report }, words: `Model ${version}, ${reportWords(report)}` };
      }
      const result = await evaluateVersion(host, request);
      const lines = Object.entries(result.metrics).map(([name, m]) => `  ${name.padEnd(20)} ${m === null ? 'nothing to measure' : `${(100 * m.value).toFixed(1)} % (${(100 * m.low).toFixed(1)} to ${(100 * m.high).toFixed(1)}, ${m.n} patients)`}`);
      return { result: { version, ...result }, words: `Model ${version} on ${result.images} images:\n${lines.join('\n')}` };
    }
    case 'diff': {
      if (values.candidate === undefined) throw usage('diff needs --candidate VERSION.');
      const found = await host.registry.report(values.candidate);
      if (found === null) throw new AppError('not-found', `Model ${values.candidate} was not compared with another.`);
      return { result: found, words: `${found.report.verdict}: ${found.report.fixed} fixed, ${found.report.broken} broken.\n${found.report.reasons.map((r) => `  ${r}`).join('\n')}`, code: found.report.verdict === 'worse' ? 3 : 0 };
    }
    case 'promote': case 'refuse': {
      const [version] = rest;
      if (version === undefined) throw usage(`${command} needs a version.`);
      await (command === 'promote' ? host.registry.promote(version, values.note) : host.registry.refuse(version, values.note));
      return { result: { champion: host.registry.champion }, words: `Model ${host.registry.champion} is in use.` };
    }
    case 'rollback': {
      const champion = await host.registry.rollBack(values.note);
      return { result: { champion }, words: `Model ${champion} is in use again.` };
    }
    case 'export': {
      if (values.out === undefined) throw usage('export needs --out DIR.');
      const format = oneOf(values.format, ['jsonl', 'coco'], 'format'), input = { cases: host.journal.cases(), regionsOf: (id: string) => host.journal.regionsOf(id), measurementsOf: (id: string) => host.journal.measurementsOf(id), blobPath: (s: string) => host.blobs.path(s) };
      const forNobody = given.find((name) => Object.hasOwn(deidentifyOptions, name));
      if (!values.deidentify && forNobody !== undefined) throw usage(`--${forNobody} goes with --deidentify.`);
      if (values.deidentify) return exportWithoutNames(input, format, { ...values, workspace: host.workspace.folder, out: values.out }, `RegionMed Studio ${programVersion}`, onProgress, stop.signal);
      const made = await exportReviewed(input, format, path.resolve(values.out), true);
      return { result: made, words: `${made.cases} cases with ${made.regions} regions in ${made.file}` };
    }
    case 'verify': {
      const result = await host.verify(onProgress);
      return { result, words: result.damaged.length === 0 ? `${result.records} records and ${result.blobs} stored files are whole.` : result.damaged.join('\n'), code: result.damaged.length === 0 ? 0 : 1 };
    }
    default: throw usage(`There is no command "${command}".`);
  }
}

async function main(): Promise<number> {
  const [command, ...rest] = positionals;
  if (values.help || command === undefined) { process.stdout.write(`${help}\n`); return values.help ? 0 : 2; }
  try {
    checkWords(command, rest);
    if (command === 'bundle') {
      if (rest.length !== 1 || rest[0] !== 'create') throw usage('The command is "bundle create".');
      const { result, words } = await createBundle(values, forkEngine);
      process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${words}\n`);
      return 0;
    }
    if (command === 'doctor') {
      const found = await examine(forkEngine, { program: programVersion, operators: values.operators, ...(values.device === undefined ? {} : { device: oneOf(values.device, device.shape.name.options, 'device') }) }, onProgress);
      process.stdout.write(values.json ? `${JSON.stringify(found)}\n` : `${doctorWords(found)}\n`);
      return 0;
    }
    if (command === 'deidentify' || command === 'key') {
      const { result, words, code } = command === 'key' ? { ...await keyCommand(rest, values.workspace), code: 0 } : await deidentify(rest, values, `RegionMed Studio ${programVersion}`, onProgress, stop.signal);
      process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${words}\n`);
      return code;
    }
    if (values.workspace === undefined) throw usage('--workspace DIR is needed.');
    // Only what brings images in makes a workspace: a mistyped folder must not look like an empty one.
    if (command !== 'import' && command !== 'phantoms' && !existsSync(path.join(values.workspace, 'workspace.json'))) throw new AppError('not-found', `There is no workspace in ${values.workspace}; "import" makes one.`);
    const host = await Host.open({ workspace: values.workspace, baseBundle: ownFiles(import.meta.url).baseBundle, startEngine: forkEngine, kind: 'web' });
    try {
      const { result, words, code } = await perform(host, command, rest);
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
      process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${words}\n`);
      return code ?? 0;
    } finally {
      await host.close();
    }
  } catch (error) {
    const wire = toWireError(error);
    if (values.json) process.stdout.write(`${JSON.stringify({ error: wire })}\n`);
    process.stderr.write(`${wire.message} ${describeError(wire.code).remedy}\n`);
    if (wire.code === 'internal' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
    return wire.code === 'wrong-usage' ? 2 : 1;
  }
}

process.exitCode = await main();
