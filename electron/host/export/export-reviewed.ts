// The reviewed set for others: JSON lines in the form that import reads, or COCO. Only signed-off cases; what people
// decided is told region by region, proposals beside it.
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { calibrationOf, readingOf, type MeasurementRow } from '../../../shared/domain/measurement.ts';
import { isFinding, type RegionRow } from '../../../shared/domain/region.ts';
import type { Box } from '../../../shared/domain/geometry.ts';
import { areaOf } from '../../../shared/domain/shape.ts';
import { writeAtomically } from '../../../models/bundle/files.ts';
import { segmentationOf } from '../coco-segmentation.ts';

export interface ExportInput {
  readonly cases: readonly CaseRow[];
  readonly regionsOf: (caseId: string) => readonly RegionRow[];
  readonly measurementsOf: (caseId: string) => readonly MeasurementRow[];
  readonly blobPath: (sha256: string) => string;
}
export interface Exported { readonly file: string; readonly cases: number; readonly regions: number }

const bbox = (b: Box): number[] => [b.x, b.y, b.width, b.height];

/** What was measured, with what the points say: millimetres (and where they lie) where the image has them, else pixels. */
const toldMeasure = ({ pixels }: CaseRow) => (m: MeasurementRow) => {
  const reading = readingOf(m, pixels.spacing), unit = pixels.spacing === null ? 'px' : 'mm';
  return {
    kind: m.kind, points: m.points.map((p) => [p.x, p.y]), calibration: calibrationOf(pixels), by: m.by, at: m.at,
    ...(reading.kind === 'length' ? { [`length_${unit}`]: reading.value } : reading.kind === 'area' ? { [`area_${unit}2`]: reading.value } : reading.kind === 'angle' ? { angle_degrees: reading.value } : {}),
  };
};

/** Where each case's image lies in an export. Two files of one name would overwrite each other: the hash tells them apart. */
export function imageNames(cases: readonly CaseRow[]): (c: CaseRow) => string {
  const names = new Map<string, Set<string>>();
  for (const c of cases) names.set(c.file, (names.get(c.file) ?? new Set()).add(c.source));
  return (c) => `images/${(names.get(c.file)?.size ?? 0) > 1 ? `${c.source.slice(0, 12)}-` : ''}${c.file}`;
}

/** Writes `<folder>/reviewed.jsonl` or `reviewed.coco.json`, with the images beside when `withImages`. */
export async function exportReviewed(input: ExportInput, format: 'jsonl' | 'coco', folder: string, withImages: boolean): Promise<Exported> {
  const cases = input.cases.filter((c) => c.status === 'signed-off');
  const imageName = imageNames(cases);
  const own = (c: CaseRow): RegionRow[] => input.regionsOf(c.id).filter((r) => r.source !== 'truth');
  let regions = 0, text: string;
  if (format === 'jsonl') {
    text = cases.map((c) => {
      const all = own(c), found = all.filter(isFinding), measured = input.measurementsOf(c.id);
      regions += found.length;
      const told = (r: RegionRow) => ({ bbox: bbox(r.box), ...(r.shape === undefined ? {} : { shape: r.shape }), label: r.label, caption: r.caption, ...r.attributes, verdict: r.verdict, proposal: r.proposal === null ? null : { bbox: bbox(r.proposal.box), ...(r.proposal.shape === undefined ? {} : { shape: r.proposal.shape }), label: r.proposal.label, caption: r.proposal.caption, score: r.proposal.score, model: r.proposal.model } });
      return `${JSON.stringify({
        image: imageName(c), ...(c.frames > 1 ? { frame: c.frame ?? 1 } : {}), width: c.pixels.width, height: c.pixels.height, modality: c.modality, text: c.caption.text, patient: c.patient, title: c.title, phantom: c.phantom, split: c.split, signed_off: c.signedOffAt,
        regions: found.map(told), rejected: all.filter((r) => r.verdict === 'rejected').map(told),
        ...(measured.length === 0 ? {} : { measurements: measured.map(toldMeasure(c)) }),
      })}\n`;
    }).join('');
  } else {
    const labels = [...new Set(cases.flatMap((c) => own(c).filter(isFinding).map((r) => r.label)))].sort();
    let id = 0;
    text = `${JSON.stringify({
      info: { description: 'Regions reviewed in RegionMed Studio. Annotations, not diagnoses.' },
      images: cases.map((c, i) => ({ id: i + 1, file_name: imageName(c), ...(c.frames > 1 ? { frame: c.frame ?? 1 } : {}), width: c.pixels.width, height: c.pixels.height, caption: c.caption.text, patient: c.patient, modality: c.modality })),
      categories: labels.map((name, i) => ({ id: i + 1, name })),
      annotations: cases.flatMap((c, i) => own(c).filter(isFinding).map((r) => ({ id: ++id, image_id: i + 1, category_id: labels.indexOf(r.label) + 1, bbox: bbox(r.box), segmentation: segmentationOf(r, c.pixels), area: areaOf(r.shape, r.box), iscrowd: 0, caption: r.caption, verdict: r.verdict }))),
    }, null, 1)}\n`;
    regions = id;
  }
  const file = path.join(folder, format === 'jsonl' ? 'reviewed.jsonl' : 'reviewed.coco.json');
  await mkdir(path.join(folder, 'images'), { recursive: true });
  if (withImages) for (const c of cases) await copyFile(input.blobPath(c.source), path.join(folder, imageName(c)));
  await writeAtomically(file, text);
  return { file, cases: cases.length, regions };
}
