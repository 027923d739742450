// `npm run train:base`: the base bundle, from nothing but phantom studies. Seeded, and resumable: stop it at any
// moment, start it again, and it goes on from the last checkpoint in .cache/base.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { baseConfiguration } from '../nets/configuration.ts';
import { chooseDevice } from '../runtime/device.ts';
import { baseTokenizerJson, readTokenizer } from '../text/tokenizer.ts';
import { makeSampler } from './sampler.ts';
import { train } from './train.ts';

const { values } = parseArgs({ options: {
  steps: { type: 'string', default: '3600' }, 'learning-rate': { type: 'string', default: '0.001' }, seed: { type: 'string', default: '1' },
  phantoms: { type: 'string', default: '2500' }, out: { type: 'string', default: path.join(import.meta.dirname, '..', 'bundles', 'base') },
  cache: { type: 'string', default: path.join(import.meta.dirname, '..', '..', '.cache', 'base') },
} });
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
  configuration, tokenizer, start: null, steps, learningRate, seed, device: device.name, checkpoint: path.join(values.cache, 'checkpoint.safetensors'),
  key: JSON.stringify({ configuration, steps, learningRate, seed, phantoms }), every: 100, signal: stop.signal,
  draw: makeSampler({ examples: [], blobPath: (s) => s, replay: 1, phantoms, seed }),
  onStep: (loss, secondsLeft) => {
    if (loss.step % 20 !== 0 && loss.step !== steps) return;
    const part = (v: number): string => v.toFixed(3);
    process.stderr.write(`step ${loss.step} of ${steps} · loss ${part(loss.total)} (image-text ${part(loss.imageText)}, region-text ${part(loss.regionText)}, objectness ${part(loss.objectness)}, box ${part(loss.box)}) · ${Math.round(secondsLeft)} s left\n`);
  },
});
const { finishBase } = await import('./finish-base.ts');
await finishBase({ configuration, tokenizerJson, weights, folder: values.out, steps, seed, device: device.name, seconds: (performance.now() - began) / 1000, phantoms });
