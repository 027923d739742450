// Who may import whom. Each rule has a planted violation under test/fixtures/dependencies that the tests expect to be
// caught: a rule that cannot fail is worthless.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { root } from './setup.mjs';

/**
 * @typedef {{ from: string, to: string, package: boolean, node: boolean }} Import `from` and `to` are paths from the root, or `to` a package's name
 * @typedef {{ name: string, why: string, forbids: (i: Import) => boolean }} Rule
 */
const folders = ['shared', 'models', 'electron', 'renderer', 'build', 'test'];
const within = (/** @type {string} */ file, /** @type {string} */ folder) => file.startsWith(`${folder}/`);
const roomOf = (/** @type {string} */ file) => /^renderer\/rooms\/([^/]+)\//.exec(file)?.[1] ?? null;
const electronFiles = new Set(['electron/main.ts', 'electron/preload.ts', 'electron/windows.ts']);

/** @type {readonly Rule[]} */
export const rules = [
  { name: 'shared-is-pure', why: 'both sides of the program speak shared/: it may import zod and itself, no Node, no page', forbids: (i) => within(i.from, 'shared') && !(i.to === 'zod' || within(i.to, 'shared')) },
  { name: 'models-know-no-program', why: 'models/ may import shared/, packages and Node; it knows neither hosts nor the page', forbids: (i) => within(i.from, 'models') && (within(i.to, 'electron') || within(i.to, 'renderer') || within(i.to, 'build')) },
  { name: 'one-door-to-onnxruntime', why: 'only models/runtime opens sessions', forbids: (i) => i.to === 'onnxruntime-node' && !within(i.from, 'models/runtime') && !within(i.from, 'test') },
  // Writing files so that they survive a crash is one fact with one owner, models/bundle/files.ts: see docs/adr/0002.
  { name: 'engines-alone-run-models', why: 'a model\'s run() blocks its process, so only engines import models/ (and all may import models/bundle/files.ts)', forbids: (i) => within(i.from, 'electron') && !within(i.from, 'electron/engine') && within(i.to, 'models') && i.to !== 'models/bundle/files.ts' },
  { name: 'electron-in-three-files', why: 'everything but main, preload and windows also runs where Electron is not', forbids: (i) => (i.to === 'electron' || within(i.to, 'electron/')) && i.package && !electronFiles.has(i.from) && !within(i.from, 'test') },
  { name: 'page-has-no-node', why: 'renderer/ runs in a browser: shared/ and packages only', forbids: (i) => within(i.from, 'renderer') && (i.node || within(i.to, 'electron') || within(i.to, 'models') || within(i.to, 'build')) },
  { name: 'rooms-are-apart', why: 'a room never imports another room', forbids: (i) => roomOf(i.from) !== null && roomOf(i.to) !== null && roomOf(i.from) !== roomOf(i.to) },
  { name: 'electron-knows-no-page', why: 'electron/ serves the page\'s files, it does not import them', forbids: (i) => within(i.from, 'electron') && (within(i.to, 'renderer') || within(i.to, 'build')) },
  { name: 'nothing-imports-test', why: 'test/ imports everything, nothing imports test/', forbids: (i) => !within(i.from, 'test') && within(i.to, 'test') },
  { name: 'no-deep-package-paths', why: 'packages are used through their names, not through node_modules', forbids: (i) => i.to.includes('node_modules') },
];

/** @param {string} folder @returns {string[]} */
function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) => {
    const full = path.join(folder, e.name);
    if (e.isDirectory()) return e.name === 'node_modules' || e.name === 'fixtures' || e.name === 'bundles' ? [] : filesUnder(full);
    return /\.(ts|tsx|mjs)$/.test(e.name) ? [full] : [];
  });
}

/** Every import of the tree under `top`: static, re-exported, dynamic with a literal. @param {string} top @returns {Import[]} */
export function importsUnder(top) {
  return folders.flatMap((f) => filesUnder(path.join(top, f))).flatMap((file) => {
    const { module, errors } = parseSync(file, readFileSync(file, 'utf8'));
    if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
    const text = readFileSync(file, 'utf8');
    const requests = [
      ...module.staticImports.map((i) => i.moduleRequest.value),
      ...module.staticExports.flatMap((e) => e.entries.flatMap((x) => (x.moduleRequest === null ? [] : [x.moduleRequest.value]))),
      ...module.dynamicImports.flatMap((d) => { const m = /^\s*['"]([^'"]+)['"]\s*$/.exec(text.slice(d.moduleRequest.start, d.moduleRequest.end)); return m?.[1] === undefined ? [] : [m[1]]; }),
    ];
    const from = path.relative(top, file).split(path.sep).join('/');
    return [...new Set(requests)].map((request) => {
      const relative = request.startsWith('.');
      return { from, to: relative ? path.relative(top, path.resolve(path.dirname(file), request)).split(path.sep).join('/') : request, package: !relative, node: request.startsWith('node:') };
    });
  });
}

/** Import cycles, each as the files on it. @param {readonly Import[]} imports @returns {string[][]} */
export function cyclesOf(imports) {
  /** @type {Map<string, string[]>} */
  const next = new Map();
  for (const i of imports) if (!i.package) next.set(i.from, [...next.get(i.from) ?? [], i.to]);
  /** @type {Map<string, 'open' | 'done'>} */
  const state = new Map();
  /** @type {string[][]} */
  const found = [];
  const visit = (/** @type {string} */ file, /** @type {string[]} */ way) => {
    const known = state.get(file);
    if (known === 'open') { found.push(way.slice(way.indexOf(file))); return; }
    if (known === 'done') return;
    state.set(file, 'open');
    for (const to of next.get(file) ?? []) visit(to, [...way, file]);
    state.set(file, 'done');
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

/** Sentences for everything that breaks a rule under `top`; `checked` counts the imports that were looked at. @param {string} top */
export function checkDependencies(top = root) {
  const imports = importsUnder(top);
  const problems = imports.flatMap((i) => rules.filter((r) => r.forbids(i)).map((r) => ({ rule: r.name, sentence: `${i.from} imports ${i.to}: ${r.why}` })));
  for (const cycle of cyclesOf(imports)) problems.push({ rule: 'no-cycles', sentence: `import cycle: ${[...cycle, cycle[0]].join(' → ')}` });
  return { problems, checked: imports.length };
}

if (process.argv[1] === import.meta.filename) {
  const { problems, checked } = checkDependencies();
  for (const p of problems) process.stdout.write(`${p.rule}: ${p.sentence}\n`);
  process.stdout.write(`${checked} imports checked, ${problems.length} against the rules\n`);
  // A tree in which nothing was found was not looked at.
  process.exitCode = problems.length > 0 || checked < 100 ? 1 : 0;
}
