// `node build/wat.mjs`: models/training/adamw.wat as bytes in adamw-bytes.ts, so that the program needs no assembler.
// A test assembles the text again and compares.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import assembler from 'wabt';
import { root, say } from './setup.mjs';

const folder = path.join(root, 'models', 'training');
const wabt = await assembler();
const parsed = wabt.parseWat('adamw.wat', readFileSync(path.join(folder, 'adamw.wat'), 'utf8'), { simd: true });
const bytes = Buffer.from(parsed.toBinary({}).buffer);
writeFileSync(path.join(folder, 'adamw-bytes.ts'), `// Made from adamw.wat by \`node build/wat.mjs\`: a WebAssembly module, base64.\nexport const adamWBytes = '${bytes.toString('base64')}';\n`);
say(`adamw-bytes.ts: ${bytes.length} bytes`);
