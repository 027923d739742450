// `regionmed deidentify` and `regionmed key`: no engine and no journal, only files and the project's key.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Progress } from '../../shared/contracts/host.ts';
import { AppError } from '../../shared/errors.ts';
import { assertWritable, writeAtomically } from '../../models/bundle/files.ts';
import { exportDeidentified } from '../host/export/export-deidentified.ts';
import type { ExportInput } from '../host/export/export-reviewed.ts';
import { checkOptions, type DeidentificationOptions } from '../host/deidentify/deidentify.ts';
import type { Deidentification } from '../host/import/decode-messages.ts';
import type { Masking } from '../host/deidentify/deidentify-file.ts';
import { deidentifyFiles } from '../host/deidentify/deidentify-files.ts';
import { nothingPrivate, readPrivateList } from '../host/deidentify/private-list.ts';
import { profileOptions, type ProfileOption } from '../../shared/domain/privacy.ts';
import { exportProjectKey, importProjectKey, projectKey, readProjectKey } from '../host/deidentify/project-key.ts';
import { Pseudonyms } from '../host/deidentify/pseudonyms.ts';
import type { Box } from '../host/deidentify/find-text.ts';

export const deidentifyOptions = {
  'profile-options': { type: 'string' }, 'keep-private': { type: 'string' }, mask: { type: 'string' }, review: { type: 'string' }, 'project-key': { type: 'string' }, receipt: { type: 'string' }, release: { type: 'boolean', default: false },
} as const;

export interface DeidentifyWords {
  readonly workspace?: string | undefined; readonly out?: string | undefined; readonly 'profile-options'?: string | undefined; readonly 'keep-private'?: string | undefined; readonly mask?: string | undefined;
  readonly review?: string | undefined; readonly 'project-key'?: string | undefined; readonly receipt?: string | undefined; readonly release?: boolean | undefined;
}

const usage = (sentence: string): AppError => new AppError('wrong-usage', sentence);
/** retainModifiedDates as it is typed: retain-modified-dates. */
const typed = (option: ProfileOption): string => option.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

function optionsOf(words: string | undefined): Set<ProfileOption> {
  const chosen = new Set<ProfileOption>();
  for (const word of (words ?? '').split(',').map((w) => w.trim()).filter((w) => w !== '' && w !== 'basic')) {
    const found = profileOptions.find((o) => typed(o) === word);
    if (found === undefined) throw usage(`--profile-options knows ${profileOptions.map(typed).join(', ')}, not "${word}".`);
    chosen.add(found);
  }
  return chosen;
}

const whole = z.number().int().min(0);
/** What a person lists after looking: by the SHA-256 of the source file. An empty list of boxes says that nothing is to be painted. */
const reviewFile = z.object({ format: z.literal('regionmed-mask-review-1'), files: z.array(z.object({ file: z.string().optional(), sha256: z.string().regex(/^[0-9a-f]{64}$/), boxes: z.array(z.object({ x: whole, y: whole, width: whole.min(1), height: whole.min(1) })) })) });

async function maskingOf(words: string | undefined): Promise<Masking> {
  if (words === undefined || words === 'none') return 'none';
  if (words === 'found') return 'found';
  const content = await readFile(words, 'utf8').catch((cause: unknown) => { throw new AppError('not-found', `--mask is none, found or a file; ${words} cannot be read.`, { cause }); });
  let parsed: unknown = null;
  try { parsed = JSON.parse(content); } catch { /* not JSON: said below */ }
  const found = reviewFile.safeParse(parsed);
  if (!found.success) throw new AppError('bad-settings-file', `${words} is not a list of boxes to mask as --review writes it.`);
  return new Map(found.data.files.map((f): [string, readonly Box[]] => [f.sha256, f.boxes]));
}

export async function deidentify(paths: readonly string[], v: DeidentifyWords, program: string, onProgress: (p: Progress) => void, signal: { readonly aborted: boolean }): Promise<{ result: unknown; words: string; code: number }> {
  if (paths.length === 0) throw usage('deidentify needs files or folders.');
  if (v.out === undefined) throw usage('deidentify needs --out DIR.');
  if (v.review !== undefined && v.mask !== 'found') throw usage('--review goes with --mask found.');
  if (v['project-key'] === undefined && v.workspace === undefined) throw usage('deidentify needs --workspace DIR, whose key it uses, or --project-key FILE.');
  const out = path.resolve(v.out), receipt = path.resolve(v.receipt ?? path.join(out, 'privacy-receipt.json')), { options, masking } = await settingsOf(v);
  for (const given of paths) if (isWithin(out, path.resolve(given))) throw usage(`--out ${v.out} lies within ${given}: what is de-identified must not lie among its originals.`);
  await assertWritable(receipt);
  const key = v['project-key'] === undefined ? await projectKey(there(v.workspace)) : await readProjectKey(v['project-key']);
  const done = await deidentifyFiles({ paths: paths.map((p) => path.resolve(p)), out, receipt, options, masking, release: v.release === true, program, now: () => new Date().toISOString(), onProgress, signal }, new Pseudonyms(key));
  if (v.review !== undefined) await writeAtomically(v.review, `${JSON.stringify({ format: 'regionmed-mask-review-1', files: done.review.map((f) => ({ ...f, boxes: [...f.boxes] })) } satisfies z.infer<typeof reviewFile>, null, 1)}\n`);
  const { counts } = done.receipt;
  return {
    result: { receipt, counts, keyFingerprint: done.receipt.keyFingerprint, refused: done.refused, held: done.held },
    words: [
      `${counts.written} files written for ${counts.patients} patients, ${counts.heldBack} held back, ${counts.refused} refused, ${counts.withMaskedPixels} with masked pixels. Receipt: ${receipt}`,
      ...(counts.unexamined > 0 ? [`  ${counts.unexamined} written files are of a kind that often has names in its pixels, which were not examined (--mask).`] : []),
      ...done.refused.map((f) => `  refused: ${f.error.message}`), ...done.held.map((f) => `  ${v.release === true ? 'written' : 'held back'}: ${f.file}: ${f.holds.join(' ')}`),
    ].join('\n'),
    code: counts.refused > 0 || done.held.length > 0 && v.release !== true ? 1 : 0,
  };
}

