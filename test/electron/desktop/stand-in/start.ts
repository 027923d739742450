// The stand-in for Electron's binary: it runs the real main (built, or packaged) under Node with a stand-in `electron`
// module, and shows the window in headless Chromium. ELECTRON_OVERRIDE_DIST_PATH=<this folder> makes Playwright's
// _electron.launch and `npm start` take it. It proves the wiring of main, preload, page and engines; it proves nothing
// about isolation, sandbox, menus, dialogs, the asar archive or Electron's own rules for protocols.
import { readFileSync } from 'node:fs';
import inspector from 'node:inspector';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { become } from './electron-module.ts';

// Electron's own options come before the application's folder: -r FILE, and switches of Chromium and Node.
const given = process.argv.slice(2);
const required: string[] = [];
let application: string | null = null, inspected = false;
for (let i = 0; i < given.length && application === null; i++) {
  const word = given[i] ?? '';
  if (word === '-r' || word === '--require') required.push(given[++i] ?? '');
  else if (word.startsWith('--inspect')) inspected = true;
  else if (!word.startsWith('-')) application = path.resolve(word);
}
if (application === null) throw new Error('Say which application to run: electron FOLDER');
process.argv = ['electron', ...given];
process.stderr.write('This is the stand-in for Electron’s binary: no window is seen, and isolation, sandbox, menus, dialogs, the archive and protocol rules are not proved.\n');

registerHooks({
  resolve: (specifier, context, next) => (specifier === 'electron' ? { url: new URL('./electron-module.ts', import.meta.url).href, format: 'module-typescript', shortCircuit: true } : next(specifier, context)),
});
const require = createRequire(import.meta.url);
// Playwright asks for the module through the debugger, where Electron has a global require.
Object.assign(globalThis, { require });
if (inspected) inspector.open(0, '127.0.0.1');

const { main } = z.object({ main: z.string() }).parse(JSON.parse(readFileSync(path.join(application, 'package.json'), 'utf8')));
for (const file of required) require(file);
await import(pathToFileURL(path.join(application, main)).href);
await become(application);
