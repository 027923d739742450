// What a decision waits for: a command checked, applied, hash-chained, appended and fsynced; and the bare fsync of the
// same disk beside it, which no journal can undercut.
import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { proposalRows, proposalsCommand } from '../../electron/host/proposals.ts';
import type { Command, CommandName } from '../../shared/domain/command.ts';
import { acceptRegion } from '../../shared/domain/commands/region.ts';
import type { Diff } from '../../shared/domain/diff.ts';
import { fileSystem, freshWorkspace, gridOfProposals, never, phantomLot, silent, withHost } from './grounds.ts';
import { spread, timed, type Part } from './statistics.ts';

const warmUp = 20, singles = 600, batches = 12, batchSize = 100, bare = 200;

export async function journal(): Promise<Part> {
  const lot = await phantomLot(1), workspace = await freshWorkspace('journal');
  const times = await withHost(workspace, async (host) => {
    await host.import({ paths: lot.files, annotations: null, as: 'truth' }, silent, never);
    const [study] = host.journal.cases();
    if (study === undefined) throw new Error('no study was imported');
    const command = (name: CommandName, diff: Diff): Command => ({ id: randomUUID(), name, caseId: study.id, actor: 'bench', at: new Date().toISOString(), of: null, diff });
    host.journal.appendOne(proposalsCommand(study, [], proposalRows(study, gridOfProposals(study, 1 + warmUp + singles + batches * batchSize), host.registry.champion), '', host.registry.champion, new Date().toISOString()));
    const [first, ...rest] = host.journal.regionsOf(study.id);
    if (first === undefined) throw new Error('there are regions');
    // The first decision turns the case; all others are alike.
    host.journal.appendOne(command('acceptRegion', acceptRegion(host.journal.case(study.id), first)));
    const turned = host.journal.case(study.id);
    const accepts = rest.map((r) => command('acceptRegion', acceptRegion(turned, r)));
    const one: number[] = [], many: number[] = [];
    for (const [i, c] of accepts.splice(0, warmUp + singles).entries()) { const [took] = await timed(() => host.journal.appendOne(c)); if (i >= warmUp) one.push(took); }
    for (let b = 0; b < batches; b++) {
      const part = accepts.splice(0, batchSize);
      const [took, { stored }] = await timed(() => host.journal.append(part));
      if (stored.length !== batchSize) throw new Error('the journal refused a command of the batch');
      many.push(took);
    }
    return { one, many };
  });

  const alone: number[] = [], file = await open(path.join(workspace, 'bare'), 'w'), page = new Uint8Array(4096).fill(7);
  try { for (let i = 0; i < bare; i++) alone.push((await timed(async () => { await file.write(page); await file.sync(); }))[0]); } finally { await file.close(); }
  return {
    rows: [
      spread('journal: one decision, durable', times.one, undefined, [95, 99, 100]),
      spread(`journal: ${batchSize} decisions in one append`, times.many, undefined, [100]),
      spread('– for comparison: 4 KiB written and fsynced', alone, undefined, [95, 99]),
    ],
    notes: [`**Journal**: \`acceptRegion\` commands, one after the other, each from the call to its durable answer (zod, reducer, SHA-256 chain, SQLite in WAL mode with synchronous=FULL) on ${await fileSystem()}; SQLite's checkpoints fall among them.`],
  };
}
