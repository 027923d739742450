// `npm run base:examples -- --data DIR`: the real images that `npm run train:base` learns from beside its phantoms, from
// the sets whose licences allow it (MIT, CC0, CC BY). A fifth or so, by patient, is held out and never trained on.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { realExamples } from './real-sets.ts';
import { root } from './results.ts';

const { values } = parseArgs({ options: { data: { type: 'string' } } });
if (values.data === undefined) { process.stderr.write('--data DIR is needed: the folder that holds bccd and covid_cxr.\n'); process.exit(2); }
const folder = path.join(root, '.cache', 'base-examples');
await rm(folder, { recursive: true, force: true });
const rows = await realExamples({
  data: path.resolve(values.data), sets: ['bccd', 'covid_cxr'], folder, salt: 'base',
  // Share-alike licences (the boxes of codras, some radiographs) would bind the weights: they stay out.
  licences: /^(?!.*(?:BY-SA|BY-NC|BY-ND)).*(?:MIT|CC0|CC BY)/,
  names: { RBC: 'red cell', WBC: 'white cell', Platelets: 'platelet', 'Left Lung': 'left lung', 'Right Lung': 'right lung' },
});
for (const set of new Set(rows.map((r) => r.set))) {
  const own = rows.filter((r) => r.set === set), held = own.filter((r) => r.split === 'holdout').length;
  process.stdout.write(`${set}: ${own.length - held} images to learn from, ${held} held out\n`);
}
process.stdout.write(`npm run train:base -- --examples ${path.relative(root, path.join(folder, 'examples.jsonl'))} --blobs ${path.relative(root, path.join(folder, 'workspace', 'blobs'))}\n`);
