// Builds what cannot run as source: the page (Vite) and the files that Electron and installers need (esbuild), into
// dist/. A build is stale when any source, the lock file or this folder changed since; otherwise nothing is done.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeNotices } from './notices.mjs';
import { root, say, withSetup } from './setup.mjs';

const dist = path.join(root, 'dist'), stamp = path.join(dist, '.sources');
const sources = ['build', 'electron', 'models', 'renderer', 'shared', 'package-lock.json', 'package.json', 'tsconfig.base.json'];

/** The hash of every source file's path and content. */
function sourcesHash() {
  const hash = createHash('sha256');
  const visit = (/** @type {string} */ relative) => {
    const full = path.join(root, relative);
    if (!existsSync(full)) return;
    const entries = /\.[a-z]+$/.test(relative) ? null : readdirSync(full, { withFileTypes: true });
    if (entries === null) { hash.update(`${relative}\0`).update(readFileSync(full)); return; }
    for (const e of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) if (e.isDirectory() ? e.name !== 'bundles' : /\.(tsx?|mjs|css|html|json|svg)$/.test(e.name)) visit(path.join(relative, e.name));
  };
  for (const s of sources) visit(s);
  return hash.digest('hex');
}

/** Entry of each bundle under electron/, and the form Electron wants it in. */
const entries = { main: 'main.ts', cli: 'cli.ts', loopback: 'loopback.ts', 'engine/inference': 'engine/inference.ts', 'engine/training': 'engine/training.ts', 'engine/doctor': 'engine/doctor.ts', 'decode-worker': 'host/import/decode-worker.ts' };

export async function buildIfStale() {
  const hash = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  say('Building the page and the desktop program…');
  rmSync(dist, { recursive: true, force: true });
  // A test runner that builds says NODE_ENV=test, and Vite would then take React's development form.
  const mode = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  const [vite, esbuild, { default: react }] = await Promise.all([import('vite'), import('esbuild'), import('@vitejs/plugin-react')]);
  const common = { bundle: true, platform: /** @type {const} */ ('node'), target: 'node22', absWorkingDir: root, logLevel: /** @type {const} */ ('warning'), legalComments: /** @type {const} */ ('none'), metafile: true };
  const [page, ...programs] = await Promise.all([
    vite.build({
      root: path.join(root, 'renderer'), base: '/', configFile: false, logLevel: 'warn', plugins: [react()],
      build: { outDir: path.join(dist, 'renderer'), emptyOutDir: true, target: 'chrome140', chunkSizeWarningLimit: 1000 }, worker: { format: 'es' },
    }),
    esbuild.build({
      ...common, format: 'esm', outdir: path.join(dist, 'electron'), outExtension: { '.js': '.mjs' },
      entryPoints: Object.fromEntries(Object.entries(entries).map(([out, file]) => [out, path.join('electron', file)])),
      // Native and WebAssembly packages load files that lie beside them: they stay packages.
      external: ['electron', 'onnxruntime-node', '@cornerstonejs/*'],
      // Packages in the old module form ask for a require(). The long name: a bundled module may import createRequire too.
      banner: { js: "import { createRequire as requireForPackages } from 'node:module'; const require = requireForPackages(import.meta.url);" },
    }),
    esbuild.build({ ...common, format: 'cjs', outfile: path.join(dist, 'electron', 'preload.cjs'), entryPoints: ['electron/preload.ts'], external: ['electron'] }),
  ]);
  copyFileSync(path.join(root, 'node_modules', 'dcmjs-codecs', 'build', 'dcmjs-native-codecs.wasm'), path.join(dist, 'electron', 'dcmjs-native-codecs.wasm'));
  const pageFiles = [page].flat().flatMap((b) => ('output' in b ? b.output.flatMap((o) => (o.type === 'chunk' ? o.moduleIds : [])) : []));
  writeNotices([...pageFiles, ...programs.flatMap((b) => Object.keys(b.metafile?.inputs ?? {}))], path.join(dist, 'THIRD-PARTY-NOTICES.txt'));
  if (mode === undefined) delete process.env['NODE_ENV']; else process.env['NODE_ENV'] = mode;
  writeFileSync(stamp, hash);
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) await withSetup(async () => { await buildIfStale(); return 0; });
