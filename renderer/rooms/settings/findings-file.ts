// The site's findings as a file: JSON as they are stored, or CSV for a spreadsheet, lists within a field divided by ";".
import Papa from 'papaparse';
import { asOntology, ontology, type Ontology } from '../../../shared/domain/ontology.ts';
import { AppError } from '../../../shared/errors.ts';

const columns = ['label', 'phrase', 'synonyms', 'sides', 'parent', 'modalities'] as const;
/** What the sides' field holds where a finding has none: an empty one means all. */
const noSide = 'none';

export const findingsJson = (list: Ontology): string => `${JSON.stringify(list, null, 2)}\n`;
/** With a byte order mark, by which spreadsheets know UTF-8. */
export const findingsCsv = (list: Ontology): string => `\uFEFF${Papa.unparse({ fields: [...columns], data: list.map((f) => [f.label, f.phrase, f.synonyms.join(';'), f.sides.length === 0 ? noSide : f.sides.join(';'), f.parent ?? '', f.modalities.join(';')]) })}\r\n`;

/** Either form, told apart by its first sign. AppError('wrong-usage') with the line that is wrong; nothing is taken then. */
export function readFindings(text: string): Ontology {
  const plain = text.replace(/^\uFEFF/, '').normalize('NFC');
  return checked(/^\s*[[{]/.test(plain) ? fromJson(plain) : fromCsv(plain));
}

function fromJson(text: string): unknown {
  try { return JSON.parse(text); } catch (cause) { throw new AppError('wrong-usage', 'This is not a JSON file.', { cause }); }
}

function fromCsv(text: string): unknown {
  // The columns' names hold none of the signs that may divide them.
  const delimiter = /[;,\t]/.exec(text.split(/\r?\n/)[0] ?? '')?.[0] ?? ',';
  const { data, meta } = Papa.parse<Record<string, string | undefined>>(text, { header: true, delimiter, skipEmptyLines: 'greedy', transformHeader: (h) => h.trim().toLowerCase() });
  if (meta.fields?.includes('label') !== true) throw new AppError('wrong-usage', `The first line has to name the columns: ${columns.join(', ')}. Only label is needed.`);
  return data.map((line) => {
    const field = (name: (typeof columns)[number]): string => line[name]?.trim() ?? '', list = (name: (typeof columns)[number]): string[] => field(name).split(';').map((part) => part.trim()).filter((part) => part !== '');
    const label = field('label'), usual = asOntology({ label, phrase: field('phrase') === '' ? label.replaceAll('_', ' ') : field('phrase') }), sides = list('sides').map((s) => s.toLowerCase());
    return { ...usual, synonyms: list('synonyms'), sides: sides.length === 0 ? usual.sides : sides.filter((s) => s !== noSide), modalities: list('modalities'), ...(field('parent') === '' ? {} : { parent: field('parent') }) };
  });
}

function checked(value: unknown): Ontology {
  const read = ontology.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues, row = issue?.path[0];
  throw new AppError('wrong-usage', typeof row === 'number' ? `Finding ${row + 1}: ${issue?.message ?? ''}` : issue?.message ?? 'These are no findings.');
}
