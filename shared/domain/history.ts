// Undo and redo over the journal: nothing is taken back, the reverse is appended. What can be undone follows from the
// commands alone, so it survives restarts and a wiped working copy.
import type { Command, CommandName } from './command.ts';
import { reverseDiff, type Diff } from './diff.ts';

const reviewCommands: ReadonlySet<CommandName> = new Set<CommandName>([
  'acceptRegion', 'acceptRemaining', 'editRegion', 'rejectRegion', 'ignoreRegion', 'addRegion', 'copyRegion', 'interpolateRegion', 'followRegion', 'removeRegion',
  'writeNote', 'resolveNote', 'reopenNote', 'removeNote', 'addMeasurement', 'changeMeasurement', 'removeMeasurement', 'setPriority', 'captionCase', 'signOffCase', 'reopenCase', 'decidePlaces',
]);

/** What is neither undone nor ends what can be: that somebody read the case. */
const passing: ReadonlySet<CommandName> = new Set<CommandName>(['storeReading']);

/** The stacks of one case's commands, oldest first in, newest last out. New proposals end what came before them. */
export function historyOf(commands: readonly Command[]): { undo: Command | null; redo: Command | null } {
  let done: Command[] = [];
  let undone: Command[] = [];
  /** Undone, and not to be done again since something else was done: unless a window asked for it before it knew. */
  let left: Command[] = [];
  for (const c of commands) {
    if (c.name === 'undo') undone.push(...taken(done, c.of));
    else if (c.name === 'redo') { const again = taken(undone, c.of); done.push(...(again.length > 0 || c.of === null ? again : taken(left, c.of))); }
    else if (passing.has(c.name)) continue;
    else if (reviewCommands.has(c.name)) { done.push(c); left.push(...undone); undone = []; }
    else { done = []; undone = []; left = []; }
  }
  return { undo: done.at(-1) ?? null, redo: undone.at(-1) ?? null };
}

/** The command named, off the stack. It is not always the last: of two windows on one case, one undoes while the other goes on. */
function taken(stack: Command[], of: string | null): Command[] {
  const at = of === null ? stack.length - 1 : stack.findLastIndex((c) => c.id === of);
  return at < 0 ? [] : stack.splice(at, 1);
}

export const undoDiff = (command: Command): Diff => reverseDiff(command.diff);
export const redoDiff = (command: Command): Diff => command.diff;
