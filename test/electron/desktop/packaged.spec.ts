// The packed program's main, in the stand-in, laid out as installed and with nothing of the checkout above it: it finds
// its page in the archive, its engines, decoders and libraries beside it, and the base bundle in resources. What only
// the real binary can show (that it opens the archive, the sandbox, the installers) is NOT proved here.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { packContents } from '../../../build/packaging/pack.mjs';
import { installAt } from '../../build/packaged.ts';
import { launch, phantomToScreen } from './stand-in/launch.ts';

test.skip(process.platform !== 'linux', 'the stand-in is a shell script with Chromium behind it, for Linux');

test('the packed program in the stand-in (isolation, sandbox, asar and installers not proved)', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'regionmed-packed-'));
  const { application } = installAt(packContents('linux', path.join(folder, 'packed')), path.join(folder, 'installed'));
  const { electron, page, problems } = await launch(application, ['--workspace', path.join(folder, 'workspace')]);
  try {
    expect(await electron.evaluate(({ app }) => app.getAppPath())).toBe(application);
    await phantomToScreen(page);
    expect(problems).toEqual([]);
  } finally {
    await electron.close();
  }
  await rm(folder, { recursive: true, force: true });
});
