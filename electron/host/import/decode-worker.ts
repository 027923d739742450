// A worker that holds one file at a time: reads and hashes it, opens it, gives its frames as what is stored of them, and
// writes the file itself to where it is kept. Decoders run here so that a slow or hanging one stops neither the host nor
// the other files.
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { AppError, isDiskFull, toWireError } from '../../../shared/errors.ts';
import { deidentifyForImport, type ForImport } from '../deidentify/deidentify-file.ts';
import { nothingPrivate, readPrivateList } from '../deidentify/private-list.ts';
import { Pseudonyms } from '../deidentify/pseudonyms.ts';
import { workerRequest, type Deidentification, type WorkerAnswer, type WorkerRequest } from './decode-messages.ts';
import { decodeFile } from './decode.ts';
import type { ImageFile } from './decoded-image.ts';
import { pixelBlob, thumbnail } from './pixel-blob.ts';

let held: { readonly bytes: Uint8Array; readonly name: string; readonly told: Record<string, unknown> | null; image: ImageFile | null } | null = null;

const deidentified = (bytes: Uint8Array, name: string, d: Deidentification): Promise<ForImport> =>
  deidentifyForImport(bytes, name, { profile: new Set(d.profile), keepPrivate: d.privateList === null ? nothingPrivate : readPrivateList(d.privateList) }, typeof d.masking === 'string' ? d.masking : new Map(d.masking), new Pseudonyms(d.key), d.release);

async function answer(request: WorkerRequest): Promise<WorkerAnswer> {
  if (request.kind === 'open') {
    const bytes = new Uint8Array(await readFile(request.path).catch((cause: unknown) => { throw new AppError('not-found', `${request.name} cannot be read from disk.`, { cause }); }));
    // Nothing else looks at the original.
    const clean = request.deidentify === null ? null : await deidentified(bytes, request.name, request.deidentify);
    held = { bytes: clean?.bytes ?? bytes, name: clean?.name ?? request.name, told: request.told, image: null };
    return { ok: true, kind: 'opened', sha256: createHash('sha256').update(held.bytes).digest('hex'), size: held.bytes.length, clean: clean === null ? null : { name: clean.name, pseudonym: clean.pseudonym, study: clean.study, receipt: clean.receipt } };
  }
  if (held === null) throw new Error('no file is open');
  switch (request.kind) {
    case 'decode': {
      held.image = await decodeFile(held.bytes, held.name);
      const { frame: _, ...image } = held.image;
      return { ok: true, kind: 'image', image };
    }
    case 'frame': {
      if (held.image === null) throw new Error('the file was not decoded');
      const frame = await held.image.frame(request.index);
      // What a data set says about its images (window, rescale, spacing of a PNG) completes what the file says.
      const told = held.told === null ? frame : { ...frame, format: { ...frame.format, ...held.told } }, { voiTable, overlays } = told;
      return {
        ok: true, kind: 'frame', format: told.format, plane: told.plane, number: told.number, pixels: await pixelBlob(told), thumbnail: thumbnail(told),
        voiTable: voiTable === null ? null : { first: voiTable.first, bits: voiTable.bits, name: voiTable.name, entries: voiTable.values.length, values: await pixelBlob({ samples: voiTable.values }) },
        overlays: await Promise.all(overlays.map(async ({ bits, ...place }) => ({ ...place, bits: await pixelBlob({ samples: bits }) }))),
      };
    }
    case 'keep': {
      try {
        const file = await open(request.to, 'wx');
        try { await file.writeFile(held.bytes); await file.sync(); } finally { await file.close(); }
      } catch (cause) {
        if (isDiskFull(cause)) throw new AppError('disk-full', 'The disk is full: an image could not be stored.', { cause });
        throw cause;
      }
      return { ok: true, kind: 'kept' };
    }
    case 'close': held = null; return { ok: true, kind: 'closed' };
  }
}

parentPort?.on('message', (message: unknown) => {
  void answer(workerRequest.parse(message)).catch((error: unknown): WorkerAnswer => ({ ok: false, error: toWireError(error) })).then((a) => parentPort?.postMessage(a));
});
