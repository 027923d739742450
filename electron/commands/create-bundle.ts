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
type Name = keyof typeof createBundleOptions | 'out' | 'seed';

const numbers = new Set<Name>(['side', 'text-length', 'width', 'seed']), triples = new Set<Name>(['mean', 'std']), paths = new Set<Name>(['image-encoder', 'text-encoder', 'tokenizer', 'out']);
/** --image-encoder is imageEncoder in the contract. */
const fieldOf = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

export async function createBundle(values: Readonly<Partial<Record<Name, string>>>, start: StartEngine): Promise<{ result: { version: string; weights: number; notes: string[]; out: string }; words: string }> {
  const names = [...Object.keys(createBundleOptions), 'out', 'seed'] as const;
  const given = Object.fromEntries(names.flatMap((name) => {
    const text = Object.entries(values).find(([key]) => key === name)?.[1], known = names.find((n) => n === name) as Name;
    if (text === undefined) return [];
    const value = numbers.has(known) ? Number(text) : triples.has(known) ? text.split(',').map(Number) : paths.has(known) ? path.resolve(text)
      : known === 'findings' ? text.split(',').map((f) => f.trim()).filter((f) => f !== '').map((f) => ({ label: f, phrase: f })) : text;
    return [[fieldOf(name), value]];
  }));
  const request = newBundle.safeParse({ ...given, createdAt: new Date().toISOString() });
  if (!request.success) {
    const option = String(request.error.issues[0]?.path[0] ?? '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new AppError('wrong-usage', given[fieldOf(option)] === undefined ? `bundle create needs --${option}.` : `--${option} cannot be "${String(Object.entries(values).find(([key]) => key === option)?.[1])}".`);
  }
  const engines = new Engines(start, process.cwd(), () => undefined);
  try {
    const made = await engines.training().createBundle(request.data);
    return { result: { ...made, out: request.data.out }, words: [`Model ${made.version} with ${(made.weights / 1e6).toFixed(1)} million weights is in ${request.data.out}.`, ...made.notes.map((n) => `  ${n}`), `Set REGIONMED_BASE_BUNDLE to this folder and open a new workspace to work with it.`].join('\n') };
  } finally {
    engines.close();
  }
}
