// Draws mark.svg at the sizes that desktops ask for and packs them for Windows (.ico) and macOS (.icns), both of which
// are plain containers of PNGs. Run after mark.svg changed: `node build/icons/draw.mjs`; the results are committed.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';
import { browserForTests } from '../browser.mjs';
import { giveUp } from '../setup.mjs';

const here = import.meta.dirname, svg = readFileSync(path.join(here, 'mark.svg'), 'utf8');
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const executablePath = await browserForTests() ?? giveUp('A Chromium is needed to draw the icons. Install one, or name it in REGIONMED_CHROMIUM.');
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
const page = await browser.newPage();
/** @type {Map<number, Buffer>} */
const pngs = new Map();
for (const size of sizes) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  pngs.set(size, await page.screenshot({ omitBackground: true }));
}
await browser.close();
const png = (/** @type {number} */ size) => pngs.get(size) ?? giveUp(`${size} was not drawn.`);

// Linux takes the folder of NxN.png; 1024 is for macOS alone.
for (const size of sizes) if (size <= 512) writeFileSync(path.join(here, `${size}x${size}.png`), png(size));

// ICO: a header of 6 bytes, an entry of 16 bytes an image (size 0 means 256), then the PNGs.
const inIco = [16, 24, 32, 48, 64, 128, 256];
const header = Buffer.alloc(6 + 16 * inIco.length);
header.writeUInt16LE(1, 2);
header.writeUInt16LE(inIco.length, 4);
let at = header.length;
for (const [i, size] of inIco.entries()) {
  const entry = 6 + 16 * i;
  header.writeUInt8(size % 256, entry);
  header.writeUInt8(size % 256, entry + 1);
  header.writeUInt16LE(1, entry + 4);
  header.writeUInt16LE(32, entry + 6);
  header.writeUInt32LE(png(size).length, entry + 8);
  header.writeUInt32LE(at, entry + 12);
  at += png(size).length;
}
writeFileSync(path.join(here, 'icon.ico'), Buffer.concat([header, ...inIco.map(png)]));

// ICNS: chunks of type, length with its 8 bytes of head, PNG.
const chunk = (/** @type {string} */ type, /** @type {Buffer} */ bytes) => {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(8 + bytes.length, 4);
  return Buffer.concat([head, bytes]);
};
const chunks = /** @type {const} */ ([['ic07', 128], ['ic08', 256], ['ic09', 512], ['ic10', 1024], ['ic11', 32], ['ic12', 64]]).map(([type, size]) => chunk(type, png(size)));
writeFileSync(path.join(here, 'icon.icns'), chunk('icns', Buffer.concat(chunks)));
