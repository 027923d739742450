// How much memory a step will take, told before it is taken: the values that live at once, and what the runtime adds to
// them, which is measured, not derived (`npm run bench:train` measures it again).
import { AppError } from '../../shared/errors.ts';
import type { Graph } from '../graph/graph.ts';
import { bytesOf, mostLiving } from '../graph/living.ts';

/** What is held for what lives: the arena grows in large pieces. Measured on the base network with 4 to 16 images. */
const heldForLiving = 1.1;
/** A node's place in the session, in bytes. */
const perNode = 14_000;

/** Bytes that a session of this graph adds to the process when it runs: values, constants (the file's and the session's), outputs, which are copied once more. */
export function predictPeak(graph: Graph): number {
  const constants = [...graph.initializers.values()].reduce((n, t) => n + t.data.byteLength, 0);
  const outputs = graph.outputs.reduce((n, v) => n + bytesOf(v), 0);
  return heldForLiving * mostLiving(graph) + 2 * constants + outputs + perNode * graph.nodes.length;
}

/** Bytes that this process may still take, a tenth left for the rest of the machine; container limits count. */
export const freeMemory = (): number => 0.9 * process.availableMemory();

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1)} GB`;

/**
 * AppError('does-not-fit') when a step over `images` needs more than `free` bytes; it names the largest batch that fits.
 * @param needs bytes of a step over so many images.
 */
export function assertFits(images: number, needs: (images: number) => number, free: number): void {
  const needed = needs(images);
  if (needed <= free) return;
  // What a step needs grows with its images, so the largest that fits is found by halving.
  let [fits, tooMany] = [0, images];
  while (tooMany - fits > 1) { const middle = (fits + tooMany) >> 1; if (needs(middle) <= free) fits = middle; else tooMany = middle; }
  const offer = fits === 0 ? 'Not even one image at a time would fit; train fewer weights (heads), or free memory.'
    : `${fits === 1 ? 'One image' : `${fits} images`} at a time would fit${images % fits === 0 ? `: a batch of ${fits} with ${images / fits} times the accumulation is the same step` : ''}.`;
  throw new AppError('does-not-fit', `A step over ${images} images needs about ${gigabytes(needed)} of memory, and ${gigabytes(free)} are free. ${offer}`);
}
