// `npm run bench`: what the program takes of time and memory, measured on the program itself with the model that ships.
// Each part is a file beside this one; a figure that disappoints is written like any other.
import { parseArgs } from 'node:util';
import path from 'node:path';
import { buildIfStale } from '../../build/bundle.mjs';
import { coldStart } from './cold-start.ts';
import { eightBit } from './eight-bit.ts';
import { clearGrounds } from './grounds.ts';
import { importing } from './import.ts';
import { instances } from './instances.ts';
import { journal } from './journal.ts';
import { memory } from './memory.ts';
import { page } from './page.ts';
import { propose } from './propose.ts';
import { regionLooks } from './regions.ts';
import { machine, table, writeResults } from './results.ts';
import type { Part } from './statistics.ts';
import { trainStep } from './train-step.ts';

const parts: Readonly<Record<string, (set: string | null) => Promise<Part>>> = { 'train-step': trainStep, propose, regions: regionLooks, 'eight-bit': eightBit, import: importing, instances, journal, 'cold-start': coldStart, memory, page };
const help = `npm run bench -- [--only NAME[,NAME]] [--set DIR] [--no-write]

  --only NAME   ${Object.keys(parts).join(', ')}; prints only, the block in docs/results.md is written whole
  --block NAME  writes what --only names as a block of its own
  --set DIR     real images for the proposals and the import, such as ../shared/data/bccd
  --no-write    print only`;

function asked(): { names: readonly string[]; set: string | null; block: string | null } {
  const { values } = parseArgs({ options: { only: { type: 'string' }, block: { type: 'string' }, set: { type: 'string' }, 'no-write': { type: 'boolean', default: false } } });
  const names = values.only?.split(',') ?? Object.keys(parts), unknown = names.find((n) => !Object.hasOwn(parts, n));
  if (unknown !== undefined) throw new Error(`There is no part "${unknown}".`);
  return { names, set: values.set === undefined ? null : path.resolve(values.set), block: values['no-write'] ? null : values.only === undefined ? 'bench' : values.block ?? null };
}
function options(): ReturnType<typeof asked> {
  try { return asked(); } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}\n`);
    process.exit(2);
  }
}

const { names, set, block } = options();
const say = (text: string): void => { process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`); };
const began = performance.now();
const measured: Part[] = [];
await clearGrounds();
await buildIfStale();
try {
  for (const name of names) {
    say(`${name}…`);
    const from = performance.now(), part = await parts[name]?.(set);
    if (part !== undefined) measured.push(part);
    say(`${name}: ${((performance.now() - from) / 1000).toFixed(0)} s`);
  }
} finally {
  await clearGrounds();
}

const title = block === null || block === 'bench' ? 'Time and memory' : `${block[0]?.toUpperCase() ?? ''}${block.slice(1)}`;
const text = `## ${title}

\`npm run bench${block === 'bench' ? '' : ` -- --only ${names.join(',')}`}${set === null ? '' : ` -- --set ${path.relative(process.cwd(), set)}`}\`, ${((performance.now() - began) / 60_000).toFixed(1)} minutes in all.
${machine()}

Where quartiles stand beside a figure it is the median.

${table(['measured', 'figure', 'quartiles', 'tail', 'count'], measured.flatMap((p) => p.rows.map((r) => [r.what, r.figure, r.quartiles, r.tail, r.count])))}

${measured.flatMap((p) => p.notes.map((n) => `- ${n}`)).join('\n')}
`;
if (block !== null) await writeResults(block, text);
process.stdout.write(text);
