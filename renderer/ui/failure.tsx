// How a failure looks: what happened, in its own sentence, and what to do next.
import type { ReactNode } from 'react';
import { describeError, toWireError, type WireError } from '../../shared/errors.ts';

export function Failure({ error, children }: { error: unknown; children?: ReactNode }): ReactNode {
  const { code, message }: WireError = isWire(error) ? error : toWireError(error);
  const { title, remedy } = describeError(code);
  return <div className="notice bad" role="alert"><div className="grow"><strong>{title}</strong><p>{message}</p><p className="muted">{remedy}</p></div>{children}</div>;
}
const isWire = (e: unknown): e is WireError => typeof e === 'object' && e !== null && !(e instanceof Error) && 'code' in e && 'message' in e;
