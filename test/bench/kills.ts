// `npm run kills`: two hundred SIGKILLs at seeded moments, and what is left of what was acknowledged. The suite has some
// of them (test/electron/host/journal-crash.test.ts); this is the whole, in fresh workspaces of ten kills each.
import { parseArgs } from 'node:util';
import { killHost, killStoring, type Tally } from '../electron/host/kills.ts';
import { clearGrounds, freshFolder } from './grounds.ts';
import { machine, table, writeResults } from './results.ts';

const { values } = parseArgs({ options: { storing: { type: 'string', default: '160' }, host: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' }, 'no-write': { type: 'boolean', default: false } } });
const seed = Number(values.seed), each = 10, began = performance.now();

/** A kill that lost something ends the run with the record or the image that is missing. */
async function lives(kind: string, kills: number, one: (workspace: string, times: number, seed: number) => Promise<Tally>): Promise<Tally> {
  const sum: Tally = { kills: 0, acknowledged: 0, imported: 0, proposed: 0, unsaid: 0, halves: 0 };
  while (sum.kills < kills) {
    const tally = await one(await freshFolder(`kills-${kind}`), Math.min(each, kills - sum.kills), 1000 * seed + sum.kills);
    for (const key of ['kills', 'acknowledged', 'imported', 'proposed', 'unsaid', 'halves'] as const) sum[key] += tally[key];
    process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${kind}: ${sum.kills} of ${kills}, ${sum.acknowledged} acknowledged\n`);
  }
  return sum;
}
const row = (words: string, t: Tally): string[] => [words, String(t.kills), String(t.acknowledged), t.imported === 0 ? 'one a case, counted with the changes' : String(t.imported), t.proposed === 0 ? '–' : String(t.proposed), t.unsaid === 0 ? '–' : String(t.unsaid), String(t.halves), '0'];
const rows: string[][] = [];
/** After each part: what the first has shown stands even where the second is cut off. */
async function write(): Promise<void> {
  const text = `## Killed at any moment

\`npm run kills -- --storing ${values.storing} --host ${values.host} --seed ${seed}\`, ${((performance.now() - began) / 60_000).toFixed(1)} minutes.
${machine()}

${table(['what is killed (SIGKILL)', 'kills', 'changes acknowledged', 'images imported', 'cases proposed for', 'stored though not yet said', 'half-written files left', 'lost'], rows)}

After a kill the workspace is opened again and looked through: every acknowledged change is the record of its number, the hash chain holds, the rows beside the records are those that the records make of nothing, every image that a case names is there and is what its hash says, half-written files are gone. The run ends at the first thing that is not so. A kill of a process is not a loss of power: what had reached the operating system is written in the end. What a journal does that lost its last bytes is in \`test/electron/host/journal-crash.test.ts\`.
`;
  if (values['no-write']) process.stdout.write(text); else await writeResults('kills', text);
}
rows.push(row('a process that stores images, cases, decisions and settings; every fourth time while SQLite takes its log into the main file', await lives('storing', Number(values.storing), killStoring)));
await write();
rows.push(row('the web host, while clients decide, change settings and import; every third time once proposals arrive', await lives('host', Number(values.host), async (workspace, times, s) => killHost(workspace, times, s, await freshFolder('kills-images')))));
await clearGrounds();
await write();
