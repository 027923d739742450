// A few decode workers. A file that takes longer than its limit costs its worker, which is replaced, and nothing else.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { pixelFormat, type PixelFormat } from '../../../shared/domain/case.ts';
import { seriesPlace } from '../../../shared/domain/series.ts';
import { AppError, wireError } from '../../../shared/errors.ts';
import { unpacked } from '../../own-files.ts';

const bytes = z.custom<Uint8Array>((v) => v instanceof Uint8Array);
const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), pixels: bytes, thumbnail: bytes, image: z.object({ format: pixelFormat.omit({ blob: true }), modality: z.string(), patient: z.object({ key: z.string(), shown: z.string() }).nullable(), study: z.string(), acquisition: z.object({ manufacturer: z.string().nullable(), model: z.string().nullable(), institution: z.string().nullable() }).nullable(), series: seriesPlace.omit({ id: true }).extend({ uid: z.string() }).nullable(), frames: z.number() }) }),
  z.object({ ok: z.literal(false), error: wireError }),
]);
export type StoredImage = Omit<Extract<z.infer<typeof answer>, { ok: true }>, 'ok'>;

const limit = 30_000;

export class DecodePool {
  readonly #all = new Set<Worker>();
  readonly #idle: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #size = Math.max(1, Math.min(4, availableParallelism()));

  /** The entry lies beside this file, as source in a checkout and as a bundle in the installed program. */
  #start(): Worker {
    const worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './decode-worker.ts' : './decode-worker.mjs', unpacked(import.meta.url)));
    this.#all.add(worker);
    worker.on('exit', () => { this.#all.delete(worker); });
    return worker;
  }

  async #take(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.size < this.#size) return this.#start();
    return new Promise((resolve) => { this.#waiting.push(resolve); });
  }
  #give(worker: Worker): void { const next = this.#waiting.shift(); if (next === undefined) this.#idle.push(worker); else next(worker); }

  /** AppError as decodeFile's, 'unreadable-file' when the decoder crashed or took more than 30 seconds, 'cancelled' when the pool was closed. */
  async decode(file: Uint8Array, name: string, format: Partial<PixelFormat> | null = null): Promise<StoredImage> {
    const worker = await this.#take();
    return new Promise((resolve, reject) => {
      const replace = (sentence: string, cause?: unknown): void => { done(); this.#all.delete(worker); void worker.terminate(); this.#give(this.#start()); reject(new AppError('unreadable-file', sentence, { cause })); };
      const timer = setTimeout(() => replace(`${name} took more than ${limit / 1000} seconds to decode and was given up.`), limit);
      const onMessage = (message: unknown): void => {
        done();
        this.#give(worker);
        const parsed = answer.safeParse(message);
        if (!parsed.success) reject(new AppError('unreadable-file', `${name} says something about its image that cannot be.`, { cause: parsed.error }));
        else if (parsed.data.ok) resolve(parsed.data);
        else reject(new AppError(parsed.data.error.code, parsed.data.error.message));
      };
      const onError = (cause: unknown): void => replace(`The decoder crashed on ${name}.`, cause);
      const onExit = (): void => { done(); reject(new AppError('cancelled', `${name} was not decoded: the program is closing.`)); };
      const done = (): void => { clearTimeout(timer); worker.off('message', onMessage); worker.off('error', onError); worker.off('exit', onExit); };
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.on('exit', onExit);
      worker.postMessage({ bytes: file, name, format });
    });
  }

  async close(): Promise<void> { this.#idle.length = 0; await Promise.all([...this.#all].map((w) => w.terminate())); }
}
