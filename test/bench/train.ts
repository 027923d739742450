// `npm run bench:train`: samples a second and peak memory of a training step, by what is trained, on the program's own
// network and on a pair of exported towers, with a profile by operator. `--export-onnx DIR` writes each step's forward
// model, inputs and loss, so that PyTorch can be timed beside it (pytorch/README.md); with `--pytorch PYTHON` it is.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import { machine, root, table, writeResults } from './results.ts';
import { milliseconds, quantile } from './statistics.ts';
import { sets } from './train-networks.ts';

const { values } = parseArgs({ options: {
  pair: { type: 'string' }, 'export-onnx': { type: 'string' }, pytorch: { type: 'string' }, images: { type: 'string', default: '8' }, steps: { type: 'string', default: '10' },
  only: { type: 'string' }, rounds: { type: 'string', default: '1' }, 'no-write': { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
} });
if (values.help) {
  process.stdout.write(`npm run bench:train -- [--pair DIR] [--images N] [--steps N] [--rounds N] [--only SET[,SET]] [--export-onnx DIR [--pytorch PYTHON]] [--no-write]

  --pair DIR          image.onnx and text.onnx made by test/bench/pytorch/export_pair.py
  --only SET          ${Object.keys(sets).join(', ')}; prints only
  --rounds N          how often all are measured, taking turns; medians over all
  --export-onnx DIR   writes each step's forward model, inputs and loss
  --pytorch PYTHON    times PyTorch on what was written, in turn with ours
`);
  process.exit(0);
}
const run = promisify(execFile), images = Number(values.images), exportTo = values['export-onnx'];
if (values.pytorch !== undefined && exportTo === undefined) throw new Error('--pytorch times what --export-onnx writes.');
const answer = z.object({ loss: z.number(), times: z.array(z.number()), peak: z.number().nullable(), added: z.number().nullable(), predicted: z.number(), trained: z.number(), byOperator: z.record(z.string(), z.object({ forward: z.number(), backward: z.number() })) });
const torchAnswer = z.object({ loss: z.number(), times: z.array(z.number()), peak: z.number() });

async function ours(network: string, set: string, more: object): Promise<z.infer<typeof answer>> {
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'train-child.ts'), JSON.stringify({ network, set, images, steps: Number(values.steps), ...more })], { maxBuffer: 2 ** 26 });
  return answer.parse(JSON.parse(stdout));
}
async function theirs(folder: string): Promise<z.infer<typeof torchAnswer>> {
  const { stdout } = await run(values.pytorch ?? '', [path.join(import.meta.dirname, 'pytorch', 'eager.py'), folder, '--steps', values.steps], { maxBuffer: 2 ** 26 });
  return torchAnswer.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

const networks = [{ name: 'own', words: 'own network', at: 'own' }, ...(values.pair === undefined ? [] : [{ name: 'pair', words: 'exported pair', at: path.resolve(values.pair) }])];
const kinds = [...Object.keys(sets).map((set) => ({ set, recompute: false })), { set: 'all', recompute: true }].filter((k) => values.only === undefined || values.only.split(',').includes(k.set));
const say = (text: string): void => { process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`); };
const size = (bytes: number | null): string => (bytes === null ? 'not measured' : `${(bytes / 2 ** 20).toFixed(0)} MiB`);
const began = performance.now(), rows: string[][] = [], operators: string[] = [];
for (const { name, words, at } of networks) for (const { set, recompute } of kinds) {
  const folder = exportTo === undefined || recompute ? null : path.resolve(exportTo, `${name}-${set.replaceAll(' ', '-')}`);
  const found: z.infer<typeof answer>[] = [], torch: z.infer<typeof torchAnswer>[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    say(`${words}, ${set}${recompute ? ', computed again' : ''}`);
    found.push(await ours(at, set, { recompute, exportTo: round === 0 ? folder : null }));
    if (folder !== null && values.pytorch !== undefined && existsSync(folder)) torch.push(await theirs(folder));
  }
  const [one] = found, [their] = torch, times = found.flatMap((f) => f.times), median = quantile(times, 0.5), torchTimes = torch.flatMap((t) => t.times), torchMedian = quantile(torchTimes, 0.5);
  if (one === undefined) continue;
  rows.push([`${words}: ${set}${recompute ? ', activations computed again' : ''}`, ((1000 * images) / median).toFixed(1), milliseconds(median), `${milliseconds(quantile(times, 0.25))} – ${milliseconds(quantile(times, 0.75))}`, size(one.peak), `${size(one.added)} (${size(one.predicted)})`, `${(one.trained / 1e6).toFixed(2)} M`, one.loss.toFixed(4),
    ...(their === undefined ? ['', '', '', ''] : [milliseconds(torchMedian), (median / torchMedian).toFixed(2), `${size(their.peak)}, ${((one.peak ?? NaN) / their.peak).toFixed(2)}`, their.loss.toFixed(4)])]);
  if (!recompute) {
    const { byOperator } = await ours(at, set, { profile: true, steps: 3 }), all = Object.entries(byOperator).sort((a, b) => b[1].forward + b[1].backward - a[1].forward - a[1].backward), sum = all.reduce((n, [, v]) => n + v.forward + v.backward, 0);
    operators.push(`- **${words}, ${set}**, ${milliseconds(sum)} in operators: ${all.slice(0, 8).map(([op, v]) => `${op} ${((100 * (v.forward + v.backward)) / sum).toFixed(0)} % (forward ${milliseconds(v.forward)}, backward ${milliseconds(v.backward)})`).join(', ')}.`);
  }
}
const text = `## A training step

\`npm run bench:train${values.pair === undefined ? '' : ' -- --pair DIR'}\`, ${((performance.now() - began) / 60_000).toFixed(1)} minutes in all, batches of ${images}.
${machine()}

${table(['trained', 'samples/s', 'step', 'quartiles', 'peak memory', 'of it the step (predicted)', 'trained weights', 'first loss', 'PyTorch step', 'ours / PyTorch', 'PyTorch peak, ours / PyTorch', 'PyTorch first loss'], rows)}

- A step is forward, backward, the norm of the gradient and AdamW; the batch is made before, once. What is frozen is computed once and kept, which is how runs do it; PyTorch computes it each step, without gradients. Peak memory is of a process that does nothing else (VmHWM).
${operators.join('\n')}
`;
if (values.only === undefined && !values['no-write']) await writeResults('bench-train', text);
process.stdout.write(text.replaceAll(root, '.'));
