// Annotated data sets: JSON lines (one image a line) and COCO. Both become the same list, with file names relative to
// the annotations' folder. A line that is wrong is named and left out; the others count.
import { z } from 'zod';
import type { PixelFormat } from '../../../shared/domain/case.ts';
import { regionCaption } from '../../../shared/domain/caption.ts';
import { clampBox, type Box, type Size } from '../../../shared/domain/geometry.ts';
import { kindOf, type Question } from '../../../shared/domain/question.ts';
import { shape, type Shape } from '../../../shared/domain/shape.ts';
import { outlineIn, outlined, segmentation, type Outlined } from '../coco-segmentation.ts';

export interface AnnotatedRegion { readonly box: Box; readonly shape?: Shape; readonly label: string; readonly caption: string; readonly score: number | null }
/** The institution in clear: it is hashed before it is stored. */
export interface AnnotatedAcquisition { readonly manufacturer: string | null; readonly model: string | null; readonly institution: string | null }
export interface AnnotatedImage {
  readonly file: string; readonly size: Size; readonly modality: string | null; readonly text: string | null; readonly patient: string; readonly title: string | null;
  readonly phantom: boolean; readonly regions: readonly AnnotatedRegion[]; readonly questions: readonly Omit<Question, 'id'>[]; readonly acquisition: AnnotatedAcquisition | null; readonly format: Partial<PixelFormat> | null;
}
export interface Annotations { readonly images: readonly AnnotatedImage[]; readonly problems: readonly string[] }

const numbers4 = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const line = z.object({
  image: z.string().min(1), width: z.number().positive(), height: z.number().positive(), modality: z.string().nullish(), text: z.string().nullish(),
  patient: z.string().nullish(), dup_group: z.union([z.string(), z.number()]).nullish(), phantom: z.boolean().optional(), source: z.string().optional(), title: z.string().nullish(),
  regions: z.array(z.object({ bbox: numbers4, shape: shape.nullish(), label: z.string().nullish(), caption: z.string().nullish(), score: z.number().nullish() })).default([]),
  window: z.object({ centre: z.number(), width: z.number().positive() }).optional(), intercept: z.number().optional(), slope: z.number().optional(),
  spacing: z.tuple([z.number().positive(), z.number().positive()]).nullish(),
  manufacturer: z.string().nullish(), device: z.string().nullish(), institution: z.string().nullish(),
  qa: z.array(z.object({ q: z.string().trim().min(1), a: z.string().trim().min(1), answer_type: z.string().nullish(), bbox: numbers4.nullish() })).default([]),
});

const problemOf = (error: z.ZodError): string => { const issue = error.issues[0]; return issue === undefined ? 'it is not valid' : `${issue.path.join('.')}: ${issue.message}`; };

function region(bbox: readonly number[], label: string | null | undefined, caption: string | null | undefined, score: number | null | undefined, size: Size, outline: Outlined | null = null): AnnotatedRegion | null {
  const [x = 0, y = 0, width = 0, height = 0] = bbox;
  if (!(width >= 1 && height >= 1) || x >= size.width || y >= size.height || x + width <= 0 || y + height <= 0) return null;
  const box = outline?.box ?? clampBox({ x: Math.max(0, x), y: Math.max(0, y), width: Math.min(width, size.width - Math.max(0, x)), height: Math.min(height, size.height - Math.max(0, y)) }, size);
  const name = label ?? '';
  return { box, ...(outline === null ? {} : { shape: outline.shape }), label: name, caption: caption ?? (name === '' ? '' : regionCaption(name.replaceAll('_', ' '), box, size)), score: score ?? null };
}

