// Times one kind of step in a process of its own, so that its peak memory is its own, and prints what it found as JSON:
// `node train-child.ts '{"network":"own","set":"all","images":8}'`.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { writeOnnx } from '../../models/onnx/write.ts';
import { bytesOf, type Tensor } from '../../models/tensor.ts';
import { adamW, clipping } from '../../models/training/adamw.ts';
import { predictPeak } from '../../models/training/memory.ts';
import { createTrainingStep, stepGraph } from '../../models/training/step.ts';
import { peakMemory } from './peak-memory.ts';
import { timed } from './statistics.ts';
import { exportedPair, ownNetwork, sets } from './train-networks.ts';

const asked = z.object({
  network: z.string(), set: z.string(), images: z.number().int().positive(), recompute: z.boolean().default(false),
  /** Steps that count. */
  steps: z.number().int().positive().default(10), profile: z.boolean().default(false), exportTo: z.string().nullable().default(null),
}).parse(JSON.parse(process.argv[2] ?? '{}'));
const trainable = sets[asked.set];
if (trainable === undefined) throw new Error(`there is no set ${asked.set}`);
const { graph, feeds, whole, wholeFeeds, losses, parameters } = await (asked.network === 'own' ? ownNetwork(trainable, asked.images) : exportedPair(asked.network, trainable, asked.images));

if (asked.exportTo !== null) {
  await mkdir(asked.exportTo, { recursive: true });
  const names = new Set(whole.inputs.map((v) => v.name)), trained = parameters.list.filter((p) => names.has(p.name));
  const model = { ...whole, inputs: whole.inputs.filter((v) => !trained.some((p) => p.name === v.name)), initializers: new Map<string, Tensor>([...whole.initializers, ...trained.map((p) => [p.name, { dtype: 'float32', dims: p.dims, data: p.data }] as const)]) };
  await writeFile(path.join(asked.exportTo, 'model.onnx'), writeOnnx(model, asked.set));
  for (const v of model.inputs) { const t = wholeFeeds[v.name]; if (t !== undefined) await writeFile(path.join(asked.exportTo, `${v.name}.bin`), bytesOf(t)); }
}

const profile = asked.profile ? path.join(await mkdtemp(path.join(tmpdir(), 'regionmed-profile-')), 'step') : null;
const before = peakMemory()?.now ?? 0;
const step = await createTrainingStep(graph, losses, parameters, { device: 'cpu', recompute: asked.recompute, ...(profile === null ? {} : { profile }) }), optimizer = adamW(parameters);
const times: number[] = [];
let first = NaN;
for (let n = 1; n <= asked.steps + 2; n++) {
  const [took, found] = await timed(async () => {
    const answer = await step.run(feeds);
    optimizer.update(n, 1e-5, clipping(optimizer.gradientNorm(), 2));
    return answer;
  });
  if (n === 1) first = found['total'] ?? NaN;
  if (n > 2) times.push(took);
}
await step.release();
const peak = peakMemory()?.most ?? null;

if (asked.exportTo !== null) {
  await writeFile(path.join(asked.exportTo, 'step.json'), JSON.stringify({
    set: asked.set, images: asked.images, loss: first, milliseconds: times, peak, trained: parameters.list.map((p) => ({ name: p.name, decays: p.decays })),
    inputs: whole.inputs.filter((v) => wholeFeeds[v.name] !== undefined).map((v) => ({ name: v.name, dtype: v.dtype, dims: v.shape })), output: 'total',
  }, null, 1));
}
const event = z.object({ name: z.string(), dur: z.number(), args: z.object({ op_name: z.string() }) });
const byOperator: Record<string, { forward: number; backward: number }> = {};
if (profile !== null) {
  const folder = path.dirname(profile), [file = ''] = await readdir(folder), isForward = new Set(graph.nodes.map((n) => n.name));
  for (const e of z.array(z.unknown()).parse(JSON.parse(await readFile(path.join(folder, file), 'utf8')))) {
    const node = event.safeParse(e).data;
    if (node?.name.endsWith('_kernel_time') !== true) continue;
    const own = byOperator[node.args.op_name] ??= { forward: 0, backward: 0 };
    own[isForward.has(node.name.slice(0, -'_kernel_time'.length).split('/')[0] ?? '') ? 'forward' : 'backward'] += node.dur / 1000 / (asked.steps + 2);
  }
  await rm(folder, { recursive: true });
}
process.stdout.write(JSON.stringify({ loss: first, times, peak, added: peak === null ? null : peak - before, predicted: predictPeak(stepGraph(graph, losses, parameters)) * (asked.recompute ? 0.9 : 1), trained: parameters.list.reduce((n, p) => n + p.data.length, 0), byOperator }));
