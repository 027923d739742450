// A folder with the file names of an unpacked Electron distribution and nothing in them. electron-builder packs against
// it what it would pack against the real one, so a package's contents can be checked where Electron's binary is not
// here. What comes out is no program: its executable says so and ends.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../setup.mjs';

const sentence = 'This file set holds no Electron. It was made to check the contents of a package and cannot be installed or run.';
const libraries = {
  linux: ['libEGL.so', 'libGLESv2.so', 'libffmpeg.so', 'libvk_swiftshader.so', 'libvulkan.so.1'],
  win: ['libEGL.dll', 'libGLESv2.dll', 'ffmpeg.dll', 'd3dcompiler_47.dll', 'vk_swiftshader.dll', 'vulkan-1.dll'],
};
const resources = ['LICENSE', 'LICENSES.chromium.html', 'chrome_100_percent.pak', 'chrome_200_percent.pak', 'resources.pak', 'icudtl.dat', 'snapshot_blob.bin', 'v8_context_snapshot.bin', 'vk_swiftshader_icd.json', 'locales/en-US.pak', 'locales/ja.pak'];

/** @param {string} folder emptied and filled @param {'linux' | 'win'} platform */
export function makeDistribution(folder, platform) {
  rmSync(folder, { recursive: true, force: true });
  for (const sub of ['locales', 'resources']) mkdirSync(path.join(folder, sub), { recursive: true });
  for (const name of [...resources, ...libraries[platform]]) writeFileSync(path.join(folder, name), `${sentence}\n`);
  /** @type {unknown} */
  const electron = JSON.parse(readFileSync(path.join(root, 'node_modules', 'electron', 'package.json'), 'utf8'));
  if (typeof electron !== 'object' || electron === null || !('version' in electron)) throw new Error('Electron\'s package has no version');
  writeFileSync(path.join(folder, 'version'), String(electron.version));
  if (platform === 'win') { writeFileSync(path.join(folder, 'electron.exe'), `${sentence}\n`); return; }
  for (const name of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\necho "${sentence}" >&2\nexit 1\n`);
    chmodSync(path.join(folder, name), 0o755);
  }
}
