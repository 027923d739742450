// The inference engine's process under calls that come at once: the page greets while the first proposal is asked for,
// and another model is loaded while the one before still answers.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writePhantoms } from '../../../models/phantom/write-phantoms.ts';
import type { CaseRow } from '../../../shared/domain/case.ts';
import type { Host } from '../../../electron/host/open.ts';
import { temporaryFolder } from '../temporary.ts';
import { baseBundle, copyOfBase, never, openHost, silent } from './open-host.ts';

async function withOneCase(): Promise<{ host: Host; study: CaseRow }> {
  const folder = await temporaryFolder(), phantoms = path.join(folder, 'phantoms');
  await writePhantoms(phantoms, 1, 603, silent);
  const host = await openHost(path.join(folder, 'workspace'));
  await host.import({ paths: [phantoms], annotations: null, as: 'truth' }, silent, never);
  const [study] = host.journal.cases();
  if (study === undefined) throw new Error('no study was imported');
  return { host, study };
}
const asked = ({ pixels, modality }: CaseRow) => ({ image: { pixels, modality }, threshold: 0.01 });

describe('the inference engine', () => {
  it('loads once when the first calls come together, and answers them all', async () => {
    const { host, study } = await withOneCase();
    const answers = await Promise.all([1, 2, 3].map(async () => (await host.engines.inference(baseBundle)).propose(asked(study))));
    expect(answers[0]?.regions.length).toBeGreaterThan(0);
    expect(answers.map((a) => a.regions)).toEqual([answers[0]?.regions, answers[0]?.regions, answers[0]?.regions]);
  });

  it('answers what it was asked before another model came', async () => {
    const { host, study } = await withOneCase(), other = await copyOfBase();
    const engine = await host.engines.inference(baseBundle);
    const before = engine.propose(asked(study)), after = host.engines.inference(other).then((e) => e.propose(asked(study)));
    expect((await before).regions).toEqual((await after).regions);
  });

  it('goes on with the model it has when another cannot be opened', async () => {
    const { host, study } = await withOneCase();
    const engine = await host.engines.inference(baseBundle);
    await expect(host.engines.inference(path.join(baseBundle, 'nowhere'))).rejects.toMatchObject({ code: 'bundle-damaged' });
    expect((await (await host.engines.inference(baseBundle)).propose(asked(study))).regions).toEqual((await engine.propose(asked(study))).regions);
  });
});
