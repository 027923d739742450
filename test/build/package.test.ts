// What an installer would hold, packed against a hand-made distribution folder: one platform's native files, the base
// bundle, no sources and no development files. Then the packed program runs, with nothing of the checkout above it.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildIfStale } from '../../build/bundle.mjs';
import { onPath, pack, packContents } from '../../build/packaging/pack.mjs';
import { sha256Of } from '../../models/bundle/files.ts';
import { modelManifest } from '../../shared/domain/model.ts';
import { temporaryFolder } from '../electron/temporary.ts';
import { writeDicom } from '../electron/host/import/write-dicom.ts';
import { jpegOf } from '../fixtures/images/jpeg.ts';
import { filesUnder, installAt, readArchive, type ArchiveEntry } from './packaged.ts';

const root = path.join(import.meta.dirname, '..', '..');
const native = /\.(node|dll|dylib|so(\.\d+)*)$/;
const packages = ['@cornerstonejs/codec-charls', '@cornerstonejs/codec-libjpeg-turbo-8bit', '@cornerstonejs/codec-openjpeg', '@cornerstonejs/codec-openjph', 'onnxruntime-common', 'onnxruntime-node'];

beforeAll(() => buildIfStale(), 60_000);

describe.each([['linux', 'linux', ['libonnxruntime.so.1', 'onnxruntime_binding.node']], ['win', 'win32', ['DirectML.dll', 'dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll', 'onnxruntime_binding.node']]] as const)('the %s file set', (platform, ofNode, libraries) => {
  let resources = '', entries: ArchiveEntry[] = [], outside: string[] = [];
  beforeAll(async () => {
    resources = path.join(packContents(platform, await temporaryFolder()), 'resources');
    entries = readArchive(path.join(resources, 'app.asar'));
    outside = filesUnder(path.join(resources, 'app.asar.unpacked'));
    const size = filesUnder(resources).reduce((sum, f) => sum + statSync(path.join(resources, f)).size, 0);
    process.stdout.write(`${platform}: the program without Electron takes ${(size / 1e6).toFixed(1)} MB\n`);
    expect(size).toBeLessThan(120e6);
  });

  it('holds the native files of this platform only, outside the archive', () => {
    const folder = `node_modules/onnxruntime-node/bin/napi-v6/${ofNode}/${process.arch}`;
    expect(outside.filter((f) => native.test(f))).toEqual(libraries.map((l) => `${folder}/${l}`));
    expect(entries.filter((e) => native.test(e.name) && !e.unpacked)).toEqual([]);
  });

  it('holds whatever is started outside the archive, the page inside it', () => {
    for (const entry of ['main.mjs', 'cli.mjs', 'loopback.mjs', 'preload.cjs', 'decode-worker.mjs', 'dcmjs-native-codecs.wasm', 'engine/inference.mjs', 'engine/training.mjs']) expect(outside).toContain(`dist/electron/${entry}`);
    expect(entries.filter((e) => !e.unpacked).map((e) => e.name.split('/').slice(0, 2).join('/')).filter((n, i, all) => all.indexOf(n) === i).sort()).toEqual(['dist/renderer', 'package.json']);
    expect(entries.map((e) => e.name)).toContain('dist/renderer/index.html');
    // The archive lists what lies outside, and nothing lies outside that it does not list.
    expect(entries.filter((e) => e.unpacked).map((e) => e.name).sort()).toEqual(outside);
  });

  it('holds the base bundle with the hashes of its manifest', () => {
    const bundle = path.join(resources, 'bundles', 'base'), ours = path.join(root, 'models', 'bundles', 'base');
    const { files } = modelManifest.parse(JSON.parse(readFileSync(path.join(bundle, 'manifest.json'), 'utf8')));
    expect(Object.keys(files).length).toBeGreaterThan(3);
    for (const [name, { sha256 }] of Object.entries(files)) expect(sha256Of(readFileSync(path.join(bundle, name)))).toBe(sha256);
    expect(filesUnder(bundle)).toEqual(filesUnder(ours));
    expect(readFileSync(path.join(bundle, 'manifest.json'))).toEqual(readFileSync(path.join(ours, 'manifest.json')));
  });

  it('holds the licence and those of the packages in it, where a person finds them', () => {
    const notices = readFileSync(path.join(resources, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of [...packages, 'react', 'konva', 'dexie', 'dicom-parser', 'dcmjs-codecs', 'geotiff', 'nifti-reader-js', 'yauzl', 'zod']) expect(notices).toMatch(new RegExp(`^${name} \\d.* \\((MIT|ISC|BSD-3-Clause|Apache-2\\.0)\\)`, 'm'));
    expect(readFileSync(path.join(resources, 'LICENSE.txt'), 'utf8')).toContain('MIT License');
  });

  it('holds no sources, no maps, no tests, no documents and no development packages', () => {
    const names = entries.map((e) => e.name);
    expect(names.filter((n) => /\.(tsx?|map)$|(^|\/)(tests?|docs?|src|script|build|\.[^/]*)(\/|$)|(^|\/)(README|CHANGELOG)/i.test(n))).toEqual([]);
    expect([...new Set(names.map((n) => n.split('/')[0] ?? ''))].sort()).toEqual(['dist', 'node_modules', 'package.json']);
    const held = names.flatMap((n) => { const m = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(n); return m?.[1] === undefined ? [] : [m[1]]; });
    expect([...new Set(held)].sort()).toEqual(packages);
    expect(names.filter((n) => n.split('node_modules/').length > 2)).toEqual([]);
    const told = new TextDecoder().decode(entries.find((e) => e.name === 'package.json')?.bytes);
    expect(Object.keys(z.looseObject({}).parse(JSON.parse(told)))).not.toContain('devDependencies');
    for (const f of outside.filter((f) => /^dist\/.*\.(mjs|cjs)$/.test(f))) expect(readFileSync(path.join(resources, 'app.asar.unpacked', f), 'utf8')).not.toContain('sourceMappingURL');
  });
});

describe.skipIf(process.platform === 'darwin')('the packed program (skipped on macOS, whose file set needs the real Electron), where nothing of the checkout can be reached', () => {
  const run = promisify(execFile);
  let code = '', workspace = '';
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REGIONMED_') && name !== 'NODE_PATH'));
  /** The command line's JSON answer. */
  async function regionmed(...words: string[]): Promise<unknown> {
    const { stdout } = await run(process.execPath, [path.join(code, 'cli.mjs'), ...words, '--workspace', workspace, '--json'], { env: environment, cwd: workspace });
    return JSON.parse(stdout);
  }

  beforeAll(async () => {
    const folder = await temporaryFolder();
    const platform = process.platform === 'win32' ? 'win' : 'linux';
    ({ code } = installAt(packContents(platform, path.join(folder, 'packed')), path.join(folder, 'installed')));
    workspace = await temporaryFolder();
    for (let at = code; at !== path.dirname(at); at = path.dirname(at)) expect(existsSync(path.join(at, 'node_modules', 'zod'))).toBe(false);
  });

  it('makes phantom studies, imports a JPEG through a packed decoder, and proposes', async () => {
    expect(await regionmed('phantoms', '--count', '2')).toMatchObject({ imported: [expect.anything(), expect.anything()], refused: [] });
    const jpeg = path.join(workspace, 'image.jpg');
    writeFileSync(jpeg, jpegOf(64, 64, [Array.from({ length: 64 }, (_, block) => 64 + 2 * block)]));
    expect(await regionmed('import', jpeg)).toMatchObject({ imported: [expect.anything()], refused: [] });
    // Each of these needs another decoder's files: JPEG of 12 bits, JPEG XL, HTJ2K, JPEG 2000, JPEG-LS.
    const files = ['jpeg-extended-12-grey', 'jpeg-xl-12', 'htj2k-12', 'jpeg-2000-12', 'jpeg-ls-12'].map((name) => {
      const frame = z.object({ frames: z.array(z.object({ name: z.string(), syntax: z.string(), data: z.string() })) }).parse(JSON.parse(readFileSync(path.join(root, 'test/fixtures/codecs/frames.json'), 'utf8'))).frames.find((f) => f.name === name), file = path.join(workspace, `${name}.dcm`);
      writeFileSync(file, writeDicom({ width: 40, height: 24, samples: new Uint16Array(0), stored: 12, compressed: { syntax: frame?.syntax ?? '', frames: [new Uint8Array(Buffer.from(frame?.data ?? '', 'base64'))] } }));
      return file;
    });
    expect(await regionmed('import', ...files)).toMatchObject({ imported: files.map(() => expect.anything() as unknown), refused: [] });
    expect(await regionmed('propose')).toEqual({ proposed: 8, failed: [], predictions: 0 });
    expect(await regionmed('verify')).toMatchObject({ damaged: [] });
  });

  it('serves its page on the loopback host and ends when it is told to', async () => {
    const host = spawn(process.execPath, [path.join(code, 'loopback.mjs'), '--workspace', workspace, '--port', '0'], { env: environment, cwd: workspace, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => { host.once('exit', resolve); });
    try {
      const line = await new Promise<string>((resolve, reject) => { createInterface({ input: host.stdout }).once('line', resolve); host.once('exit', (c) => reject(new Error(`the host ended with code ${c}`))); });
      const { url } = z.object({ url: z.string() }).parse(JSON.parse(line));
      const entered = await fetch(url, { redirect: 'manual' });
      const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
      const page = await fetch(new URL('/', url), { headers: { cookie } });
      const html = await page.text();
      expect([page.status, html]).toEqual([200, expect.stringContaining('<title>RegionMed Studio</title>')]);
      const script = /src="([^"]+\.js)"/.exec(html)?.[1] ?? '';
      expect((await fetch(new URL(script, url), { headers: { cookie } })).headers.get('content-type')).toBe('text/javascript');
    } finally {
      host.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
  });
});

describe.skipIf(process.platform !== 'linux' || onPath('dpkg-deb') === null)('the Debian package (skipped where dpkg-deb is not)', () => {
  it('puts the program under /opt, its icons and its menu entry in their places', async () => {
    const output = await temporaryFolder();
    const fileSet = packContents('linux', output);
    expect(pack({ platform: 'linux', target: 'deb', output, prepackaged: fileSet, config: { 'deb.compression': 'gz' } })).toBeNull();
    const [deb] = filesUnder(output).filter((f) => f.endsWith('.deb'));
    if (deb === undefined) throw new Error('no deb was made');
    const ask = (...words: string[]): string => spawnSync('dpkg-deb', words, { encoding: 'utf8', cwd: output, maxBuffer: 16e6 }).stdout;
    expect(ask('--field', deb, 'Package', 'Version')).toBe('Package: regionmed-studio\nVersion: 0.1.0\n');
    const held = ask('--contents', deb);
    for (const file of ['./opt/RegionMed Studio/regionmed-studio', './opt/RegionMed Studio/resources/bundles/base/manifest.json', './usr/share/applications/regionmed-studio.desktop', './usr/share/icons/hicolor/256x256/apps/regionmed-studio.png']) expect(held).toContain(`${file}\n`);
    expect(held.split('\n').filter((line) => line !== '' && !/^[-dl]\S+ root\/root /.test(line))).toEqual([]);
  });
});
