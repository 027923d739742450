// A Chromium for the tests and for `npm start` without Electron: the one named in REGIONMED_CHROMIUM, Playwright's own,
// one of the system's, or one that is installed now.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { say } from './setup.mjs';

const places = process.platform === 'win32'
  ? ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe']
  : process.platform === 'darwin' ? ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']
    : ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/usr/bin/microsoft-edge'];

/** Path of a Chromium-based browser that is here, or null. @returns {string | null} */
export const systemBrowser = () => [process.env['REGIONMED_CHROMIUM'] ?? '', ...places].find((p) => p !== '' && existsSync(p)) ?? null;

/** The same for tests, installing one when there is none. @returns {Promise<string | null>} */
export async function browserForTests() {
  const found = () => systemBrowser();
  const present = found();
  if (present !== null) return present;
  const { chromium } = await import('playwright');
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('Installing Chromium for the tests (apt-get install chromium)…');
    const quiet = /** @type {const} */ (['ignore', 'ignore', 2]);
    spawnSync('apt-get', ['update', '-qq'], { stdio: [...quiet] });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: [...quiet], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    const installed = found();
    if (installed !== null) return installed;
  }
  say('Fetching Chromium for the tests (playwright install chromium)…');
  spawnSync('playwright', ['install', 'chromium'], { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}
