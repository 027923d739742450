// End-to-end tests in a real browser, as a person works: the web host with the built page, and the same specs against
// Electron where its binary is present.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from '@playwright/test';
import type { HostOptions } from './e2e/program.ts';

const root = path.join(import.meta.dirname, '..');
const electron = existsSync(path.join(root, 'node_modules', 'electron', 'path.txt'));

export default defineConfig<HostOptions>({
  testDir: path.join(root, 'test'), testMatch: ['e2e/**/*.spec.ts', 'electron/desktop/**/*.spec.ts'], outputDir: path.join(root, 'test-results'),
  timeout: 240_000, expect: { timeout: 20_000 }, workers: 1, fullyParallel: false, forbidOnly: process.env['CI'] !== undefined, reporter: [['list']], retries: 0,
  projects: [
    { name: 'web', use: { kind: 'web', actionTimeout: 20_000 } },
    ...(electron ? [{ name: 'electron', testMatch: ['e2e/**/*.spec.ts'], use: { kind: 'electron' as const } }] : []),
  ],
});
