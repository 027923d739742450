// The calling end: a client object with the contract's methods. Every open call fails with 'disconnected' when the
// pipe closes (or with `lost`, where the caller knows who was at the other end), so nobody waits for a dead process.
import { AppError } from '../errors.ts';
import type { CallOptions, Client, Contract } from './contract.ts';
import { message } from './message.ts';
import type { Pipe } from './pipe.ts';

interface Pending { readonly resolve: (value: unknown) => void; readonly reject: (error: AppError) => void; readonly onEvent: ((event: unknown) => void) | undefined; readonly method: string }

export function connect<C extends Contract>(contract: C, pipe: Pipe, lost: () => AppError = disconnected): Client<C> & { readonly close: () => void } {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let closed = false;

  pipe.receive((raw) => {
    const parsed = message.safeParse(raw);
    if (!parsed.success || parsed.data.kind === 'call' || parsed.data.kind === 'cancel') return;
    const m = parsed.data;
    const waiting = pending.get(m.id);
    if (waiting === undefined) return;
    const schema = contract[waiting.method];
    if (m.kind === 'event') {
      const event = schema?.event?.safeParse(m.event);
      if (event?.success === true) waiting.onEvent?.(event.data);
      return;
    }
    pending.delete(m.id);
    if (m.kind === 'failed') { waiting.reject(new AppError(m.error.code, m.error.message)); return; }
    const output = schema?.output.safeParse(m.output);
    if (output?.success === true) waiting.resolve(output.data);
    else waiting.reject(new AppError('invalid-message', `${waiting.method}: the answer was not understood.`));
  }, disconnect);

  function disconnect(): void {
    closed = true;
    for (const waiting of pending.values()) waiting.reject(lost());
    pending.clear();
  }

  const call = (method: string, input: unknown, options: CallOptions<unknown> = {}): Promise<unknown> => new Promise((resolve, reject) => {
    if (closed) { reject(lost()); return; }
    if (options.signal?.aborted === true) { reject(new AppError('cancelled', 'The call was cancelled.')); return; }
    const id = nextId++;
    const abort = (): void => pipe.send({ kind: 'cancel', id });
    const settle = (): void => options.signal?.removeEventListener('abort', abort);
    pending.set(id, { method, onEvent: options.onEvent, resolve: (value) => { settle(); resolve(value); }, reject: (error) => { settle(); reject(error); } });
    options.signal?.addEventListener('abort', abort, { once: true });
    pipe.send({ kind: 'call', id, method, input });
  });

  // Most pipes tell only the other side that they were closed; the open calls on this side end here.
  const client: Record<string, unknown> = { close: () => { pipe.close(); disconnect(); } };
  for (const method of Object.keys(contract)) client[method] = (input: unknown, options?: CallOptions<unknown>) => call(method, input, options);
  // The keys are the contract's own, and each answer is checked against the contract: the cast states just that.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return client as Client<C> & { readonly close: () => void };
}

const disconnected = (): AppError => new AppError('disconnected', 'The connection to the program was lost.');
