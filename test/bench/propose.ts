// How long a proposal takes: asked of the inference engine's process as the host asks, one image at a time.
import { readPixels } from '../../models/images/pixels.ts';
import { Predictor } from '../../models/inference/predictor.ts';
import { freshWorkspace, never, phantomLot, setLot, silent, sizesOf, withHost } from './grounds.ts';
import { quantile, spread, timed, type Part } from './statistics.ts';

const warmUp = 4, measured = 44;

/** Milliseconds, the middle of three: what is taken from another figure should carry little noise of its own. */
async function medianOf(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 3; i++) took.push((await timed(work))[0]);
  return quantile(took, 0.5);
}

export async function propose(set: string | null): Promise<Part> {
  const lot = set === null ? await phantomLot(warmUp + measured) : await setLot(set, warmUp + measured);
  return withHost(await freshWorkspace('propose'), async (host) => {
    await host.import({ paths: lot.files, annotations: null, as: 'truth' }, silent, never);
    const engine = await host.engines.inference(host.registry.folderOf(host.registry.champion));
    const here = await Predictor.open(host.registry.folderOf(host.registry.champion));
    const cases = host.journal.cases(), findings = await host.runs.findings();
    const times = { whole: [] as number[], decode: [] as number[], look: [] as number[], rest: [] as number[], regions: [] as number[] };
    for (const [i, { pixels, modality }] of cases.entries()) {
      const image = { pixels, modality };
      const [whole, found] = await timed(() => engine.propose({ image, findings }));
      const blobPath = (blob: string): string => host.blobs.path(blob), held = await readPixels(blobPath, pixels), decode = await medianOf(() => readPixels(blobPath, pixels));
      // A predictor looks at an image object once: a new one each time.
      const look = await medianOf(() => here.embedImage({ ...held }));
      if (i < warmUp) continue;
      times.whole.push(whole);
      times.decode.push(decode);
      times.look.push(look);
      times.rest.push(whole - decode - look);
      times.regions.push(found.regions.length);
    }
    await here.release();
    const device = host.engines.device;
    return {
      rows: [
        spread('proposal for one image', times.whole, undefined, [95, 100]),
        spread('– pixels read and inflated', times.decode, undefined, [95]),
        spread('– look at the whole image', times.look, undefined, [95]),
        spread('– tiles, regions, words, pipe', times.rest, undefined, [95]),
        spread('– regions proposed on an image', times.regions, (v) => v.toFixed(1), [95]),
      ],
      notes: [`**Proposals**: ${lot.words} (${sizesOf(cases)}), the first ${warmUp} to warm up; champion ${host.registry.champion} on ${device?.name ?? 'an unknown device'}, ${findings.length} findings to name from. From the host's call to the answer, through the engine's process. *Look*: the whole image through the image encoder, its pixels in memory, by a predictor in this process; *pixels*: the same blob read here; both the middle of three, and the rest, up to nine tiles among it, is the difference.`],
    };
  });
}
