// How a failure looks: what happened, in its own sentence, and what to do next. The sentence is English, wherever it
// was made; on a page in another language it comes last, as a detail.
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { toWireError, type ErrorCode, type WireError } from '../../shared/errors.ts';
import { errorWords } from '../words/errors.ts';

export function Failure({ error, children }: { error: unknown; children?: ReactNode }): ReactNode {
  const language = useLocale();
  const { code, message }: WireError = isWire(error) ? error : toWireError(error);
  const { title, remedy } = errorWords(language, code);
  // A person who stopped something needs no alarm; these two have nothing to add to their title.
  const stopped = code === 'cancelled', bare = stopped || code === 'disconnected';
  return (
    <div className={stopped ? 'notice' : 'notice bad'} role={stopped ? 'status' : 'alert'}>
      <div className="grow"><strong>{title}</strong>{!bare && language === 'en' && <p>{message}</p>}<p className="muted">{remedy}</p>{!bare && language !== 'en' && <HostSentence>{message}</HostSentence>}</div>{children}
    </div>
  );
}
const isWire = (e: unknown): e is WireError => typeof e === 'object' && e !== null && !(e instanceof Error) && 'code' in e && 'message' in e;

/** A failure said in passing, or a sentence of the page itself. */
export function Notice({ notice }: { notice: WireError | string }): ReactNode {
  const language = useLocale();
  if (typeof notice === 'string' || language === 'en') return typeof notice === 'string' ? notice : notice.message;
  const { title, remedy } = errorWords(language, notice.code);
  return <><strong>{title}</strong><p>{remedy}</p><HostSentence>{notice.message}</HostSentence></>;
}

/** After a word of its own, in a table; of an older run the code may be unknown. */
export function FailureInLine({ code, message }: { code: ErrorCode | null; message: string }): ReactNode {
  const language = useLocale();
  const remedy = code === null ? '' : errorWords(language, code).remedy;
  return language === 'en' ? <span className="muted">: {message} {remedy}</span> : <><span className="muted">：{remedy}</span><HostSentence>{message}</HostSentence></>;
}

/** What only the host can say, in the language it says it. */
export const HostSentence = ({ children }: { children: ReactNode }): ReactNode => <p className="faint" lang="en">{children}</p>;
