// How the page says times, shares and file sizes.

/** 95 -> "1:35"; 3700 -> "1:01:40". */
export function clock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds)), two = (n: number): string => String(n).padStart(2, '0');
  return s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** 8 -> "8 s left"; 150 -> "3 min left"; null -> "". Rounded up: nobody minds being done early. */
export function timeLeft(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '';
  return `${duration(seconds)} left`;
}
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** 0.123 -> "12 %" */
export const percent = (share: number): string => `${Math.round(100 * share)} %`;
/** Points of a difference with its sign and a true minus: 0.042 -> "+4.2", -0.031 -> "−3.1", 0 -> "0.0". */
export function points(difference: number): string {
  const shown = (100 * difference).toFixed(1);
  return Number(shown) === 0 ? '0.0' : Number(shown) > 0 ? `+${shown}` : shown.replace('-', '−');
}
/** 1, "case" -> "1 case"; 3 -> "3 cases". */
export const count = (n: number, noun: string, plural = `${noun}s`): string => `${n.toLocaleString('en')} ${n === 1 ? noun : plural}`;

/** Local date and time of an ISO instant: "2026-03-14 09:05". */
export function when(iso: string): string {
  const d = new Date(iso), two = (n: number): string => String(n).padStart(2, '0');
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}`;
}
