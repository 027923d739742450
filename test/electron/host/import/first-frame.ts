// A file opened and its first frame with what the file says: what most tests of decoders look at.
import { decodeFile } from '../../../../electron/host/import/decode.ts';
import type { DecodedFrame, ImageFile } from '../../../../electron/host/import/decoded-image.ts';

export async function firstFrame(bytes: Uint8Array, name = 'file'): Promise<Omit<ImageFile, 'frame'> & DecodedFrame> {
  const { frame, ...about } = await decodeFile(bytes, name);
  return { ...about, ...await frame(0) };
}
/** Every frame, as an importer asks for them. */
export async function allFrames(bytes: Uint8Array, name = 'file'): Promise<DecodedFrame[]> {
  const file = await decodeFile(bytes, name), out: DecodedFrame[] = [];
  for (let i = 0; i < file.frames; i++) out.push(await file.frame(i));
  return out;
}
