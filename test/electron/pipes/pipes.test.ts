// One suite over every pipe: whatever carries the messages, a client sees the same answers, events, refusals and
// deaths. Processes, ports and sockets are real.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { connect } from '../../../shared/rpc/connect.ts';
import type { Client } from '../../../shared/rpc/contract.ts';
import type { Pipe } from '../../../shared/rpc/pipe.ts';
import { serve } from '../../../shared/rpc/serve.ts';
import { childPipe } from '../../../electron/pipes/child-process.ts';
import { emitterPortPipe, eventData, type EmitterPort } from '../../../electron/pipes/message-port.ts';
import { webSocketPipe } from '../../../electron/pipes/web-socket.ts';
import { exampleContract, exampleService, type ExampleContract } from './example-service.ts';

interface Connection {
  readonly pipe: Pipe;
  /** Ends the serving side without a word. */
  readonly killServer: () => void;
  /** Ends the calling side and answers how many running calls the server aborted because of it. */
  readonly killClient: () => Promise<number>;
  readonly bugs: unknown[];
}
const endings: (() => unknown)[] = [];
afterEach(async () => { for (const end of endings.splice(0)) await end(); });

async function overChild(): Promise<Connection> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./example-child.ts', import.meta.url)), [], { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(child, 'spawn');
  endings.push(() => child.kill('SIGKILL'));
  return {
    pipe: childPipe(child), bugs: [], killServer: () => { child.kill('SIGKILL'); },
    killClient: async () => { child.disconnect(); const [code] = await once(child, 'exit'); return Number(code); },
  };
}

/** Serves on a pipe of this process and counts the aborted calls. */
function serveHere(pipe: Pipe): { aborted: Promise<void>; count: () => number; bugs: unknown[] } {
  let count = 0;
  const bugs: unknown[] = [];
  const aborted = new Promise<void>((resolve) => serve(exampleContract, exampleService(() => { count++; resolve(); }), pipe, { onBug: (error) => bugs.push(error) }));
  return { aborted, count: () => count, bugs };
}

async function overPort(wrap: (port: EmitterPort) => Pipe): Promise<Connection> {
  const { port1, port2 } = new MessageChannel();
  endings.push(() => { port1.close(); port2.close(); });
  const server = serveHere(wrap(port1));
  return { pipe: wrap(port2), bugs: server.bugs, killServer: () => port1.close(), killClient: async () => { port2.close(); await server.aborted; return server.count(); } };
}
const nodePort = (port: EmitterPort): Pipe => emitterPortPipe(port);
/** Electron's MessagePortMain delivers { data } events; nothing else differs in what the pipe uses. */
const electronPort = (port: EmitterPort): Pipe => emitterPortPipe({
  postMessage: (m) => port.postMessage(m), start: () => port.start?.(), close: () => port.close?.(),
  on: (event: 'message' | 'close', listener: (message: unknown) => void) => (event === 'message' ? port.on('message', (data) => listener({ data })) : port.on('close', () => listener(undefined))),
}, eventData);

async function overWebSocket(): Promise<Connection> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [socket] = await accepted as [WebSocket];
  const serving = serveHere(webSocketPipe(socket));
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
  endings.push(() => { client.terminate(); for (const s of server.clients) s.terminate(); server.close(); });
  return { pipe: webSocketPipe(client), bugs: serving.bugs, killServer: () => socket.terminate(), killClient: async () => { client.terminate(); await serving.aborted; return serving.count(); } };
}

const pipes: Record<string, () => Promise<Connection>> = {
  'child process': overChild, 'Node MessagePort': () => overPort(nodePort), 'Electron-style MessagePort': () => overPort(electronPort), WebSocket: overWebSocket,
};

