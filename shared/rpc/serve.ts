// The serving end: validates each input and output, runs the method, streams its events, and stops it when the caller
// cancels or goes away. Errors cross as code and sentence, never as stack or "[object Object]".
import { AppError, toWireError } from '../errors.ts';
import type { Contract, Service } from './contract.ts';
import { message, type Message } from './message.ts';
import type { Pipe } from './pipe.ts';

export interface ServeOptions { /** Called with bugs (not AppErrors), for the log. */ readonly onBug?: (error: unknown, method: string) => void }

/** Serves until the pipe closes; running calls are then aborted. */
export function serve<C extends Contract>(contract: C, service: Service<C>, pipe: Pipe, options: ServeOptions = {}): void {
  const running = new Map<number, AbortController>();
  const send = (m: Message): void => pipe.send(m);

  async function call(id: number, method: string, input: unknown): Promise<void> {
    const aborter = new AbortController();
    running.set(id, aborter);
    try {
      const schema = Object.hasOwn(contract, method) ? contract[method] : undefined;
      const run = service[method];
      if (schema === undefined || run === undefined) throw new AppError('invalid-message', `There is no method ${method}.`);
      const parsed = schema.input.safeParse(input);
      if (!parsed.success) throw new AppError('invalid-message', `${method}: ${firstIssue(parsed.error)}`);
      // A running call may outlive its caller's interest by one step; its late events are dropped.
      const emit = (event: unknown): void => { if (running.has(id) && !aborter.signal.aborted) send({ kind: 'event', id, event }); };
      // The schema has just checked that the input is this method's; the compiler cannot know which method it is.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const output: unknown = await run(parsed.data as never, { signal: aborter.signal, emit });
      const checked = schema.output.safeParse(output);
      if (!checked.success) throw new Error(`${method} answered against its contract: ${firstIssue(checked.error)}`);
      send({ kind: 'done', id, output: checked.data });
    } catch (error) {
      if (!(error instanceof AppError) && !aborter.signal.aborted) options.onBug?.(error, method);
      send({ kind: 'failed', id, error: aborter.signal.aborted ? { code: 'cancelled', message: 'The call was cancelled.' } : toWireError(error) });
    } finally {
      running.delete(id);
    }
  }

  pipe.receive((raw) => {
    const parsed = message.safeParse(raw);
    if (!parsed.success) return;
    if (parsed.data.kind === 'call') void call(parsed.data.id, parsed.data.method, parsed.data.input);
    else if (parsed.data.kind === 'cancel') running.get(parsed.data.id)?.abort();
  }, () => { for (const aborter of running.values()) aborter.abort(); });
}

function firstIssue(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  const issue = error.issues[0];
  return issue === undefined ? 'invalid' : `${issue.path.map(String).join('.') || 'input'}: ${issue.message}`;
}
