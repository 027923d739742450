// A wrong proposal among the right ones, in a share of cases that the site sets: who accepts it did not look. It is as
// large as the others, named as one of them and scored as one of them, and lies where the model itself sees nothing.
import { createHash, randomUUID } from 'node:crypto';
import type { InferenceContract } from '../../shared/contracts/inference.ts';
import { attributedCaption, certaintyOf, type Finding } from '../../shared/domain/caption.ts';
import type { CaseRow } from '../../shared/domain/case.ts';
import { clampBox, iou, type Box } from '../../shared/domain/geometry.ts';
import type { RegionRow } from '../../shared/domain/region.ts';
import type { Client } from '../../shared/rpc/contract.ts';

/** Above this the model's own score leaves room for doubt that something is there. */
const surelyNothing = 0.1;
const tries = 8;

/** Numbers in [0, 1) that follow from a file's hash and the workspace's salt alone: an image is planted in, or not, whenever it is proposed for or imported again. */
export function drawsOf(source: string, salt: string): () => number {
  let n = 0;
  return () => createHash('sha256').update(`planted ${salt} ${source} ${n++}`).digest().readUInt32BE(0) / 2 ** 32;
}

/** Boxes to try, of about the size of a proposal and apart from all; fewer than `tries` where there is no room. */
export function emptyPlaces(proposals: readonly RegionRow[], image: { readonly width: number; readonly height: number }, draw: () => number): Box[] {
  const found: Box[] = [];
  for (let i = 0; i < 4 * tries && found.length < tries; i++) {
    const model = proposals[Math.floor(draw() * proposals.length)]?.box, stretch = 0.8 + 0.4 * draw();
    if (model === undefined) return [];
    const box = clampBox({ x: draw() * (image.width - model.width * stretch), y: draw() * (image.height - model.height * stretch), width: model.width * stretch, height: model.height * stretch }, image);
    if (proposals.every((p) => iou(p.box, box) === 0)) found.push({ x: Math.round(10 * box.x) / 10, y: Math.round(10 * box.y) / 10, width: Math.round(10 * box.width) / 10, height: Math.round(10 * box.height) / 10 });
  }
  return found;
}

/** The planted proposal of a case, or null: not drawn for it, nothing to be like, or no place where the model is sure of nothing. */
export async function planted(study: CaseRow, proposals: readonly RegionRow[], share: number, salt: string, findings: readonly Finding[], inference: Pick<Client<InferenceContract>, 'explain'>): Promise<RegionRow | null> {
  const draw = drawsOf(study.source, salt);
  // Few proposals hide none among them.
  if (draw() >= share || proposals.length < 2) return null;
  for (const box of emptyPlaces(proposals, study.pixels, draw)) {
    const { score } = await inference.explain({ image: { pixels: study.pixels, modality: study.modality }, box, findings: [...findings] });
    if (score >= surelyNothing) continue;
    const like = proposals[Math.floor(draw() * proposals.length)];
    if (like?.proposal == null) return null;
    const shown = like.proposal.score ?? 0.5, phrase = findings.find((f) => f.label === like.label)?.phrase ?? like.label;
    const words = { label: like.label, caption: attributedCaption(phrase, box, study.pixels, certaintyOf(shown)) };
    return { table: 'regions', id: randomUUID(), caseId: study.id, box, ...words, verdict: 'proposed', source: 'model', order: like.order + 0.5, planted: true, proposal: { box, ...words, score: shown, model: like.proposal.model } };
  }
  return null;
}
