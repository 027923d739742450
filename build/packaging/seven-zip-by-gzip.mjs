#!/usr/bin/env node
// electron-builder compresses a .tar.gz with 7-Zip, which it downloads. Node can do that: this takes 7-Zip's command
// line for it, `a … OUT IN`, and writes OUT.
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const [input, output] = process.argv.slice(2).reverse();
if (input === undefined || output === undefined || !output.endsWith('.gz')) { process.stderr.write('Only gzip is made here.\n'); process.exit(2); }
await pipeline(createReadStream(input), createGzip({ level: 9 }), createWriteStream(output));
