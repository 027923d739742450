// The command line as people start it: a process of its own.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';

export const entry = path.join(import.meta.dirname, '../../../electron/cli.ts');

export interface Outcome { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly out: string; readonly err: string }
export interface Running { readonly child: ChildProcessByStdio<null, Readable, Readable>; readonly ended: Promise<Outcome> }

export function startCli(...args: readonly string[]): Running {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '', err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text; });
  return { child, ended: new Promise((resolve) => { child.once('close', (code, signal) => resolve({ code, signal, out, err })); }) };
}
export const cli = (...args: readonly string[]): Promise<Outcome> => startCli(...args).ended;

/** With --json: the one document on standard output and the exit code. Throws when there is more or less than one. */
export async function cliJson(...args: readonly string[]): Promise<{ code: number | null; result: unknown; err: string }> {
  const { code, out, err } = await cli(...args, '--json');
  if (!out.endsWith('\n') || out.trimEnd().includes('\n')) throw new Error(`not one line on standard output: ${out}${err}`);
  return { code, result: JSON.parse(out) as unknown, err };
}