export function readJsonLines(text: string): Annotations {
  const images: AnnotatedImage[] = [], problems: string[] = [];
  for (const [i, raw] of text.split('\n').entries()) {
    if (raw.trim() === '') continue;
    let value: unknown;
    try { value = JSON.parse(raw); } catch { problems.push(`Line ${i + 1} is not JSON.`); continue; }
    const parsed = line.safeParse(value);
    if (!parsed.success) { problems.push(`Line ${i + 1}: ${problemOf(parsed.error)}.`); continue; }
    const a = parsed.data, size = { width: a.width, height: a.height };
    const outlines = a.regions.map(({ shape: given, bbox: [x, y, width, height] }) => (given == null || !(width > 0 && height > 0) ? null : outlined(given, { x, y, width, height }, size)));
    const regions = a.regions.map((r, n) => region(r.bbox, r.label, r.caption, r.score, size, outlines[n]));
    const lost = regions.filter((r) => r === null).length, boxesOnly = a.regions.filter((r, n) => r.shape != null && outlines[n] === null && regions[n] !== null).length;
    if (boxesOnly > 0) problems.push(`Line ${i + 1}: ${boxesOnly} ${boxesOnly === 1 ? 'outline does' : 'outlines do'} not fit into the image or the box; the box alone is taken.`);
    if (lost > 0) problems.push(`Line ${i + 1}: ${lost} ${lost === 1 ? 'box is' : 'boxes are'} empty or outside the image and left out.`);
    const questions = a.qa.flatMap((entry): Omit<Question, 'id'>[] => {
      const about = entry.bbox == null ? null : region(entry.bbox, null, null, null, size)?.box;
      if (about === undefined) { problems.push(`Line ${i + 1}: the question "${entry.q}" is about a box that is empty or outside the image and left out.`); return []; }
      const said = entry.answer_type?.toLowerCase();
      return [{ question: entry.q, answer: entry.a, kind: said === 'closed' || said === 'open' ? said : kindOf(entry.q, entry.a), box: about }];
    });
    const acquisition = a.manufacturer == null && a.device == null && a.institution == null ? null : { manufacturer: a.manufacturer ?? null, model: a.device ?? null, institution: a.institution ?? null };
    const format: Partial<PixelFormat> = { ...(a.window === undefined ? {} : { window: a.window }), ...(a.intercept === undefined ? {} : { intercept: a.intercept }), ...(a.slope === undefined ? {} : { slope: a.slope }), ...(a.spacing == null ? {} : { spacing: a.spacing }) };
    images.push({
      file: a.image, size, modality: a.modality ?? null, text: a.text ?? null, title: a.title ?? null, phantom: a.phantom ?? a.source === 'phantom',
      patient: a.patient != null ? `patient:${a.patient}` : a.dup_group != null ? `group:${a.dup_group}` : `image:${a.image}`,
      regions: regions.filter((r) => r !== null), questions, acquisition, format: Object.keys(format).length === 0 ? null : format,
    });
  }
  return { images, problems };
}

const coco = z.object({
  images: z.array(z.object({ id: z.union([z.number(), z.string()]), file_name: z.string().min(1), width: z.number().positive(), height: z.number().positive(), patient: z.string().optional(), caption: z.string().optional(), modality: z.string().optional() })),
  annotations: z.array(z.object({ image_id: z.union([z.number(), z.string()]), category_id: z.union([z.number(), z.string()]).optional(), bbox: numbers4, segmentation: segmentation.nullish(), caption: z.string().optional(), score: z.number().optional() })),
  categories: z.array(z.object({ id: z.union([z.number(), z.string()]), name: z.string() })).default([]),
});

export function readCoco(text: string): Annotations {
  let value: unknown;
  try { value = JSON.parse(text); } catch { return { images: [], problems: ['The file is not JSON.'] }; }
  const parsed = coco.safeParse(value);
  if (!parsed.success) return { images: [], problems: [`This is not a COCO file: ${problemOf(parsed.error)}.`] };
  const names = new Map(parsed.data.categories.map((c) => [c.id, c.name]));
  const problems: string[] = [];
  const images = parsed.data.images.map((image): AnnotatedImage => {
    const size = { width: image.width, height: image.height };
    const own = parsed.data.annotations.filter((a) => a.image_id === image.id);
    const outlines = own.map((a) => outlineIn(a.segmentation ?? [], size));
    const regions = own.map((a, n) => region(a.bbox, a.category_id === undefined ? null : names.get(a.category_id), a.caption, a.score, size, outlines[n]));
    if (own.some((a, n) => a.segmentation != null && !(Array.isArray(a.segmentation) && a.segmentation.length === 0) && outlines[n] === null)) problems.push(`${image.file_name}: outlines that are compressed, empty or of another size are left out; their boxes are taken.`);
    if (regions.includes(null)) problems.push(`${image.file_name}: boxes that are empty or outside the image are left out.`);
    return { file: image.file_name, size, modality: image.modality ?? null, text: image.caption ?? null, title: null, phantom: false, patient: image.patient === undefined ? `image:${image.file_name}` : `patient:${image.patient}`, regions: regions.filter((r) => r !== null), questions: [], acquisition: null, format: null };
  });
  return { images, problems };
}