const isWithin = (inner: string, outer: string): boolean => { const r = path.relative(outer, inner); return r === '' || !r.startsWith('..') && !path.isAbsolute(r); };

function there(workspace: string | undefined): string {
  if (workspace === undefined) throw usage('--workspace DIR is needed.');
  if (!existsSync(path.join(workspace, 'workspace.json'))) throw new AppError('not-found', `There is no workspace in ${workspace}; "import" makes one.`);
  return workspace;
}

/** What is to be done to each file, as the words say it. */
async function settingsOf(v: DeidentifyWords): Promise<{ options: DeidentificationOptions; masking: Masking }> {
  const profile = optionsOf(v['profile-options']), list = v['keep-private'];
  checkOptions(profile);
  if (list !== undefined) profile.add('retainSafePrivate');
  if (profile.has('retainSafePrivate') && list === undefined) throw usage('retain-safe-private needs --keep-private FILE, the list of what is safe.');
  const keepPrivate = list === undefined ? nothingPrivate : readPrivateList(await readFile(list, 'utf8').catch((cause: unknown) => { throw new AppError('not-found', `The list ${list} cannot be read.`, { cause }); }));
  return { options: { profile, keepPrivate }, masking: await maskingOf(v.mask) };
}

/** `import --deidentify`: the same options, as the import's workers take them. */
export async function importPrivacyOf(v: DeidentifyWords): Promise<Omit<Deidentification, 'key'>> {
  const { options, masking } = await settingsOf(v), list = v['keep-private'];
  return { profile: [...options.profile], privateList: list === undefined ? null : await readFile(list, 'utf8'), masking: typeof masking === 'string' ? masking : [...masking].map(([sha256, boxes]) => [sha256, [...boxes]]), release: v.release === true };
}

/** `export --deidentify`: signed-off cases with de-identified files in the place of their sources. */
export async function exportWithoutNames(input: ExportInput, format: 'jsonl' | 'coco', v: DeidentifyWords & { readonly workspace: string; readonly out: string }, program: string, onProgress: (p: Progress) => void, signal: { readonly aborted: boolean }): Promise<{ result: unknown; words: string; code: number }> {
  const out = path.resolve(v.out), receipt = path.resolve(v.receipt ?? path.join(out, 'privacy-receipt.json'));
  const key = v['project-key'] === undefined ? await projectKey(v.workspace) : await readProjectKey(v['project-key']);
  const made = await exportDeidentified(input, format, out, { ...await settingsOf(v), release: v.release === true, receipt, program, now: () => new Date().toISOString(), onProgress, signal }, new Pseudonyms(key));
  return {
    result: { file: made.file, cases: made.cases, regions: made.regions, receipt, left: made.left },
    words: [`${made.cases} cases with ${made.regions} regions in ${made.file}; receipt: ${receipt}`, ...made.left.map((l) => `  left out: ${l.title}: ${l.reason}`)].join('\n'), code: made.left.length > 0 ? 1 : 0,
  };
}

/** key export FILE, key import FILE. */
export async function keyCommand(rest: readonly string[], workspace: string | undefined): Promise<{ result: unknown; words: string }> {
  const [verb, file, extra] = rest;
  if (verb !== 'export' && verb !== 'import' || file === undefined || extra !== undefined) throw usage('The command is "key export FILE" or "key import FILE".');
  const fingerprint = verb === 'export' ? await exportProjectKey(there(workspace), path.resolve(file)) : await importProjectKey(there(workspace), path.resolve(file));
  return { result: { keyFingerprint: fingerprint, file }, words: verb === 'export' ? `The key ${fingerprint} is in ${file}. Whoever has it can test guesses against pseudonyms: hand it to the other site by a safe way, and delete the file.` : `The workspace now maps by the key ${fingerprint}.` };
}
