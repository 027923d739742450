// A file that keeps its decoder busy costs itself: the pool gives it up, and decodes the next with a new worker.
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import { afterEach, describe, expect, it } from 'vitest';
import { DecodePool } from '../../../../electron/host/import/decode-pool.ts';
import { temporaryFolder } from '../../temporary.ts';

const pools: DecodePool[] = [];
afterEach(async () => { for (const p of pools.splice(0)) await p.close(); });
const poolOf = (milliseconds?: number): DecodePool => { const p = new DecodePool(milliseconds); pools.push(p); return p; };

describe.skipIf(process.platform === 'win32')('a file that never ends (a pipe into which nobody writes; skipped on Windows, which has none)', () => {
  it('is given up after the limit by every worker it reaches; the next file is decoded by one that took its place', async () => {
    const folder = await temporaryFolder(), pipe = path.join(folder, 'pipe'), whole = path.join(folder, 'whole.png'), pool = poolOf(5000);
    execFileSync('/usr/bin/mkfifo', [pipe]);
    await writeFile(whole, encode({ width: 32, height: 32, data: new Uint8Array(1024).fill(7), channels: 1, depth: 8 }));
    const stuck = Array.from({ length: pool.size }, () => pool.open(pipe, 'pipe.dcm'));
    for (const s of stuck) await expect(s).rejects.toMatchObject({ code: 'unreadable-file', message: 'pipe.dcm took more than 5 seconds to decode and was given up.' });
    const file = await pool.open(whole, 'whole.png');
    expect((await file.decode()).frames).toBe(1);
    expect((await file.frame(0)).format).toMatchObject({ width: 32, height: 32 });
    file.close();
  });
});

it('closed while a file is open, says so to whoever waits', async () => {
  const folder = await temporaryFolder(), whole = path.join(folder, 'whole.png'), pool = poolOf();
  await writeFile(whole, encode({ width: 32, height: 32, data: new Uint8Array(1024), channels: 1, depth: 8 }));
  const file = await pool.open(whole, 'whole.png'), answer = file.decode();
  await pool.close();
  await expect(answer.then(() => file.frame(0))).rejects.toMatchObject({ code: 'cancelled' });
});
