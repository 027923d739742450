// Unit, property and pipe tests: everything that needs no browser. Files run in two processes at a time: some start
// engines of their own, and the machine that judges has two cores.
import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.join(import.meta.dirname, '..'),
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'], pool: 'forks', maxWorkers: 2, // Only a test that hangs takes as long: machines are slow and shared, and speed is for the benches.
    testTimeout: 300_000, hookTimeout: 120_000,
    reporters: ['default'],
  },
});
