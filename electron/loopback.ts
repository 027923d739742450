// The web host: the whole program served on 127.0.0.1 to one browser window, for machines without Electron's binary.
// A one-time token in the entry address becomes a cookie; Host and Origin are checked on every request, so no other
// page or machine can speak to it.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { hostContract } from '../shared/contracts/host.ts';
import { describeError, toWireError } from '../shared/errors.ts';
import { serve } from '../shared/rpc/serve.ts';
import { forkEngine } from './host/fork-engine.ts';
import { serveInference } from './host/inference-for-page.ts';
import { Host } from './host/open.ts';
import { handleRequest, securityHeaders } from './host/requests.ts';
import { ownFiles } from './own-files.ts';
import { webSocketPipe } from './pipes/web-socket.ts';

export interface Loopback { readonly url: string; readonly port: number; readonly host: Host; close(): Promise<void> }
export interface LoopbackOptions { readonly workspace: string; readonly page: string; readonly baseBundle: string; /** 0 takes any free port; otherwise the next free one from here. IndexedDB belongs to the port. */ readonly port: number }

export const standardPort = 47613;
function same(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export async function startLoopback(o: LoopbackOptions): Promise<Loopback> {
  const host = await Host.open({ workspace: o.workspace, baseBundle: o.baseBundle, startEngine: forkEngine, kind: 'web' });
  let token: string | null = randomBytes(24).toString('base64url');
  const shown = token, session = randomBytes(24).toString('base64url');
  let origin = '', cookie = '';
  const known = (req: http.IncomingMessage): boolean => (req.headers.cookie ?? '').split(/;\s*/).some((c) => c.startsWith(`${cookie}=`) && same(c.slice(cookie.length + 1), session));
  // A page of another site may reach 127.0.0.1 under a name of its own (DNS rebinding): only our own name is answered.
  const ours = (req: http.IncomingMessage): boolean => `http://${req.headers.host}` === origin && (req.headers.origin === undefined || req.headers.origin === origin);

  const server = http.createServer((req, res) => {
    const refuse = (status: number, sentence: string): void => { res.writeHead(status, { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(sentence); };
    if (!ours(req)) { refuse(403, 'This address is not answered.'); return; }
    const url = URL.parse(req.url ?? '/', origin);
    if (url === null) { refuse(400, 'This address cannot be read.'); return; }
    if (url.pathname === '/enter') {
      if (token === null || !same(url.searchParams.get('t') ?? '', token)) { refuse(403, 'This entry address was used already. Start RegionMed Studio again to get a new one.'); return; }
      token = null;
      res.writeHead(302, { ...securityHeaders, Location: '/', 'Set-Cookie': `${cookie}=${session}; HttpOnly; SameSite=Strict; Path=/` }).end();
      return;
    }
    if (url.pathname === '/favicon.ico') { refuse(404, ''); return; }
    if (!known(req)) { refuse(401, 'Open RegionMed Studio from its entry address.'); return; }
    const body = req.method === 'PUT' ? Readable.toWeb(req) : null;
    handleRequest(host, o.page, req.method ?? 'GET', url.pathname, body).then(async (response) => {
      res.writeHead(response.status, Object.fromEntries(response.headers));
      if (response.body === null) res.end(); else await pipeline(Readable.fromWeb(response.body), res);
    }).catch(() => { if (res.headersSent) res.destroy(); else refuse(500, 'The request failed.'); });
  });

  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024, perMessageDeflate: false });
  server.on('upgrade', (req, socket, head) => {
    // Node leaves an upgraded connection without a listener: one that breaks off must not end the program.
    socket.on('error', () => socket.destroy());
    const service = req.url === '/rpc/host' || req.url === '/rpc/inference' ? req.url : null;
    if (service === null || !ours(req) || req.headers.origin !== origin || !known(req)) { socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'); return; }
    sockets.handleUpgrade(req, socket, head, (ws) => {
      const pipe = webSocketPipe(ws);
      if (service === '/rpc/host') serve(hostContract, host.service, pipe, { onBug: (error, method) => process.stderr.write(`${method}: ${error instanceof Error ? error.stack ?? '' : String(error)}\n`) });
      else serveInference(host, pipe);
    });
  });

  let port = o.port;
  for (let tries = 0; ; tries++) {
    const busy = await new Promise<boolean>((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException): void => { if (error.code === 'EADDRINUSE' && tries < 20 && o.port !== 0) resolve(true); else reject(error); };
      server.once('error', failed);
      server.listen(port, '127.0.0.1', () => { server.off('error', failed); resolve(false); });
    });
    if (!busy) break;
    port++;
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  port = address.port;
  origin = `http://127.0.0.1:${port}`;
  // Cookies ignore ports: two hosts on one machine must not take each other's.
  cookie = `regionmed_${port}`;
  return {
    url: `${origin}/enter?t=${shown}`, port, host,
    close: async () => {
      for (const ws of sockets.clients) ws.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
      await host.close();
    },
  };
}

/** Started as a program: serves until it is told to end, and says where. */
async function main(): Promise<void> {
  const own = ownFiles(import.meta.url);
  const { values } = parseArgs({ options: { workspace: { type: 'string' }, port: { type: 'string', default: String(standardPort) }, page: { type: 'string', default: own.page }, bundle: { type: 'string', default: own.baseBundle } } });
  if (values.workspace === undefined) { process.stderr.write('--workspace DIR is needed.\n'); process.exitCode = 2; return; }
  try {
    const running = await startLoopback({ workspace: values.workspace, page: path.resolve(values.page), baseBundle: values.bundle, port: Number(values.port) });
    process.stdout.write(`${JSON.stringify({ ready: true, url: running.url, port: running.port })}\n`);
    let ending = false;
    const end = (): void => { if (!ending) { ending = true; void running.close().then(() => process.exit(0)); } };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
  } catch (error) {
    const wire = toWireError(error);
    process.stderr.write(`${wire.message} ${describeError(wire.code).remedy}\n`);
    process.exitCode = 1;
  }
}
if (import.meta.main) await main();
