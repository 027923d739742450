// One visit to one case, as it goes on: the clock that runs while somebody is at work, and what the time went on. A pause
// of a minute and more counts for nothing; so does time in which the page is not in sight.
import type { CommandName } from '../../shared/domain/command.ts';
import type { ReadingRow } from '../../shared/domain/reading.ts';

/** Milliseconds without a key or the pointer after which nobody is taken to be reading. */
export const idleAfter = 60_000;

/** All times are epoch milliseconds and never run backwards. */
export class Visit {
  readonly id: string;
  readonly caseId: string;
  readonly #reader: string;
  readonly #from: number;
  #last: number;
  #away = false;
  #active = 0;
  #region: string | null = null;
  #keys = 0;
  #clicks = 0;
  #assisted = false;
  readonly #regions = new Map<string, number>();
  readonly #actions = new Map<CommandName, number>();

  constructor(id: string, caseId: string, reader: string, now: number) { this.id = id; this.caseId = caseId; this.#reader = reader; this.#from = now; this.#last = now; }

  /** A key, the pointer or the wheel: somebody is there. */
  present(now: number): void {
    const passed = this.#passed(now);
    this.#active += passed;
    if (this.#region !== null && passed > 0) this.#regions.set(this.#region, (this.#regions.get(this.#region) ?? 0) + passed);
    this.#last = Math.max(now, this.#last);
    this.#away = false;
  }
  /** The page went out of sight; the next sign of presence begins anew. */
  away(now: number): void { this.present(now); this.#away = true; }
  /** Another region was chosen, or none. */
  attend(region: string | null, now: number): void { this.present(now); this.#region = region; }
  pressed(what: 'key' | 'click', now: number): void { this.present(now); if (what === 'key') this.#keys++; else this.#clicks++; }
  commanded(name: CommandName, now: number): void { this.present(now); this.#actions.set(name, (this.#actions.get(name) ?? 0) + 1); }
  /** Proposals were in sight. */
  assisted(): void { this.#assisted = true; }

  /** Milliseconds at work until now. */
  active(now: number): number { return this.#active + this.#passed(now); }
  #passed(now: number): number { const gap = now - this.#last; return this.#away || gap >= idleAfter || gap < 0 ? 0 : gap; }

  /** The visit as it is kept; null where it was under a second and nothing was done. */
  row(now: number): ReadingRow | null {
    const open = this.#passed(now), seconds = (ms: number): number => Math.round(ms / 100) / 10;
    if (this.#active + open < 1000 && this.#actions.size === 0) return null;
    const regions = new Map(this.#regions);
    if (this.#region !== null) regions.set(this.#region, (regions.get(this.#region) ?? 0) + open);
    return {
      table: 'readings', id: this.id, caseId: this.caseId, reader: this.#reader, from: new Date(this.#from).toISOString(), to: new Date(Math.max(now, this.#last)).toISOString(), active: seconds(this.#active + open),
      regions: Object.fromEntries([...regions].filter(([, ms]) => ms >= 50).map(([id, ms]) => [id, seconds(ms)])), actions: Object.fromEntries(this.#actions), keys: this.#keys, clicks: this.#clicks, assisted: this.#assisted,
    };
  }
}
