// The few globals that Node and the browser have in common and that shared/ uses; it has the types of neither.
interface AbortSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
interface AbortController { readonly signal: AbortSignal; abort(): void }
declare var AbortController: { new (): AbortController };
