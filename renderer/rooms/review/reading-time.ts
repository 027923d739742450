// Time spent on a case, idle time left out: a minute without a key or the pointer does not count.
import { useEffect, useState } from 'react';

const idleAfter = 60_000;

/** Seconds since `key` changed in which somebody was at work. */
export function useReadingTime(key: string | null): number {
  const [seconds, setSeconds] = useState(0);
  const [known, setKnown] = useState(key);
  if (known !== key) { setKnown(key); setSeconds(0); }
  useEffect(() => {
    let active = performance.now();
    const seen = (): void => { active = performance.now(); };
    const tick = setInterval(() => { if (!document.hidden && performance.now() - active < idleAfter) setSeconds((s) => s + 1); }, 1000);
    for (const kind of ['keydown', 'pointermove', 'wheel'] as const) window.addEventListener(kind, seen, { passive: true });
    return () => { clearInterval(tick); for (const kind of ['keydown', 'pointermove', 'wheel'] as const) window.removeEventListener(kind, seen); };
  }, [key]);
  return seconds;
}
