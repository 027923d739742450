// A job that can be held: it asks at its steps whether it may go on, and waits until it may.
export class Pause {
  #held: { readonly over: Promise<void>; readonly end: () => void } | null = null;

  set(paused: boolean): void {
    if (paused && this.#held === null) { const { promise, resolve } = Promise.withResolvers<undefined>(); this.#held = { over: promise, end: () => resolve(undefined) }; }
    else if (!paused) { this.#held?.end(); this.#held = null; }
  }
  readonly wait = (): Promise<void> => this.#held?.over ?? Promise.resolve();
}
