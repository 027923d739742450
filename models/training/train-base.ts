// `npm run train:base`: the base bundle, from phantom studies and, where `--examples` names them (npm run base:examples),
// from real images whose licences allow it. Seeded, and resumable: stop it at any moment, start it again, and it goes on
// from the last checkpoint in .cache/base.
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { baseConfiguration } from '../nets/configuration.ts';
import { chooseDevice } from '../runtime/device.ts';
import { baseTokenizerJson, readTokenizer } from '../text/tokenizer.ts';
import { divide } from './fine-tune.ts';
import { jointly, progressively } from './phases.ts';
import { makeSampler } from './sampler.ts';
import { setExample, type SetExample } from './set-example.ts';
import { train } from './train.ts';

const { values } = parseArgs({ options: {
  steps: { type: 'string', default: '3600' }, 'learning-rate': { type: 'string', default: '0.001' }, seed: { type: 'string', default: '1' },
  phantoms: { type: 'string', default: '2500' }, out: { type: 'string', default: path.join(import.meta.dirname, '..', 'bundles', 'base') },
  examples: { type: 'string' }, blobs: { type: 'string', default: '' }, replay: { type: 'string', default: '0.6' }, progressive: { type: 'boolean', default: false }, threads: { type: 'string' },
  cache: { type: 'string', default: path.join(import.meta.dirname, '..', '..', '.cache', 'base') },
} });
/** Real images; those held out are measured on and never learnt from, one patient in eight of the others sets the scores. */
const real: SetExample[] = values.examples === undefined ? [] : (await readFile(values.examples, 'utf8')).trim().split('\n').map((l) => setExample.parse(JSON.parse(l)));
const training = real.filter((e) => e.split === 'training');
const { learnt } = divide(training.map((e) => e.example)), isLearnt = new Set(learnt.map((e) => e.caseId));
const blobPath = (sha256: string): string => path.join(values.blobs, sha256.slice(0, 2), sha256);
const replay = real.length === 0 ? 1 : Number(values.replay);
const [steps, learningRate, seed, phantoms] = [Number(values.steps), Number(values['learning-rate']), Number(values.seed), Number(values.phantoms)];

await mkdir(values.cache, { recursive: true });
const tokenizerJson = baseTokenizerJson();
const tokenizer = readTokenizer(tokenizerJson);
const configuration = baseConfiguration(tokenizer.vocabulary);
const device = await chooseDevice();
const began = performance.now();
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const { weights } = await train({
  configuration, tokenizer, start: null, steps, learningRate, seed, device: device.name, ...(values.threads === undefined ? {} : { threads: Number(values.threads) }), checkpoint: path.join(values.cache, 'checkpoint.safetensors'),
  key: JSON.stringify({ configuration, steps, learningRate, seed, phantoms, replay, progressive: values.progressive, examples: createHash('sha256').update(JSON.stringify(learnt)).digest('hex') }), every: 100, signal: stop.signal,
  phases: values.progressive ? progressively : jointly, draw: makeSampler({ examples: learnt, blobPath, replay, phantoms, seed }),
  onStep: (loss, secondsLeft) => {
    if (loss.step % 20 !== 0 && loss.step !== steps) return;
    const part = (v: number): string => v.toFixed(3);
    process.stderr.write(`step ${loss.step} of ${steps} · loss ${part(loss.total)} (image-text ${part(loss.imageText)}, region-text ${part(loss.regionText)}, objectness ${part(loss.objectness)}, box ${part(loss.box)}) · ${Math.round(secondsLeft)} s left\n`);
  },
});
const { finishBase } = await import('./finish-base.ts');
await finishBase({ configuration, tokenizerJson, weights, folder: values.out, steps, seed, device: device.name, seconds: (performance.now() - began) / 1000, phantoms, real: { learnt: training.filter((e) => isLearnt.has(e.example.caseId)), apart: training.filter((e) => !isLearnt.has(e.example.caseId)), heldOut: real.filter((e) => e.split === 'holdout'), blobPath } });
