// `npm run strategies -- --set DIR`: how correction pays. The same rounds of corrections are learnt by different trainable
// sets, with and without replay, from the base bundle and from fresh weights; after each round the set's held-out patients
// and phantom studies (what the base knew before) are measured. The default that the product ships with is chosen from this.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { writeAtomically } from '../../models/bundle/files.ts';
import { metrics, type Measure } from '../../shared/domain/model.ts';
import type { RunSettings } from '../../shared/domain/run.ts';
import { rehearse } from './rehearsal.ts';
import { machine, root, table, writeResults } from './results.ts';
import { untrainedBundle } from './untrained-bundle.ts';

const { values } = parseArgs({ options: {
  set: { type: 'string' }, rounds: { type: 'string', default: '1,2,4' }, cases: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' }, strategies: { type: 'string' }, images: { type: 'string' }, 'no-write': { type: 'boolean', default: false },
} });
if (values.set === undefined) { process.stderr.write('--set DIR is needed: a folder with an annotations.jsonl.\n'); process.exit(2); }
const set = path.resolve(values.set), name = path.basename(set), seed = Number(values.seed), perRound = Number(values.cases), shown = values.rounds.split(',').map(Number);
const out = path.join(root, '.cache', 'strategies'), base = process.env['REGIONMED_BASE_BUNDLE'] ?? path.join(root, 'models', 'bundles', 'base');
const say = (text: string): void => { process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`); };

interface Strategy { readonly words: string; readonly settings: Partial<RunSettings>; readonly fresh?: boolean }
const strategies: Readonly<Record<string, Strategy>> = {
  all: { words: 'all weights, replay', settings: { trainable: { kind: 'all' } } },
  'all-no-replay': { words: 'all weights, no replay', settings: { trainable: { kind: 'all' }, replay: 0 } },
  last: { words: 'last two blocks and heads, replay', settings: { trainable: { kind: 'last', blocks: 2 } } },
  lora: { words: 'adapters of rank 8 and heads, replay', settings: { trainable: { kind: 'lora', rank: 8 } } },
  heads: { words: 'heads alone, replay', settings: { trainable: { kind: 'heads' } } },
  'heads-no-replay': { words: 'heads alone, no replay', settings: { trainable: { kind: 'heads' }, replay: 0 } },
  fresh: { words: 'fresh weights, all trained, no replay', settings: { trainable: { kind: 'all' }, replay: 0, learningRate: 1e-3 }, fresh: true },
};

const stored = z.object({ strategy: z.string(), measuredOn: z.object({ images: z.number(), patients: z.number(), regions: z.number() }), rounds: z.array(z.object({ round: z.number(), cases: z.number(), corrections: z.number(), steps: z.number(), minutes: z.number(), verdict: z.string(), falsePerImage: z.number(), metrics, phantom: metrics.nullable() })) });
const wanted = values.strategies?.split(',') ?? Object.keys(strategies), results: z.infer<typeof stored>[] = [];
await mkdir(out, { recursive: true });
for (const key of wanted) {
  // What is there already is taken: it must be of the same cases a round, and as many rounds.
  const strategy = strategies[key], run = `${name}-${seed}-${perRound}x${Math.max(...shown)}-${key}`, file = path.join(out, `${run}.json`);
  if (strategy === undefined) throw new Error(`there is no strategy ${key}`);
  if (!existsSync(file)) {
    say(`${key}: ${strategy.words}`);
    // Where all begin the same, the start is measured once.
    const made = await rehearse({ set, rounds: Math.max(...shown), perRound, seed, settings: strategy.settings, measured: key === 'all' || key === 'fresh' ? [0, ...shown] : shown, ...(values.images === undefined ? {} : { images: Number(values.images) }), baseBundle: strategy.fresh === true ? await untrainedBundle(base, path.join(out, `fresh-${seed}`), seed) : base, folder: path.join(out, run), phantoms: 60, say });
    await writeAtomically(file, `${JSON.stringify({ strategy: key, ...made }, null, 1)}\n`);
  }
  results.push(stored.parse(JSON.parse(await readFile(file, 'utf8'))));
}

const percent = (m: Measure | null | undefined): string => (m == null ? '–' : `${(100 * m.value).toFixed(1)} (${(100 * m.low).toFixed(1)}–${(100 * m.high).toFixed(1)})`);
const rows = results.flatMap((r) => r.rounds.filter((x) => (x.round === 0 && (r.strategy === 'all' || r.strategy === 'fresh')) || shown.includes(x.round)).map((x) => [
  x.round === 0 ? (r.strategy === 'fresh' ? 'fresh weights' : 'base bundle') : `${strategies[r.strategy]?.words ?? r.strategy}, round ${x.round}`, String(x.cases), x.round === 0 ? '–' : x.minutes.toFixed(1), percent(x.metrics.recallAt50), x.falsePerImage.toFixed(1), percent(x.metrics.ap50), percent(x.metrics.regionTextRecall1), percent(x.phantom?.ap50), percent(x.phantom?.regionTextRecall1),
]));
const on = results[0]?.measuredOn;
const text = `## How correction pays: \`${name}\`

\`npm run strategies -- --set ../shared/data/${name} --rounds ${values.rounds} --cases ${perRound} --seed ${seed}${values.images === undefined ? '' : ` --images ${values.images}`}\`
${machine()}

${on === undefined ? '' : `Held out: ${on.images} images of ${on.patients} patients or groups with ${on.regions} regions. `}A round: the model in use proposes on ${perRound} new cases, a simulated reader corrects them from ground truth, all corrections so far are learnt with the program's suggested number of steps, and the version goes in use. The last two columns are phantom studies that no training has seen: how much of what the base knew is forgotten. Minutes are those of the round: proposing, training, comparing. Percent, 95 % bootstrap intervals over patients; one seed.

${table(['', 'cases', 'minutes', 'recall at IoU 0.5', 'false regions an image', 'AP50', 'region-text R@1', 'phantom AP50', 'phantom region-text R@1'], rows)}
`;
if (values['no-write']) process.stdout.write(text); else await writeResults(`strategies:${name}`, text);
