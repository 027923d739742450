// Embeddings as JSON lines: of images, of regions (ground truth where there is any, else reviewed findings), of texts.
import type { Progress } from '../../shared/contracts/host.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import { imageCaption } from '../../shared/domain/caption.ts';
import { isFinding, type RegionRow } from '../../shared/domain/region.ts';
import type { Host } from '../host/open.ts';
import { eachCase } from './predictions.ts';

export type EmbedOf = 'images' | 'regions' | 'texts';
export interface EmbeddingLine { id: string; file: string; text: string; embedding: number[] }

export async function embed(host: Host, of: EmbedOf, version: string, onProgress: (p: Progress) => void, signal: { readonly aborted: boolean }): Promise<EmbeddingLine[]> {
  const inference = await host.engines.inference(host.registry.folderOf(version));
  const regionsOf = (c: CaseRow): RegionRow[] => {
    const own = host.journal.regionsOf(c.id), truth = own.filter((r) => r.source === 'truth');
    return truth.length > 0 ? truth : own.filter(isFinding);
  };
  const textOf = (c: CaseRow): string => (c.caption.text !== '' ? c.caption.text : imageCaption(c.modality, regionsOf(c).map((r) => r.label)));
  return eachCase(host.journal.cases(), { onProgress, signal }, async (c): Promise<EmbeddingLine[]> => {
    const image = { pixels: c.pixels, modality: c.modality }, regions = regionsOf(c);
    if (of === 'images') return [{ id: c.id, file: c.file, text: textOf(c), embedding: [...(await inference.embedImage({ image })).embedding] }];
    if (of === 'regions') {
      const { embeddings } = await inference.embedRegions({ image, boxes: regions.map((r) => r.box) });
      return regions.map((r, i) => ({ id: r.id, file: c.file, text: r.caption, embedding: [...(embeddings[i] ?? [])] }));
    }
    const items = [{ id: c.id, text: textOf(c) }, ...regions.map((r) => ({ id: r.id, text: r.caption }))];
    const { embeddings } = await inference.embedTexts({ texts: items.map((i) => i.text) });
    return items.map((item, i) => ({ id: item.id, file: c.file, text: item.text, embedding: [...(embeddings[i] ?? [])] }));
  });
}
