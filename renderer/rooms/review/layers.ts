// Which regions are seen and which can be changed by hand, while a case is on the page. A way of looking, not a decision:
// it is never stored.
import { useMemo, useState } from 'react';

export interface Layers {
  readonly isShown: (id: string) => boolean;
  readonly isHidden: (id: string) => boolean;
  /** A locked region keeps its outline; what is said about it can change. */
  readonly isLocked: (id: string) => boolean;
  readonly alone: string | null;
  readonly hide: (id: string) => void;
  readonly lock: (id: string) => void;
  readonly solo: (id: string) => void;
}

const toggled = (all: ReadonlySet<string>, id: string): ReadonlySet<string> => (all.has(id) ? new Set([...all].filter((a) => a !== id)) : new Set([...all, id]));

export function useLayers(): Layers {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set()), [locked, setLocked] = useState<ReadonlySet<string>>(new Set()), [alone, setAlone] = useState<string | null>(null);
  return useMemo(() => ({
    isShown: (id) => (alone === null ? !hidden.has(id) : alone === id), isHidden: (id) => hidden.has(id), isLocked: (id) => locked.has(id), alone,
    hide: (id) => setHidden((h) => toggled(h, id)), lock: (id) => setLocked((l) => toggled(l, id)), solo: (id) => setAlone((a) => (a === id ? null : id)),
  }), [hidden, locked, alone]);
}
