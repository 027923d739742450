// Retrieval both ways, of whole images and of regions: is the right text nearest, is the right image? Identical texts
// are one candidate, and where several images or regions bear the text that is asked, any of them is right.
import type { TaskReport } from '../../../shared/domain/task.ts';
import { dot } from '../../tensor.ts';
import { meanOf, medianOf, bandOf, patientsOf, measured, strata, within, type Figure } from '../figures.ts';
import type { EvaluateOptions } from '../measure.ts';
import { bboxOf, directions, shareOf, subjectsOf, type LineSubject, type RetrievalLine } from './lines.ts';

/** Candidates that a line lists. */
const listed = 10;

interface Item { readonly id: string; readonly text: string; readonly embedding: Float32Array; readonly subject: LineSubject; readonly place: Pick<RetrievalLine, 'bbox' | 'share'> }

export async function retrievalLines(o: EvaluateOptions): Promise<RetrievalLine[]> {
  const { predictor, examples } = o, subjectOf = subjectsOf(examples, predictor.bundle.manifest.version);
  const images: Item[] = [], regions: Item[] = [];
  for (const [i, e] of examples.entries()) {
    o.signal?.throwIfAborted();
    const { image, regions: vectors } = await predictor.embedBoth(await o.load(e), e.findings.map((f) => f.box));
    images.push({ id: e.caseId, text: e.text, embedding: image, subject: subjectOf(e), place: { bbox: null, share: null } });
    for (const [k, f] of e.findings.entries()) regions.push({ id: f.id, text: f.caption, embedding: vectors[k] ?? new Float32Array(0), subject: subjectOf(e), place: { bbox: bboxOf(f.box), share: shareOf(f.box, e.pixels) } });
    o.onProgress?.(i + 1, examples.length);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  return [...await bothWays(o, images, 'imageToText', 'textToImage'), ...await bothWays(o, regions, 'regionToText', 'textToRegion')];
}

/** A set whose items all bear one text asks nothing: no lines. */
async function bothWays({ predictor, signal }: EvaluateOptions, items: readonly Item[], toText: RetrievalLine['direction'], toItem: RetrievalLine['direction']): Promise<RetrievalLine[]> {
  const texts = [...new Set(items.map((i) => i.text))], bearers = new Map<string, number[]>();
  if (texts.length < 2) return [];
  for (const [i, { text }] of items.entries()) { const known = bearers.get(text); if (known === undefined) bearers.set(text, [i]); else known.push(i); }
  const vectors = await predictor.embedTexts(texts), places = new Map(texts.map((t, i) => [t, i]));
  const names = items.map((i) => i.id), embeddings = items.map((i) => i.embedding);
  const line = (item: Item, direction: RetrievalLine['direction'], query: string, asked: Float32Array, candidates: readonly string[], among: readonly Float32Array[], right: readonly number[]): RetrievalLine => {
    const wanted = new Set(right);
    const scored = among.map((v, i) => ({ i, score: dot(v, asked) })).sort((a, b) => b.score - a.score || Number(wanted.has(a.i)) - Number(wanted.has(b.i)));
    return { task: 'retrieval', ...item.subject, ...item.place, direction, query, right: right.map((i) => candidates[i] ?? ''), candidates: among.length, rank: scored.findIndex(({ i }) => wanted.has(i)) + 1, top: scored.slice(0, listed).map(({ i, score }) => ({ candidate: candidates[i] ?? '', score })) };
  };
  const lines: RetrievalLine[] = [];
  for (const [n, item] of items.entries()) {
    // Lets messages in (stop) between queries.
    if (n % 64 === 0) { signal?.throwIfAborted(); await new Promise((resolve) => { setImmediate(resolve); }); }
    const at = places.get(item.text) ?? 0;
    lines.push(line(item, toText, item.id, item.embedding, texts, vectors, [at]), line(item, toItem, item.text, vectors[at] ?? new Float32Array(0), names, embeddings, bearers.get(item.text) ?? []));
  }
  return lines;
}

const figures: readonly Figure<RetrievalLine>[] = directions.flatMap((d) => {
  const own = (l: RetrievalLine): boolean => l.direction === d;
  return [...[1, 5, 10].map((k) => within(own, meanOf(`${d}.recall${k}`, (l: RetrievalLine) => l.rank <= k))), within(own, medianOf(`${d}.medianRank`, (l: RetrievalLine) => l.rank))];
});

export const retrievalReport = (lines: readonly RetrievalLine[]): TaskReport => ({
  task: 'retrieval', items: lines.length, images: new Set(lines.map((l) => l.caseId)).size, patients: patientsOf(lines),
  figures: measured(lines, figures), strata: strata(lines, figures, (l) => (l.share === null ? null : bandOf(l.share))), reliability: [],
});
