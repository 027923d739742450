#!/usr/bin/env node
// electron-builder makes a .deb with fpm, which it downloads. What it asks of fpm, Debian's own dpkg-deb does: this
// takes fpm's command line (as FpmTarget of electron-builder writes it) and calls dpkg-deb.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** @type {Map<string, string[]>} */
const options = new Map();
/** SOURCE=TARGET: folders and files of the package. @type {[string, string][]} */
const places = [];
const words = process.argv.slice(2);
for (let i = 0; i < words.length; i++) {
  const word = words[i] ?? '';
  if (word === '--force' || word === '--debug') continue;
  if (word.startsWith('-')) { options.set(word, [...options.get(word) ?? [], words[++i] ?? '']); continue; }
  const at = word.indexOf('=');
  places.push([word.slice(0, at), word.slice(at + 1)]);
}
const all = (/** @type {string} */ name) => options.get(name) ?? [];
const one = (/** @type {string} */ name) => all(name)[0] ?? '';
if (one('-t') !== 'deb') { process.stderr.write(`Only deb packages are made here, not ${one('-t')}.\n`); process.exit(2); }

const stage = mkdtempSync(path.join(os.tmpdir(), 'deb-'));
try {
  for (const [source, target] of places) {
    const to = path.join(stage, target);
    mkdirSync(path.dirname(to), { recursive: true });
    cpSync(source, to, { recursive: true, verbatimSymlinks: true });
  }
  /** Kilobytes, and modes as a package has them whatever this user's umask. @param {string} folder @returns {number} */
  const settle = (folder) => {
    chmodSync(folder, 0o755);
    return readdirSync(folder, { withFileTypes: true }).reduce((sum, e) => {
      const full = path.join(folder, e.name);
      if (e.isDirectory()) return sum + settle(full);
      if (e.isSymbolicLink()) return sum;
      const { mode, size } = statSync(full);
      chmodSync(full, (mode & 0o111) !== 0 ? 0o755 : 0o644);
      return sum + Math.ceil(size / 1024);
    }, 0);
  };
  const kilobytes = settle(stage);
  const control = path.join(stage, 'DEBIAN');
  mkdirSync(control, { mode: 0o755 });
  const [title = one('--name'), ...more] = one('--description').split('\n').map((l) => l.trim()).filter((l) => l !== '');
  const fields = {
    Package: one('--name'), Version: one('--version').replaceAll('-', '~'), Architecture: one('--architecture'), Maintainer: one('--maintainer'), 'Installed-Size': String(kilobytes),
    Depends: all('-d').join(', '), Recommends: all('--deb-recommends').join(', '), Section: one('--category') || 'science', Priority: one('--deb-priority'), Homepage: one('--url'), Description: [title, ...more.map((l) => ` ${l}`)].join('\n'),
  };
  writeFileSync(path.join(control, 'control'), Object.entries(fields).flatMap(([k, v]) => (v === '' ? [] : [`${k}: ${v}\n`])).join(''));
  for (const [option, script] of /** @type {const} */ ([['--before-install', 'preinst'], ['--after-install', 'postinst'], ['--before-remove', 'prerm'], ['--after-remove', 'postrm']])) {
    if (one(option) === '') continue;
    writeFileSync(path.join(control, script), readFileSync(one(option)));
    chmodSync(path.join(control, script), 0o755);
  }
  const asked = one('--deb-compression'), compression = asked === 'gz' ? 'gzip' : asked === '' ? 'xz' : asked;
  const made = spawnSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', stage, path.resolve(one('--package'))], { stdio: 'inherit' });
  process.exitCode = made.status ?? 1;
} finally {
  rmSync(stage, { recursive: true, force: true });
}
