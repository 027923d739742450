// This process's resident memory in bytes, now and at most; null where the system does not tell.
import { readFileSync } from 'node:fs';

export function peakMemory(): { readonly now: number; readonly most: number } | null {
  if (process.platform !== 'linux') return null;
  const status = readFileSync('/proc/self/status', 'utf8'), kilobytes = (name: string): number => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return { now: kilobytes('VmRSS'), most: kilobytes('VmHWM') };
}
