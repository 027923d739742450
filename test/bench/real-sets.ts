// Real annotated sets as examples, through the program's own import: decoded, stored and split by patient (or group of
// near-identical images) as any site's images are. Each example says which set and which part it is of.
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { forkEngine } from '../../electron/host/fork-engine.ts';
import { Host } from '../../electron/host/open.ts';
import { writeAtomically } from '../../models/bundle/files.ts';
import { setExample, type SetExample } from '../../models/training/set-example.ts';
import { imageCaption, regionCaption } from '../../shared/domain/caption.ts';
import { exampleFromTruth, type Example } from '../../shared/domain/example.ts';
import { root } from './results.ts';

export interface RealSetOptions {
  /** The folder that holds the sets' folders. */
  readonly data: string;
  readonly sets: readonly string[];
  /** Where the workspace and examples.jsonl are made; what is there already is taken. The split follows from `salt`. */
  readonly folder: string;
  readonly salt: string;
  /** Images with other licences are left out. */
  readonly licences?: RegExp;
  /** Labels of the sets under the names of our own findings. */
  readonly names?: Readonly<Record<string, string>>;
}

export const blobsOf = (folder: string) => (sha256: string): string => path.join(folder, 'workspace', 'blobs', sha256.slice(0, 2), sha256);

export async function realExamples(o: RealSetOptions): Promise<SetExample[]> {
  const file = path.join(o.folder, 'examples.jsonl');
  if (!existsSync(file)) await make(o, file);
  const found: SetExample[] = [];
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) found.push(setExample.parse(JSON.parse(line)));
  return found;
}

const annotated = z.object({ image: z.string(), licence: z.string().nullish(), source: z.string().nullish() });

async function make(o: RealSetOptions, file: string): Promise<void> {
  const workspace = path.join(o.folder, 'workspace');
  await mkdir(workspace, { recursive: true });
  await writeFile(path.join(workspace, 'workspace.json'), JSON.stringify({ format: 1, id: o.salt, salt: o.salt, createdAt: '2026-01-01T00:00:00.000Z' }));
  const host = await Host.open({ workspace, baseBundle: path.join(root, 'models', 'bundles', 'base'), startEngine: forkEngine, kind: 'web' });
  const rows: SetExample[] = [];
  try {
    for (const set of o.sets) {
      const told = new Map((await readFile(path.join(o.data, set, 'annotations.jsonl'), 'utf8')).trim().split('\n').map((l) => annotated.parse(JSON.parse(l))).map((a) => [path.basename(a.image), a]));
      const { imported } = await host.import({ paths: [path.join(o.data, set)], annotations: 'auto', as: 'truth' }, () => undefined, new AbortController().signal);
      for (const id of imported) {
        const study = host.journal.cases().find((c) => c.id === id), made = study === undefined ? null : exampleFromTruth(study, host.journal.regionsOf(id));
        const licence = told.get(study?.file ?? '')?.licence ?? 'unknown', source = told.get(study?.file ?? '')?.source ?? set;
        if (study === undefined || made === null || o.licences?.test(licence) === false) continue;
        rows.push({ set, split: study.split, licence, source, example: o.names === undefined ? made : renamed(made, o.names) });
      }
    }
  } finally {
    await host.close();
  }
  await writeAtomically(file, rows.map((r) => `${JSON.stringify(r)}\n`).join(''));
}

/** The same findings under other names, in labels and words. */
function renamed(e: Example, names: Readonly<Record<string, string>>): Example {
  const findings = e.findings.map((f) => { const label = names[f.label] ?? f.label; return label === f.label ? f : { ...f, label, caption: regionCaption(label, f.box, e.pixels) }; });
  const derived = e.text === imageCaption(e.modality, e.findings.map((f) => f.label));
  return { ...e, findings, text: derived ? imageCaption(e.modality, findings.map((f) => f.label)) : e.text };
}
