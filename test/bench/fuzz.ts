// `npm run fuzz`: twenty thousand damaged files through the importer. The suite has a thousand of them
// (test/electron/host/import/fuzz.test.ts); this one also watches what the process holds in memory.
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fuzz } from '../electron/host/import/fuzz.ts';
import { clearGrounds, freshFolder, freshWorkspace, withHost } from './grounds.ts';
import { machine, table, writeResults } from './results.ts';

// What waits to be collected is not what is held.
setFlagsFromString('--expose-gc');
Reflect.set(globalThis, 'gc', runInNewContext('gc'));
const { values } = parseArgs({ options: { files: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' }, 'no-write': { type: 'boolean', default: false } } });
const count = Number(values.files), seed = Number(values.seed), began = performance.now();
const result = await withHost(await freshWorkspace('fuzz'), async (host) => fuzz(host, await freshFolder('fuzz-files'), { count, seed, batch: 500, onBatch: (done) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${done} of ${count}\n`) }));
await clearGrounds();
const { resident } = result, at = (share: number): string => (resident[Math.min(resident.length - 1, Math.floor(share * resident.length))] ?? NaN).toFixed(0);
const text = `## Damaged files

\`${process.env['MALLOC_ARENA_MAX'] === undefined ? '' : `MALLOC_ARENA_MAX=${process.env['MALLOC_ARENA_MAX']} `}npm run fuzz -- --files ${count} --seed ${seed}\`, ${((performance.now() - began) / 60_000).toFixed(1)} minutes.
${machine()}

${table(['files', 'refused', 'read', 'of known content', 'decoders crashed or given up', 'read though pixels were missing', 'megabytes resident after a tenth, a half, all'], [[String(result.files), String(result.refused), String(result.read), String(result.duplicates), String(result.crashed.length), String(result.wrong.length), `${at(0.1)}, ${at(0.5)}, ${at(1)}`]])}

DICOM of every syntax in docs/formats-synthetic.md, PNG, JPEG, TIFF and NIfTI, each with bits or bytes changed, pieces cut out, doubled or moved, cut off, or with a frame's data shortened in a whole file. "Read" are files whose damage changed values or words, which no format but PNG tells by a checksum, or nothing that counts. A file cut off or with a shortened frame must be refused. Resident memory is that of the process with its decode workers, after collection; with its usual several arenas glibc keeps more than is in use, with one (MALLOC_ARENA_MAX=1) it shows what is.
`;
for (const line of [...result.crashed, ...result.wrong]) process.stderr.write(`${line}\n`);
if (values['no-write']) process.stdout.write(text); else await writeResults('fuzz', text);
if (result.crashed.length + result.wrong.length > 0) process.exitCode = 1;
