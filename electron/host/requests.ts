// What the page loads by URL, the same on both hosts: its own files, blobs, exports, and the way in for uploads. Web
// standard Request and Response, so that Electron's protocol handler and the loopback server share it.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, isDiskFull } from '../../shared/errors.ts';
import type { Host } from './open.ts';

const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.json': 'application/json', '.jsonl': 'application/x-ndjson' };
const uploadLimit = 2 * 1024 ** 3;

export const securityHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
};

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream | null;
const answer = (status: number, body: Body, headers: Readonly<Record<string, string>> = {}): Response => new Response(body, { status, headers: { ...securityHeaders, 'Cache-Control': 'no-store', ...headers } });
const stream = (file: string): Body => Readable.toWeb(createReadStream(file));

/** A file inside `folder`, or null when the path leaves it. */
function inside(folder: string, relative: string): string | null {
  const file = path.resolve(folder, relative);
  return file.startsWith(folder + path.sep) ? file : null;
}

/** @param pathname of the URL, still encoded. @param body for PUT. */
export async function handleRequest(host: Host, page: string, method: string, pathname: string, body: ReadableStream | null): Promise<Response> {
  let decoded: string;
  try { decoded = decodeURIComponent(pathname); } catch { return answer(400, 'This address cannot be read.'); }
  if (decoded.includes('\0')) return answer(400, 'This address cannot be read.');
  if (decoded.startsWith('/uploads/')) {
    if (method !== 'PUT' || body === null) return answer(405, 'Files are put here.');
    const [, , upload = '', ...rest] = decoded.split('/');
    return receive(host, upload, rest.join('/'), body);
  }
  if (method !== 'GET') return answer(405, 'Only reading is possible here.');
  if (decoded.startsWith('/blobs/')) {
    const sha256 = decoded.slice('/blobs/'.length);
    if (!/^[0-9a-f]{64}$/.test(sha256)) return answer(404, 'There is no such image.');
    const file = host.blobs.path(sha256);
    const info = await stat(file).catch(() => null);
    return info === null ? answer(404, 'There is no such image.') : answer(200, stream(file), { 'Content-Type': 'application/octet-stream', 'Content-Length': String(info.size), 'Cache-Control': 'private, max-age=31536000, immutable' });
  }
  if (decoded.startsWith('/exports/')) {
    const file = inside(path.join(host.workspace.folder, 'exports'), decoded.slice('/exports/'.length));
    const info = file === null ? null : await stat(file).catch(() => null);
    return file === null || info === null || !info.isFile() ? answer(404, 'There is no such export.') : answer(200, stream(file), { 'Content-Type': 'application/octet-stream', 'Content-Disposition': `attachment; filename="${path.basename(file).replaceAll('"', '')}"` });
  }
  const file = inside(page, decoded === '/' ? 'index.html' : decoded.slice(1));
  const bytes = file === null ? null : await readFile(file).catch(() => null);
  return file === null || bytes === null ? answer(404, 'There is no such page.') : answer(200, new Uint8Array(bytes), { 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream' });
}

async function receive(host: Host, upload: string, relative: string, body: ReadableStream): Promise<Response> {
  try {
    const file = host.uploadPath(upload, relative);
    await mkdir(path.dirname(file), { recursive: true });
    let size = 0;
    await pipeline(Readable.fromWeb(body), async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        size += chunk.length;
        if (size > uploadLimit) throw new AppError('image-too-large', 'Files of more than 2 GB are not taken.');
        yield chunk;
      }
    }, createWriteStream(file));
    return answer(204, null);
  } catch (error) {
    if (error instanceof AppError) return answer(error.code === 'unauthorised' ? 403 : 413, error.message);
    return isDiskFull(error) ? answer(507, 'The disk is full.') : answer(500, 'The file could not be stored.');
  }
}
