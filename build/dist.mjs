// `npm run dist`: builds the installers that this machine can build, and says in a line each what was built, what was
// not, why, and what would help. Without Electron's binary it packs the file sets to look at and no installer.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { buildIfStale } from './bundle.mjs';
import { here, onPath, pack, packContents } from './packaging/pack.mjs';
import { root, say, withSetup } from './setup.mjs';

const release = path.join(root, 'release');
/** The name keeps anyone from shipping it. */
const contentsOnly = path.join(release, 'contents-check-WITHOUT-ELECTRON');

/** @type {readonly { target: string, platform: 'linux' | 'win' | 'mac', title: string, missing: () => string | null }[]} */
const targets = [
  { target: 'tar.gz', platform: 'linux', title: 'Linux archive (tar.gz)', missing: () => null },
  { target: 'deb', platform: 'linux', title: 'Debian and Ubuntu package (deb)', missing: () => (onPath('dpkg-deb') !== null || onPath('fpm') !== null ? null : 'dpkg-deb is not here: install the package "dpkg"') },
  { target: 'AppImage', platform: 'linux', title: 'Linux AppImage', missing: () => null },
  { target: 'nsis', platform: 'win', title: 'Windows installer (NSIS)', missing: () => null },
  { target: 'dmg', platform: 'mac', title: 'macOS disk image (dmg)', missing: () => null },
];
const system = { linux: 'Linux', win: 'Windows', mac: 'macOS' };

/** Bytes of a file, or of all under a folder. @param {string} place @returns {number} */
const sizeOf = (place) => {
  const info = statSync(place);
  return info.isDirectory() ? readdirSync(place).reduce((sum, name) => sum + sizeOf(path.join(place, name)), 0) : info.size;
};
const megabytes = (/** @type {string} */ place) => `${(sizeOf(place) / 1e6).toFixed(0)} MB`;
const shown = (/** @type {string} */ place) => path.relative(root, place);

/**
 * Electron's unpacked distribution for this machine: the one that ELECTRON_OVERRIDE_DIST_PATH names, the package's, or
 * that fetched when it can be. @returns {string | null}
 */
function electronDistribution() {
  const named = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  // The stand-in of the tests is named the same way, and is no distribution.
  if (named !== undefined && existsSync(path.join(named, 'version'))) return path.resolve(named);
  const folder = path.join(root, 'node_modules', 'electron'), dist = path.join(folder, 'dist');
  const present = () => existsSync(path.join(folder, 'path.txt')) && existsSync(dist);
  if (present()) return dist;
  say('Fetching Electron’s binary (once)…');
  spawnSync(process.execPath, [path.join(folder, 'install.js')], { stdio: 'ignore', timeout: 180_000 });
  return present() ? dist : null;
}

await withSetup(async () => {
  await buildIfStale();
  rmSync(release, { recursive: true, force: true });
  const electronDist = electronDistribution();
  if (electronDist === null) {
    say('Electron’s binary is not here and cannot be fetched: no installer can be built on this machine. Allow access to github.com, name a mirror in ELECTRON_MIRROR, or the folder of an unpacked distribution in ELECTRON_OVERRIDE_DIST_PATH, then run this again.');
    for (const platform of /** @type {const} */ (['linux', 'win'])) {
      const folder = packContents(platform, contentsOnly);
      say(`built      ${system[platform]} file set, ${megabytes(folder)}, in ${shown(folder)}: it holds no Electron, cannot run, and is for checking contents only`);
    }
    for (const { title } of targets) say(`not built  ${title}: needs Electron’s binary`);
    return 0;
  }
  let failed = 0;
  const fileSet = pack({ platform: here, target: 'dir', output: release, config: { electronDist } });
  if (fileSet !== null) { say(`not built  ${system[here]} file set: ${fileSet}`); return 1; }
  const folder = readdirSync(release).map((name) => path.join(release, name)).find((place) => statSync(place).isDirectory());
  if (folder === undefined) { say(`not built  ${system[here]} file set: electron-builder left none`); return 1; }
  say(`built      ${system[here]} file set, ${megabytes(folder)}, in ${shown(folder)}`);
  for (const { target, platform, title, missing } of targets) {
    const lacking = platform === here ? missing() : `it is built on ${system[platform]}; run "npm run dist" there`;
    if (lacking !== null) { say(`not built  ${title}: ${lacking}`); continue; }
    const before = new Set(readdirSync(release));
    const wrong = pack({ platform, target, output: release, prepackaged: folder });
    const made = readdirSync(release).filter((name) => !before.has(name) && !/\.(log|blockmap|ya?ml)$/.test(name)).map((name) => path.join(release, name));
    if (wrong === null) say(`built      ${title}: ${made.map((file) => `${shown(file)}, ${megabytes(file)}`).join('; ')}`);
    // What electron-builder must download and cannot is not this machine's to build; anything else is a fault.
    else if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|getaddrinfo|download|status code [45]\d\d/i.test(wrong)) say(`not built  ${title}: a tool of electron-builder could not be downloaded; allow access to github.com or name a mirror in ELECTRON_BUILDER_BINARIES_MIRROR. ${wrong}`);
    else { failed++; say(`failed     ${title}: ${wrong}`); }
  }
  return failed === 0 ? 0 : 1;
});
