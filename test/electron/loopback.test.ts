// The web host's door: who may speak to it, how often the entry address opens, and that no path leads out of its
// folders. Requests are written by hand where a client library would put them right.
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startLoopback, type Loopback } from '../../electron/loopback.ts';
import { webSocketPipe } from '../../electron/pipes/web-socket.ts';
import { hostContract } from '../../shared/contracts/host.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { baseBundle } from './host/open-host.ts';
import { temporaryFolder } from './temporary.ts';

let folder = '', running: Loopback, other: Loopback, cookie = '';
const secret = 'a file outside that nobody may read';

beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(path.join(folder, 'page', 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'page', 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(path.join(folder, 'page', 'assets', 'app.js'), 'export {};');
  // Beside the page, and a folder whose name begins like the page's.
  await writeFile(path.join(folder, 'secret.txt'), secret);
  await mkdir(path.join(folder, 'page-of-another'));
  await writeFile(path.join(folder, 'page-of-another', 'secret.txt'), secret);
  const start = (workspace: string): Promise<Loopback> => startLoopback({ workspace: path.join(folder, workspace), page: path.join(folder, 'page'), baseBundle, port: 0 });
  [running, other] = [await start('one'), await start('two')];
  await writeFile(path.join(folder, 'one', 'exports', 'set.jsonl'), '{}\n');
});
afterAll(async () => { await running.close(); await other.close(); });

interface Answer { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: string }
/** One request exactly as told: `path` is not normalised. */
function ask(o: { path: string; port?: number; method?: string; headers?: Readonly<Record<string, string>>; body?: string; withCookie?: boolean }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: o.port ?? running.port, path: o.path, method: o.method ?? 'GET', headers: { ...(o.withCookie === false ? {} : { cookie }), ...o.headers }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (c: Buffer) => chunks.push(c)).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() })).on('error', reject);
    });
    request.on('error', reject).end(o.body);
  });
}
/** Bytes as they are; answers what came back until the other side closed. */
async function raw(text: string): Promise<string> {
  const socket = net.connect(running.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (c) => chunks.push(c)).on('error', () => { /* told by close */ });
  socket.write(text, 'latin1');
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}
const alive = async (): Promise<number> => (await ask({ path: '/' })).status;
const entry = (l: Loopback): string => { const url = new URL(l.url); return url.pathname + url.search; };

describe('entry', () => {
  it('nothing without the cookie', async () => {
    for (const address of ['/', '/assets/app.js', '/blobs/' + 'a'.repeat(64), '/exports/set.jsonl']) expect((await ask({ path: address, withCookie: false })).status).toBe(401);
    expect((await ask({ path: '/uploads/x/y', method: 'PUT', body: 'z', withCookie: false })).status).toBe(401);
  });
  it('a wrong token is refused and does not use up the right one', async () => {
    for (const address of ['/enter', '/enter?t=', '/enter?t=wrong', `/enter?t=${'A'.repeat(32)}`, `/enter?x=${'A'.repeat(32)}`]) expect((await ask({ path: address, withCookie: false })).status).toBe(403);
    // Thirty-two letters of two bytes each: as many letters as the token has, not as many bytes.
    expect((await ask({ path: `/enter?t=${'%C3%A9'.repeat(32)}`, withCookie: false })).status).toBe(403);
  });
  it('the token opens once, for a cookie that no script reads and no other site sends', async () => {
    const first = await ask({ path: entry(running), withCookie: false });
    expect([first.status, first.headers.location]).toEqual([302, '/']);
    const set = first.headers['set-cookie']?.[0] ?? '';
    expect(set).toMatch(new RegExp(`^regionmed_${running.port}=[\\w-]{32}; HttpOnly; SameSite=Strict; Path=/$`));
    cookie = set.split(';')[0] ?? '';
    expect((await ask({ path: entry(running), withCookie: false })).status).toBe(403);
    expect(await alive()).toBe(200);
  });
  it('two hosts have their own ports, tokens and cookies', async () => {
    expect(other.port).not.toBe(running.port);
    expect((await ask({ path: '/', port: other.port })).status).toBe(401);
    expect((await ask({ path: entry(running), port: other.port, withCookie: false })).status).toBe(403);
    const set = (await ask({ path: entry(other), port: other.port, withCookie: false })).headers['set-cookie']?.[0] ?? '';
    expect(set).toContain(`regionmed_${other.port}=`);
    // A browser sends both cookies to both.
    const both = `${set.split(';')[0]}; ${cookie}`;
    expect([(await ask({ path: '/', headers: { cookie: both } })).status, (await ask({ path: '/', port: other.port, headers: { cookie: both } })).status]).toEqual([200, 200]);
  });
  it('a cookie that is almost right is refused', async () => {
    const [name = '', value = ''] = cookie.split('=');
    for (const wrong of [`${name}=${value}x`, `${name}=${value.slice(1)}`, `${name}=`, `x${name}=${value}`, `regionmed_1=${value}`]) expect((await ask({ path: '/', headers: { cookie: wrong } })).status).toBe(401);
    // As many letters as the secret has, but not of one byte.
    expect(await raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${running.port}\r\nCookie: ${name}=${'\xe9'.repeat(32)}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 401/);
    expect(await alive()).toBe(200);
  });
});

