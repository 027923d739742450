// Where measured figures go: a marked block of docs/results.md, replaced whole, with the machine that gave them.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { writeAtomically } from '../../models/bundle/files.ts';

export const root = path.join(import.meta.dirname, '..', '..');
const resultsFile = path.join(root, 'docs', 'results.md');
const head = '# Results\n\nMeasured figures, written by the commands named beside them. Nothing here is typed by hand.\n';

const git = (...args: string[]): string => { try { return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim(); } catch { return ''; } };

/** One line: processor, cores, memory, system, versions, commit, date. */
export function machine(): string {
  const { version } = z.object({ version: z.string() }).parse(createRequire(import.meta.url)('onnxruntime-node/package.json'));
  const commit = git('rev-parse', '--short', 'HEAD');
  const changed = git('status', '--porcelain', '--', 'models', 'electron', 'shared') === '' ? '' : ' with uncommitted changes';
  return [
    `${os.cpus()[0]?.model.trim() ?? 'unknown processor'}, ${os.availableParallelism()} cores`, `${Math.round(os.totalmem() / 2 ** 30)} GiB memory`, `${os.type()} ${os.release()} ${os.arch()}`,
    `Node ${process.versions.node}`, `onnxruntime ${version} (CPU)`, ...(commit === '' ? [] : [`commit ${commit}${changed}`]), new Date().toISOString().slice(0, 10),
  ].join(' · ');
}

/** Replaces what stands between `<!-- name:begin -->` and `<!-- name:end -->`, or adds the block at the end. */
export async function writeResults(name: string, markdown: string): Promise<void> {
  const text = await readFile(resultsFile, 'utf8').catch(() => head);
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = text.indexOf(begin), to = text.indexOf(end);
  const block = `${begin}\n${markdown.trim()}\n${end}`;
  await writeAtomically(resultsFile, from >= 0 && to > from ? text.slice(0, from) + block + text.slice(to + end.length) : `${text.trimEnd()}\n\n${block}\n`);
}

export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((r) => `| ${r.join(' | ')} |`).join('\n');
