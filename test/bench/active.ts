// `npm run active -- --set DIR`: whether the worklist's order pays. The same number of cases is corrected and learnt round
// by round, taken by the worklist's strategies and by chance, from the same base bundle; after each round the same held-out
// patients are measured. Strategies are compared with chance pair by pair: same seed, split, budget and patients.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { writeAtomically } from '../../models/bundle/files.ts';
import { bootstrap } from '../../models/evaluation/bootstrap.ts';
import { averagePrecision, recall } from '../../models/evaluation/detection.ts';
import type { Measure } from '../../shared/domain/model.ts';
import { strategy, type Strategy } from '../../shared/domain/priority.ts';
import { rehearse } from './rehearsal.ts';
import { machine, root, table, writeResults } from './results.ts';

const { values } = parseArgs({ options: {
  set: { type: 'string' }, strategies: { type: 'string', default: 'expectedValue,uncertainty,diversity' }, seeds: { type: 'string', default: '1,2' }, rounds: { type: 'string', default: '3' }, cases: { type: 'string', default: '10' },
  pool: { type: 'string' }, images: { type: 'string' }, 'no-write': { type: 'boolean', default: false },
} });
if (values.set === undefined) { process.stderr.write('--set DIR is needed: a folder with an annotations.jsonl.\n'); process.exit(2); }
const set = path.resolve(values.set), name = path.basename(set), seeds = values.seeds.split(',').map(Number), rounds = Number(values.rounds), perRound = Number(values.cases);
const orders: readonly Strategy[] = ['random', ...values.strategies.split(',').map((s) => strategy.exclude(['random']).parse(s))];
const out = path.join(root, '.cache', 'active'), base = process.env['REGIONMED_BASE_BUNDLE'] ?? path.join(root, 'models', 'bundles', 'base');
const say = (text: string): void => { process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`); };

const heldOut = z.object({ file: z.string(), patient: z.string(), threshold: z.number(), detection: z.object({ matches: z.array(z.object({ score: z.number(), truth: z.number() })), truths: z.number(), small: z.array(z.boolean()) }) });
const stored = z.object({ machine: z.string(), measuredOn: z.object({ images: z.number(), patients: z.number(), regions: z.number() }), rounds: z.array(z.object({ round: z.number(), cases: z.number(), corrections: z.number(), minutes: z.number(), falsePerImage: z.number(), heldOut: z.array(heldOut) })) });
type Stored = z.infer<typeof stored>;
type Image = z.infer<typeof heldOut> & { readonly seed: number };

const results = new Map<Strategy, Map<number, Stored>>(orders.map((o) => [o, new Map<number, Stored>()]));
await mkdir(out, { recursive: true });
// Seed by seed, so that what is there when it is stopped can be compared.
for (const seed of seeds) for (const order of orders) {
  const run = [name, seed, `${perRound}x${rounds}`, values.images ?? 'all', order, ...(order === 'random' ? [] : [values.pool ?? 'all'])].join('-'), file = path.join(out, `${run}.json`), folder = path.join(out, run);
  if (!existsSync(file)) {
    say(`${order}, seed ${seed}`);
    // How they begin is the same for all: it is measured once.
    const made = await rehearse({ set, rounds, perRound, seed, order, measured: [...(order === 'random' ? [0] : []), ...Array.from({ length: rounds }, (_, i) => i + 1)], ...(values.images === undefined ? {} : { images: Number(values.images) }), ...(values.pool === undefined ? {} : { pool: Number(values.pool) }), baseBundle: base, folder, say });
    await writeAtomically(file, `${JSON.stringify({ machine: machine(), ...made })}\n`);
    await rm(folder, { recursive: true, force: true });
  }
  results.get(order)?.set(seed, stored.parse(JSON.parse(await readFile(file, 'utf8'))));
}

const figures = { recall: (images: readonly Image[]) => recall(images.map((i) => i.detection), images[0]?.threshold ?? 0), ap50: (images: readonly Image[]) => averagePrecision(images.map((i) => i.detection)) };
type Figure = keyof typeof figures;
const mean = (values_: readonly (number | null)[]): number | null => { const known = values_.filter((v) => v !== null); return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length; };
const imagesOf = (order: Strategy, round: number): Image[] => [...results.get(order) ?? []].flatMap(([seed, r]) => (r.rounds.find((x) => x.round === round)?.heldOut ?? []).map((i) => ({ ...i, seed })));
/** Of each seed by itself (a threshold is one model's), then their mean. */
const ofSeeds = (figure: Figure, images: readonly Image[]): number | null => mean([...Map.groupBy(images, (i) => i.seed).values()].map(figures[figure]));
const measured = (figure: Figure, order: Strategy, round: number): Measure | null => bootstrap(imagesOf(order, round), (i) => i.patient, (drawn) => ofSeeds(figure, drawn));
function against(figure: Figure, order: Strategy, round: number): Measure | null {
  const chance = new Map(imagesOf('random', round).map((i) => [`${i.seed} ${i.file}`, i]));
  const pairs = imagesOf(order, round).flatMap((a) => { const b = chance.get(`${a.seed} ${a.file}`); return b === undefined ? [] : [{ a, b }]; });
  return bootstrap(pairs, (p) => p.a.patient, (drawn) => { const x = ofSeeds(figure, drawn.map((p) => p.a)), y = ofSeeds(figure, drawn.map((p) => p.b)); return x === null || y === null ? null : x - y; });
}
const perSeed = (figure: Figure, order: Strategy, round: number): string => seeds.map((seed) => { const of = (o: Strategy) => figures[figure](imagesOf(o, round).filter((i) => i.seed === seed)), [x, y] = [of(order), of('random')]; return x === null || y === null ? '–' : points(x - y); }).join(', ');

const points = (v: number): string => `${v < 0 ? '−' : '+'}${Math.abs(100 * v).toFixed(1)}`;
const percent = (m: Measure | null): string => (m === null ? '–' : `${(100 * m.value).toFixed(1)} (${(100 * m.low).toFixed(1)}–${(100 * m.high).toFixed(1)})`);
const difference = (m: Measure | null): string => (m === null ? '–' : `${points(m.value)} (${points(m.low)} to ${points(m.high)})`);
const roundOf = (order: Strategy, round: number) => [...results.get(order)?.values() ?? []].flatMap((r) => r.rounds.filter((x) => x.round === round));
const figure = (order: Strategy, round: number, of: 'corrections' | 'minutes' | 'falsePerImage', digits: number): string => mean(roundOf(order, round).map((r) => r[of]))?.toFixed(digits) ?? '–';
const rows = Array.from({ length: rounds + 1 }, (_, round) => round).flatMap((round) => (round === 0 ? orders.slice(0, 1) : orders).map((order) => [
  round === 0 ? 'base bundle' : `round ${round}: ${order}`, round === 0 ? '0' : String(round * perRound), round === 0 ? '0' : figure(order, round, 'corrections', 0), round === 0 ? '–' : figure(order, round, 'minutes', 1), percent(measured('ap50', order, round)), percent(measured('recall', order, round)), figure(order, round, 'falsePerImage', 1),
  ...(order === 'random' ? ['', '', ''] : [difference(against('ap50', order, round)), perSeed('ap50', order, round), difference(against('recall', order, round))]),
]));
const decided = orders.slice(1).map((order) => {
  const d = against('ap50', order, rounds), word = d === null ? 'is not known' : d.low > 0 ? 'is better than chance' : d.high < 0 ? 'is worse than chance' : 'cannot be told from chance';
  return `- **${order}** ${word} after ${rounds} rounds: AP50 ${difference(d)} points, by seed ${perSeed('ap50', order, rounds)}.`;
});
const all = [...results.values()].flatMap((r) => [...r.values()]), images = mean(all.map((r) => r.measuredOn.images)), patients = mean(all.map((r) => r.measuredOn.patients));
const text = `## Whether the worklist's order pays: \`${name}\`

\`npm run active -- --set ../shared/data/${name} --strategies ${orders.slice(1).join(',')} --seeds ${seeds.join(',')} --rounds ${rounds} --cases ${perRound}${values.pool === undefined ? '' : ` --pool ${values.pool}`}${values.images === undefined ? '' : ` --images ${values.images}`}\`
${[...new Set(all.map((r) => r.machine))].join('\n')}

Held out: about ${images?.toFixed(0) ?? '?'} images of ${patients?.toFixed(0) ?? '?'} patients or groups a seed; a seed has its own split, its own draw and its own training. A round: the model in use proposes on ${values.pool === undefined ? 'all waiting cases' : `${values.pool} waiting cases, drawn by the seed`}, the strategy takes the first ${perRound} of the worklist's order (*random* draws them), a simulated reader corrects them from ground truth, all corrections so far are learnt with the program's suggested settings, and the version goes in use. Percent, ${seeds.length === 1 ? 'one seed' : `means over ${seeds.length} seeds`}, 95 % intervals from resampled patients; a difference is paired, points against *random*. The intervals know the patients, not the training's chance: ${seeds.length === 1 ? 'one seed says nothing of it' : `that is what the seeds' own differences show, and ${seeds.length} are few`}. Equal cases are not equal work: *corrections* says how many regions were decided.

${table(['', 'cases', 'corrections', 'minutes', 'AP50', 'recall at IoU 0.5', 'false regions an image', 'AP50 against random', 'by seed', 'recall against random'], rows)}

${decided.join('\n')}
`;
if (values['no-write']) process.stdout.write(text); else await writeResults(`active:${name}`, text);
