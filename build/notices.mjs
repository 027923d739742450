// The licences of everything that is inside the built program, as one file beside it: their authors ask for it.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

/** Packages that are not bundled but packed as they are. */
const packed = ['onnxruntime-node', 'onnxruntime-common', '@cornerstonejs/codec-charls', '@cornerstonejs/codec-libjpeg-turbo-8bit', '@cornerstonejs/codec-openjpeg', '@cornerstonejs/codec-openjph'];

/** The package a bundled file belongs to, or null for our own. @param {string} file @returns {string | null} */
function packageOf(file) {
  const at = file.replaceAll('\\', '/').lastIndexOf('node_modules/');
  if (at < 0) return null;
  const [first = '', second = ''] = file.replaceAll('\\', '/').slice(at + 'node_modules/'.length).split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** Writes name, version, licence and licence text of each package that the files come from. @param {readonly string[]} files @param {string} out */
export function writeNotices(files, out) {
  const names = [...new Set([...packed, ...files.flatMap((f) => packageOf(f) ?? [])])].filter((n) => existsSync(path.join(root, 'node_modules', n, 'package.json'))).sort();
  const parts = names.map((name) => {
    const folder = path.join(root, 'node_modules', name);
    /** @type {{ version?: string, license?: string, homepage?: string }} */
    const { version = '', license = 'see its homepage', homepage = '' } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const texts = readdirSync(folder).filter((f) => /^(licen[sc]e|notice|copying|third-?party)/i.test(f)).map((f) => readFileSync(path.join(folder, f), 'utf8').trim());
    return [`${name} ${version} (${license})${homepage === '' ? '' : ` ${homepage}`}`, ...texts].join('\n\n');
  });
  writeFileSync(out, `RegionMed Studio contains these packages, under the licences their authors gave them.\n\n${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
}