describe.each(Object.entries(pipes))('RPC over %s', (carrier, open) => {
  const start = async (): Promise<Connection & { client: Client<ExampleContract> & { close(): void } }> => {
    const connection = await open();
    return { ...connection, client: connect(exampleContract, connection.pipe) };
  };

  it('answers calls, also many at once, each with its own', async () => {
    const { client } = await start();
    const names = Array.from({ length: 50 }, (_, i) => `reader ${i}`);
    const answers = await Promise.all(names.map((name) => client.greet({ name })));
    expect(answers.map((a) => a.greeting)).toEqual(names.map((n) => `Good day, ${n}`));
  });

  it('carries typed arrays both ways, kinds and bits kept', async () => {
    const { client } = await start();
    const sent = {
      float32: Float32Array.of(0.1, -0, NaN, Infinity, 3.4e38), float64: Float64Array.of(Math.PI, Number.MIN_VALUE), uint8: Uint8Array.of(0, 255, 7), uint16: Uint16Array.of(0, 65535, 258),
      int16: Int16Array.of(-32768, 32767, -1), int32: Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
    };
    expect(await client.mirror(sent)).toEqual(sent);
    const { values } = await client.double({ values: new Float32Array(100_000).fill(1.5) });
    expect(values).toHaveLength(100_000);
    expect(values.every((v) => v === 3)).toBe(true);
    // A part of a larger buffer: only the part travels.
    expect((await client.double({ values: Float32Array.of(9, 1, 2, 9).subarray(1, 3) })).values).toEqual(Float32Array.of(2, 4));
  });

  it('refuses a wrong input at the server, with the field that is wrong', async () => {
    const { client } = await start();
    await expect(client.greet({ name: '' })).rejects.toMatchObject({ name: 'AppError', code: 'invalid-message', message: expect.stringContaining('name') });
    await expect(client.greet(JSON.parse('{"name":4}'))).rejects.toMatchObject({ code: 'invalid-message' });
    // The service still answers.
    expect(await client.greet({ name: 'A' })).toEqual({ greeting: 'Good day, A' });
  });

  it('does not answer methods outside the contract, and no message that is none', async () => {
    const { pipe } = await open();
    const answers: unknown[] = [];
    const answered = new Promise<void>((resolve) => pipe.receive((m) => { answers.push(m); if (answers.length === 4) resolve(); }, () => undefined));
    for (const nonsense of [{}, { kind: 'call' }, { kind: 'call', id: 'x', method: 'greet', input: {} }, { kind: 'done', id: 1, output: {} }, [], { kind: 'cancel', id: 99 }]) pipe.send(nonsense);
    for (const [i, method] of ['toString', 'constructor', '__proto__', 'nothing'].entries()) pipe.send({ kind: 'call', id: i + 1, method, input: {} });
    await answered;
    expect(answers).toEqual([1, 2, 3, 4].map((id) => expect.objectContaining({ kind: 'failed', id, error: expect.objectContaining({ code: 'invalid-message' }) })));
  });

  it('sends progress in order, and only to the call it belongs to', async () => {
    const { client } = await start();
    const seen: [string, number, Float32Array][] = [];
    const [a, b] = await Promise.all([
      client.count({ to: 20 }, { onEvent: (e) => seen.push(['a', e.at, e.values]) }),
      client.count({ to: 10 }, { onEvent: (e) => seen.push(['b', e.at, e.values]) }),
    ]);
    expect([a.counted, b.counted]).toEqual([20, 10]);
    for (const [who, to] of [['a', 20], ['b', 10]] as const) {
      expect(seen.filter(([w]) => w === who)).toEqual(Array.from({ length: to }, (_, i) => [who, i + 1, Float32Array.of(i + 1, -i - 1)]));
    }
  });

  it('cancels a running call and leaves the others alone', async () => {
    const { client } = await start();
    const stop = new AbortController();
    let waiting: Promise<unknown> = Promise.resolve();
    await new Promise<void>((begun) => { waiting = client.wait({}, { signal: stop.signal, onEvent: () => begun() }); waiting.catch(() => undefined); });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(await client.aborted({})).toEqual({ times: 1 });
    const before = new AbortController();
    before.abort();
    await expect(client.greet({ name: 'A' }, { signal: before.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('tells expected failures by code and bugs as internal', async () => {
    const { client, bugs } = await start();
    await expect(client.refuse({})).rejects.toMatchObject({ code: 'not-found', message: 'There is no such study.' });
    await expect(client.crash({})).rejects.toMatchObject({ code: 'internal', message: 'a bug' });
    await expect(client.lie({})).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('against its contract') });
    if (carrier !== 'child process') expect(bugs).toHaveLength(2);
  });

  it('rejects open and later calls as disconnected when the other side dies', async () => {
    const { client, killServer } = await start();
    const open = [client.wait({}), client.wait({})];
    const ended = Promise.allSettled(open);
    killServer();
    for (const result of await ended) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'disconnected' } });
    await expect(client.greet({ name: 'A' })).rejects.toMatchObject({ code: 'disconnected' });
  });

  it('rejects open calls as disconnected when this side closes', async () => {
    const { client } = await start();
    const ended = Promise.allSettled([client.wait({})]);
    client.close();
    expect(await ended).toMatchObject([{ status: 'rejected', reason: { code: 'disconnected' } }]);
  });

  it('does nothing when something is sent after the close', async () => {
    const { pipe, client } = await start();
    client.close();
    for (let i = 0; i < 3; i++) expect(() => pipe.send({ kind: 'call', id: i, method: 'greet', input: { name: 'A' } })).not.toThrow();
    await expect(client.greet({ name: 'A' })).rejects.toMatchObject({ code: 'disconnected' });
    expect(() => pipe.close()).not.toThrow();
  });

  it('stops what runs at the server when the caller goes away', async () => {
    const { client, killClient } = await start();
    await new Promise<void>((begun) => { client.wait({}, { onEvent: () => begun() }).catch(() => undefined); });
    expect(await killClient()).toBe(1);
  });
});

describe('The WebSocket pipe against what is no frame', () => {
  it.each([['text', 'hello'], ['too short', Uint8Array.of(1)], ['a head longer than the frame', Uint8Array.of(255, 255, 255, 127, 1)], ['no JSON', Uint8Array.of(2, 0, 0, 0, 65, 66)]])('closes the connection on %s and lives on', async (_what, data) => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    server.on('connection', (s) => serveHere(webSocketPipe(s)));
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    endings.push(() => { client.terminate(); server.close(); });
    await once(client, 'open');
    client.send(data);
    const [code] = await once(client, 'close');
    expect(code).toBe(1003);
  });

  it('takes a broken WebSocket frame as the end of the connection, not of the program', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const closed = new Promise<void>((resolve) => { server.on('connection', (s) => webSocketPipe(s).receive(() => undefined, resolve)); });
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    endings.push(() => { client.terminate(); server.close(); });
    await once(client, 'open');
    // Reserved bits set and not masked: no client may send this (RFC 6455, 5.2).
    Reflect.get(client, '_socket').write(Uint8Array.of(0xf2, 0x01, 0x00));
    await once(client, 'close');
    await expect(closed).resolves.toBeUndefined();
  });
});
