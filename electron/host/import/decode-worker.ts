// A worker that turns one file's bytes into what is stored of it. Decoders run here so that a slow or hanging one
// stops neither the host nor the other files.
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { toWireError } from '../../../shared/errors.ts';
import { decodeFile } from './decode.ts';
import { pixelBlob, thumbnail } from './pixel-blob.ts';

const request = z.object({ bytes: z.custom<Uint8Array>((v) => v instanceof Uint8Array), name: z.string(), format: z.record(z.string(), z.unknown()).nullable() });

parentPort?.on('message', (message: unknown) => {
  const { bytes, name, format } = request.parse(message);
  void decodeFile(bytes, name).then(async (image) => {
    // What a data set says about its images (window, rescale, spacing of a PNG) completes what the file says.
    const told = format === null ? image : { ...image, format: { ...image.format, ...format } };
    const { samples: _, ...rest } = told;
    parentPort?.postMessage({ ok: true, image: rest, pixels: await pixelBlob(told), thumbnail: thumbnail(told) });
  }).catch((error: unknown) => parentPort?.postMessage({ ok: false, error: toWireError(error) }));
});
