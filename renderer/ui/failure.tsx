// How a failure looks: what happened, in its own sentence, and what to do next.
import type { ReactNode } from 'react';
import { describeError, toWireError, type WireError } from '../../shared/errors.ts';

export function Failure({ error, children }: { error: unknown; children?: ReactNode }): ReactNode {
  const { code, message }: WireError = isWire(error) ? error : toWireError(error);
  const { title, remedy } = describeError(code);
  // A person who stopped something needs no alarm; these two have nothing to add to their title.
  const stopped = code === 'cancelled', bare = stopped || code === 'disconnected';
  return <div className={stopped ? 'notice' : 'notice bad'} role={stopped ? 'status' : 'alert'}><div className="grow"><strong>{title}</strong>{!bare && <p>{message}</p>}<p className="muted">{remedy}</p></div>{children}</div>;
}
const isWire = (e: unknown): e is WireError => typeof e === 'object' && e !== null && !(e instanceof Error) && 'code' in e && 'message' in e;
