// A few decode workers. A file that takes longer than its limit, or that crashes its decoder, costs its worker, which is
// replaced, and nothing else.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { PixelFormat } from '../../../shared/domain/case.ts';
import { AppError } from '../../../shared/errors.ts';
import { unpacked } from '../../own-files.ts';
import { workerAnswer, type Clean, type Deidentification, type StoredAbout, type StoredFrame, type WorkerRequest } from './decode-messages.ts';

/** Files after which a worker is replaced: whatever decoders forget to give back goes with it. */
const lifetime = 1000;
/** Milliseconds for one answer: opening a file, or one of its frames. */
const limit = 30_000;

/** A file in the hands of a worker. Its owner must close it. AppError as decodeFile's, 'unreadable-file' when the decoder crashed or took too long, 'cancelled' when the pool was closed. */
export interface OpenFile {
  readonly sha256: string;
  readonly size: number;
  /** What de-identification made of it; null where none was asked for. */
  readonly clean: Clean | null;
  readonly decode: () => Promise<StoredAbout>;
  readonly frame: (index: number) => Promise<StoredFrame>;
  /** Writes the file to a path that is not there yet; durable when it answers. */
  readonly keep: (to: string) => Promise<void>;
  readonly close: () => void;
}

export class DecodePool {
  readonly #all = new Set<Worker>();
  readonly #idle: Worker[] = [];
  readonly #opened = new WeakMap<Worker, number>();
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly size = Math.max(1, Math.min(4, availableParallelism()));
  readonly #limit: number;
  constructor(milliseconds = limit) { this.#limit = milliseconds; }

  /** The entry lies beside this file, as source in a checkout and as a bundle in the installed program. */
  #start(): Worker {
    // A package beneath the TIFF reader takes a worker without data for one of its own.
    const worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './decode-worker.ts' : './decode-worker.mjs', unpacked(import.meta.url)), { workerData: {} });
    this.#all.add(worker);
    worker.on('exit', () => { this.#all.delete(worker); });
    return worker;
  }

  async #take(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.size < this.size) return this.#start();
    return new Promise((resolve) => { this.#waiting.push(resolve); });
  }
  /** Takes a worker back that has done its file. */
  #give(worker: Worker): void {
    if ((this.#opened.get(worker) ?? 0) >= lifetime) { this.#all.delete(worker); void worker.terminate(); if (this.#waiting.length === 0) return; this.#give(this.#start()); return; }
    const next = this.#waiting.shift(); if (next === undefined) this.#idle.push(worker); else next(worker);
  }

  async open(path: string, name: string, told: Partial<PixelFormat> | null = null, deidentify: Deidentification | null = null): Promise<OpenFile> {
    const worker = await this.#take();
    this.#opened.set(worker, (this.#opened.get(worker) ?? 0) + 1);
    let lost = false, closed = false;
    const ask = <K extends string>(request: WorkerRequest, kind: K): Promise<Extract<ReturnType<typeof workerAnswer.parse>, { kind: K }>> => new Promise((resolve, reject) => {
      if (lost || closed) { reject(new AppError('cancelled', `${name} is not open any more.`)); return; }
      const replace = (sentence: string, cause?: unknown): void => { done(); lost = true; this.#all.delete(worker); void worker.terminate(); this.#give(this.#start()); reject(new AppError('unreadable-file', sentence, { cause })); };
      const timer = setTimeout(() => replace(`${name} took more than ${this.#limit / 1000} seconds to decode and was given up.`), this.#limit);
      const onMessage = (message: unknown): void => {
        done();
        const parsed = workerAnswer.safeParse(message);
        if (!parsed.success) reject(new AppError('unreadable-file', `${name} says something about its image that cannot be.`, { cause: parsed.error }));
        else if (!parsed.data.ok) reject(new AppError(parsed.data.error.code, parsed.data.error.message));
        else if (isOf(parsed.data, kind)) resolve(parsed.data);
        else reject(new Error(`a decode worker answered '${parsed.data.kind}' where '${kind}' was asked`));
      };
      const onError = (cause: unknown): void => replace(`The decoder crashed on ${name}.`, cause);
      const onExit = (): void => { done(); lost = true; reject(new AppError('cancelled', `${name} was not decoded: the program is closing.`)); };
      const done = (): void => { clearTimeout(timer); worker.off('message', onMessage); worker.off('error', onError); worker.off('exit', onExit); };
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.on('exit', onExit);
      worker.postMessage(request);
    });
    const close = (): void => { if (closed) return; const whole = !lost; closed = true; if (whole) { worker.once('message', () => this.#give(worker)); worker.postMessage({ kind: 'close' } satisfies WorkerRequest); } };
    try {
      const { sha256, size, clean } = await ask({ kind: 'open', path, name, told: told === null ? null : { ...told }, deidentify }, 'opened');
      return {
        sha256, size, clean, close,
        decode: async () => (await ask({ kind: 'decode' }, 'image')).image,
        frame: (index) => ask({ kind: 'frame', index }, 'frame'),
        keep: async (to) => { await ask({ kind: 'keep', to }, 'kept'); },
      };
    } catch (error) {
      close();
      throw error;
    }
  }

  async close(): Promise<void> { this.#idle.length = 0; await Promise.all([...this.#all].map((w) => w.terminate())); }
}

type Answered = Exclude<ReturnType<typeof workerAnswer.parse>, { ok: false }>;
const isOf = <K extends string>(answer: Answered, kind: K): answer is Extract<Answered, { kind: K }> => answer.kind === kind;
