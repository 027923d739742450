// What two hundred regions cost: as crops of the full resolution, and taken from the whole image's grid (RoIAlign).
import path from 'node:path';
import { Predictor } from '../../models/inference/predictor.ts';
import { makePhantom } from '../../models/phantom/make-phantom.ts';
import { randomFrom } from '../../models/random.ts';
import { baseBundle, freshFolder } from './grounds.ts';
import { spread, timed, type Part } from './statistics.ts';
import { untrainedBundle } from './untrained-bundle.ts';

const regions = 200, warmUp = 2, measured = 12;

export async function regionLooks(): Promise<Part> {
  const { image } = makePhantom(3_000_000), { width, height } = image.format, random = randomFrom(1, 91);
  const boxes = Array.from({ length: regions }, () => { const side = random.uniform(10, 60); return { x: random.uniform(0, width - side), y: random.uniform(0, height - side), width: side, height: side }; });
  const folder = await freshFolder('regions'), times = { crop: [] as number[], grid: [] as number[] };
  const predictors = { crop: await Predictor.open(baseBundle), grid: await Predictor.open(await untrainedBundle(baseBundle, path.join(folder, 'grid'), 1, { look: 'grid' })) };
  // One after the other, so that what disturbs the machine disturbs both.
  for (let i = 0; i < warmUp + measured; i++) for (const look of ['crop', 'grid'] as const) {
    const [ms] = await timed(() => predictors[look].embedRegions(image, boxes));
    if (i >= warmUp) times[look].push(ms);
  }
  await Promise.all([predictors.crop.release(), predictors.grid.release()]);
  return {
    rows: [spread(`${regions} regions, each a crop`, times.crop), spread(`${regions} regions, from the grid`, times.grid)],
    notes: [`**Regions**: ${regions} boxes of 10 to 60 pixels on one phantom study of ${width} × ${height}, the image looked at before. Which of the two sees more is in "What each part gives".`],
  };
}
