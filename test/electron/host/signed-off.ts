// A workspace that is ready to train on: a few images of our own with a bright square each, signed off with the square
// as finding. Made without engines, so that tests of runs begin at once.
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import type { Host } from '../../../electron/host/open.ts';
import { signOffCase } from '../../../shared/domain/commands/case.ts';
import { addRegion } from '../../../shared/domain/commands/region.ts';
import type { Diff } from '../../../shared/domain/diff.ts';
import type { CommandName } from '../../../shared/domain/command.ts';
import { temporaryFolder } from '../temporary.ts';
import { close, never, openHost, silent } from './open-host.ts';

const side = 96;

/** Images with their annotations.jsonl, one patient each. */
export async function annotatedSquares(count: number): Promise<string> {
  const folder = await temporaryFolder(), lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const [x, y, size] = [8 + ((i * 23) % 50), 8 + ((i * 31) % 50), 16 + (i % 3) * 8];
    const data = Uint8Array.from({ length: side * side }, (_, k) => (k % side >= x && k % side < x + size && Math.floor(k / side) >= y && Math.floor(k / side) < y + size ? 220 : 40 + ((k * 7 + i) % 13)));
    await writeFile(path.join(folder, `square ${i}.png`), encode({ width: side, height: side, data, channels: 1, depth: 8 }));
    lines.push(JSON.stringify({ image: `square ${i}.png`, width: side, height: side, modality: 'radiograph', patient: `p${i}`, regions: [{ bbox: [x, y, size, size], label: 'square', caption: 'Medium-sized square in the centre of the image.' }] }));
  }
  await writeFile(path.join(folder, 'annotations.jsonl'), lines.join('\n'));
  return folder;
}

/** The workspace folder, closed. Its split follows from a fixed salt: of the five patients two are held out. */
export async function signedOffWorkspace(at?: string): Promise<string> {
  const workspace = at ?? path.join(await temporaryFolder(), 'workspace');
  await mkdir(workspace, { recursive: true });
  await writeFile(path.join(workspace, 'workspace.json'), JSON.stringify({ format: 1, id: 'test', salt: 'squares 2', createdAt: '2026-01-01T00:00:00Z' }));
  const host = await openHost(workspace);
  await host.import({ paths: [await annotatedSquares(5)], annotations: 'auto', as: 'truth' }, silent, never);
  signOffAll(host);
  await close(host);
  return workspace;
}

function signOffAll({ journal }: Host): void {
  const act = (caseId: string, name: CommandName, diff: Diff): void => journal.appendOne({ id: randomUUID(), name, caseId, actor: 'reader', at: '2026-01-01T00:00:00Z', of: null, diff });
  for (const { id, split } of journal.cases()) {
    if (split !== 'training') continue;
    for (const [order, { box, label, caption }] of journal.regionsOf(id).filter((r) => r.source === 'truth').entries()) act(id, 'addRegion', addRegion(journal.case(id), { id: randomUUID(), box, label, caption, order }));
    act(id, 'signOffCase', signOffCase(journal.case(id), journal.regionsOf(id), '2026-01-01T00:00:00Z'));
  }
}
