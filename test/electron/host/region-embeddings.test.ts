// The file of region embeddings gives back what was put into it, or nothing: it can be lost, cut off, overwritten or rot.
import { open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { RegionEmbeddings, type Embedded } from '../../../electron/host/region-embeddings.ts';
import { randomFrom } from '../../../models/random.ts';
import { temporaryFolder } from '../temporary.ts';
import { boxOf } from './rows.ts';

const random = randomFrom(41, 1);
const made = Array.from({ length: 40 }, (_, i): Embedded => {
  const v = Float32Array.from({ length: 128 }, () => random.uniform(-1, 1)), length = Math.hypot(...v);
  return { id: `region ${i}`, box: boxOf(i, 2.5, 10, 20), embedding: v.map((x) => x / length) };
});
let folder = '', file = '';
const kept = async (): Promise<(Float32Array | undefined)[]> => { const store = await RegionEmbeddings.open(folder, '0.1.0'), found = made.map((m) => store.get(m.id, m.box)); store.close(); return found; };
const all = made.map((m) => m.embedding), none = made.map(() => undefined);

beforeEach(async () => {
  folder = path.join(await temporaryFolder(), 'derived');
  file = path.join(folder, 'regions-0.1.0.sqlite');
  const store = await RegionEmbeddings.open(folder, '0.1.0');
  store.put(made.slice(0, 25));
  store.put(made.slice(25));
  store.close();
});

describe('region embeddings', () => {
  it('are as they were put, for their box and model only', async () => {
    expect(await kept()).toEqual(all);
    const store = await RegionEmbeddings.open(folder, '0.1.0'), [first] = made;
    if (first === undefined) throw new Error('nothing was made');
    expect(store.get(first.id, { ...first.box, x: 0.5 })).toBeUndefined();
    store.put([{ ...first, box: boxOf(7, 7, 7, 7) }]);
    expect([store.get(first.id, first.box), store.get(first.id, boxOf(7, 7, 7, 7))]).toEqual([undefined, first.embedding]);
    store.close();
    const other = await RegionEmbeddings.open(folder, '0.2.0');
    expect(other.get('region 3', boxOf(3, 2.5, 10, 20))).toBeUndefined();
    other.close();
  });

  it.each([
    ['lost', () => rm(file)], ['overwritten', () => writeFile(file, 'no database')], ['emptied', () => truncate(file, 0)], ['cut off', () => truncate(file, 5000)],
    ['of another form', async () => { await rm(file); const { DatabaseSync } = await import('node:sqlite'), db = new DatabaseSync(file); db.exec('CREATE TABLE regions (id TEXT)'); db.close(); }],
  ] as const)('are made anew where the file is %s, and kept again', async (_, damage) => {
    await damage();
    expect(await kept()).toEqual(none);
    const store = await RegionEmbeddings.open(folder, '0.1.0');
    store.put(made);
    store.close();
    expect(await kept()).toEqual(all);
  });

  it('are forgotten one by one where numbers rotted', async () => {
    const bytes = await readFile(file), rotten = made[17]?.embedding ?? new Float32Array(), at = bytes.indexOf(new Uint8Array(rotten.buffer));
    expect(at).toBeGreaterThan(0);
    const handle = await open(file, 'r+');
    await handle.write(new Uint8Array(Float32Array.of(17).buffer), 0, 4, at);
    await handle.close();
    expect(await kept()).toEqual(all.map((e, i) => (i === 17 ? undefined : e)));
  });

  it('are kept in memory where nothing can be written', async () => {
    const place = path.join(await temporaryFolder(), 'a file');
    await writeFile(place, '');
    const store = await RegionEmbeddings.open(place, '0.1.0');
    store.put(made);
    expect(made.map((m) => store.get(m.id, m.box))).toEqual(all);
    store.close();
  });
});
