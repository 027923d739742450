// What carries messages: a MessagePort, a child process, a WebSocket. A message is any structured-cloneable value
// (the WebSocket pipe frames typed arrays itself). Sending after close does nothing: the other side may be gone at
// any moment, and who waits for an answer learns it through `onClose`.
export interface Pipe {
  send(message: unknown): void;
  /** Registers the one receiver. `onClose` is called once, also when the other side dies. */
  receive(onMessage: (message: unknown) => void, onClose: () => void): void;
  close(): void;
}
