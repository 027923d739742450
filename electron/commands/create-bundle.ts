// `regionmed bundle create`: a model out of encoders that were made elsewhere. It needs no workspace; the engine does the
// work, as it does whatever reads networks.
import path from 'node:path';
import { newBundle } from '../../shared/contracts/training.ts';
import { AppError } from '../../shared/errors.ts';
import { Engines, type StartEngine } from '../host/engines.ts';

/** Options of the command, for parseArgs. */
export const createBundleOptions = {
  'image-encoder': { type: 'string' }, 'text-encoder': { type: 'string' }, tokenizer: { type: 'string' }, side: { type: 'string' }, mean: { type: 'string' }, std: { type: 'string' },
  'image-tokens': { type: 'string' }, 'image-embedding': { type: 'string' }, 'text-output': { type: 'string' }, pool: { type: 'string' }, 'text-length': { type: 'string' },
  width: { type: 'string' }, findings: { type: 'string' }, name: { type: 'string' }, licence: { type: 'string' }, version: { type: 'string' },
} as const;
/** How an option's text is read; what is not listed stays text. */
const numbers = ['side', 'text-length', 'width', 'seed'], triples = ['mean', 'std'], paths = ['image-encoder', 'text-encoder', 'tokenizer', 'out'];
function read(option: string, text: string): unknown {
  if (numbers.includes(option)) return Number(text);
  if (triples.includes(option)) return text.split(',').map(Number);
  if (paths.includes(option)) return path.resolve(text);
  return option === 'findings' ? text.split(',').map((f) => f.trim()).filter((f) => f !== '').map((f) => ({ label: f, phrase: f })) : text;
}
/** image-encoder is imageEncoder in the contract. */
const fieldOf = (option: string): string => option.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const optionOf = (field: string): string => field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** @param values of all options of the command line; those of other commands are passed over. */
export async function createBundle(values: Readonly<Record<string, unknown>>, start: StartEngine): Promise<{ result: { version: string; weights: number; notes: string[]; out: string }; words: string }> {
  const given = new Map([...Object.keys(createBundleOptions), 'out', 'seed'].flatMap((option) => { const text = values[option]; return typeof text === 'string' ? [[option, text] as const] : []; }));
  const request = newBundle.safeParse({ ...Object.fromEntries([...given].map(([option, text]) => [fieldOf(option), read(option, text)])), createdAt: new Date().toISOString() });
  if (!request.success) {
    const option = optionOf(String(request.error.issues[0]?.path[0])), text = given.get(option);
    throw new AppError('wrong-usage', text === undefined ? `bundle create needs --${option}.` : `--${option} cannot be "${text}".`);
  }
  const engines = new Engines(start, process.cwd(), () => undefined);
  try {
    const made = await engines.training().createBundle(request.data);
    return { result: { ...made, out: request.data.out }, words: [`Model ${made.version} with ${(made.weights / 1e6).toFixed(1)} million weights is in ${request.data.out}.`, ...made.notes.map((n) => `  ${n}`), 'Set REGIONMED_BASE_BUNDLE to this folder and open a new workspace to work with it.'].join('\n') };
  } finally {
    engines.close();
  }
}