describe('who speaks', () => {
  it('another Host is not answered (DNS rebinding)', async () => {
    for (const host of ['evil.example', `evil.example:${running.port}`, `localhost:${running.port}`, '127.0.0.1', `127.0.0.1:${other.port}`]) expect((await ask({ path: '/', headers: { host } })).status).toBe(403);
    expect(await raw('GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403/);
  });
  it('another Origin is not answered', async () => {
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${other.port}`, `https://127.0.0.1:${running.port}`]) expect((await ask({ path: '/', headers: { origin } })).status).toBe(403);
    expect((await ask({ path: '/', headers: { origin: `http://127.0.0.1:${running.port}` } })).status).toBe(200);
  });
  it('answers only on the loopback interface', () => {
    expect(new URL(running.url).hostname).toBe('127.0.0.1');
  });
  it.each(['//[', '//', '/%', '/%ff', '/a%00b', 'http://[/', '*', '/\\..\\..'])('an odd address ends nothing: %s', async (address) => {
    const answer = await raw(`GET ${address} HTTP/1.1\r\nHost: 127.0.0.1:${running.port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (200|400|404)/);
    expect(answer).not.toContain(secret);
    expect(await alive()).toBe(200);
  });
  it('only reading and putting', async () => {
    for (const method of ['POST', 'DELETE', 'PUT', 'OPTIONS', 'PATCH']) expect((await ask({ path: '/', method })).status).toBe(405);
  });
});

describe('every answer', () => {
  it('carries the headers that isolate the page', async () => {
    for (const answer of [await ask({ path: '/' }), await ask({ path: '/assets/app.js' }), await ask({ path: '/nothing' }), await ask({ path: '/', withCookie: false }), await ask({ path: '/', headers: { host: 'evil.example' } }), await ask({ path: '/exports/set.jsonl' })]) {
      expect(answer.headers).toMatchObject({ 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      const policy = String(answer.headers['content-security-policy']);
      for (const part of ["default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'none'"]) expect(policy).toContain(part);
      expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/);
    }
  });
  it('has its type, and an export is a download', async () => {
    expect((await ask({ path: '/' })).headers['content-type']).toBe('text/html; charset=utf-8');
    expect((await ask({ path: '/assets/app.js' })).headers['content-type']).toBe('text/javascript');
    expect((await ask({ path: '/exports/set.jsonl' })).headers['content-disposition']).toBe('attachment; filename="set.jsonl"');
  });
});

describe('paths', () => {
  const outside = ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '/assets/..%2f..%2fsecret.txt', '/%2e%2e%2fpage-of-another%2fsecret.txt', '/..%5csecret.txt', '/....//secret.txt', '/%2fetc/passwd', '/exports/..%2f..%2fsecret.txt', '/exports/..%2fworkspace.json', '/exports/%2e%2e/journal.sqlite', '/exports/', '/exports/.', '/blobs/../../secret.txt', `/blobs/..%2f..%2f..%2fsecret.txt`, '/blobs/', `/blobs/${'A'.repeat(64)}`, '/uploads/../secret.txt'];
  it.each(outside)('%s leads nowhere', async (address) => {
    const answer = await ask({ path: address });
    expect([404, 405]).toContain(answer.status);
    expect(answer.body).not.toContain(secret);
    expect(answer.body).not.toContain('salt');
  });
  it('a blob is served by its hash', async () => {
    const hash = await running.host.blobs.put(Buffer.from('pixels'));
    const answer = await ask({ path: `/blobs/${hash}` });
    expect([answer.status, answer.body, answer.headers['content-length']]).toEqual([200, 'pixels', '6']);
    expect((await ask({ path: `/blobs/${'0'.repeat(64)}` })).status).toBe(404);
  });
  it('an upload lands in its folder or nowhere', async () => {
    const { upload } = await running.host.service.beginUpload({}, { signal: new AbortController().signal, emit: () => undefined });
    const put = async (address: string): Promise<number> => (await ask({ path: address, method: 'PUT', body: 'bytes' })).status;
    expect(await put(`/uploads/${upload}/a%20folder/b.png`)).toBe(204);
    for (const address of [`/uploads/${upload}/..%2f..%2fworkspace.json`, `/uploads/${upload}/a/..%2f..%2fx.png`, `/uploads/..%2f${upload}/x.png`, `/uploads/unknown/x.png`, `/uploads/%2e%2e/x.png`, `/uploads/${upload}`, `/uploads/${upload}/`, `/uploads//x.png`]) expect([403, 404, 405], address).toContain(await put(address));
    expect((await ask({ path: `/uploads/${upload}/b.png` })).status).toBe(405);
    // Still a workspace.
    expect((await running.host.verify(() => undefined)).damaged).toEqual([]);
  });
});

describe('WebSocket', () => {
  /** The status of the refusal, or 101. */
  const knock = (address: string, headers: Readonly<Record<string, string>>): Promise<number> => new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${running.port}${address}`, { headers });
    socket.on('open', () => { resolve(101); socket.terminate(); });
    socket.on('unexpected-response', (request, response) => { resolve(response.statusCode ?? 0); request.destroy(); });
    socket.on('error', () => resolve(0));
  });
  const origin = (): string => `http://127.0.0.1:${running.port}`;

  it('opens only with the cookie and our own origin', async () => {
    expect(await knock('/rpc/host', { origin: origin(), cookie })).toBe(101);
    expect(await knock('/rpc/inference', { origin: origin(), cookie })).toBe(101);
    for (const [address, headers] of [['/rpc/host', { cookie }], ['/rpc/host', { origin: origin() }], ['/rpc/host', { origin: 'http://evil.example', cookie }], ['/rpc/host', { origin: origin(), cookie, host: 'evil.example' }], ['/rpc/else', { origin: origin(), cookie }], ['/rpc/host/', { origin: origin(), cookie }], ['/', { origin: origin(), cookie }]] as const) {
      expect(await knock(address, headers), JSON.stringify([address, Object.keys(headers)])).toBe(403);
    }
  });
  it('a refused visitor who breaks off ends nothing', async () => {
    for (let i = 0; i < 20; i++) {
      const socket = net.connect(running.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write('GET /rpc/host HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
      socket.resetAndDestroy();
      await once(socket, 'close');
    }
    expect(await alive()).toBe(200);
  });
  it('speaks the contract, and refuses what is none', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${running.port}/rpc/host`, { headers: { origin: origin(), cookie } });
    await once(socket, 'open');
    const client = connect(hostContract, webSocketPipe(socket));
    expect(await client.info({})).toMatchObject({ host: 'web', champion: running.host.registry.champion, seq: 0 });
    await expect(client.snapshot({ cursor: null, limit: 100_000 })).rejects.toMatchObject({ code: 'invalid-message' });
    const closed = once(socket, 'close');
    socket.send('this is no frame');
    await closed;
    expect(await alive()).toBe(200);
  });
});
