// The graphics path without a graphics card: on a software Vulkan driver the WebGPU provider must give the processor's
// losses and gradients for the dual-branch network, and what the table says of single operators must hold.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { operatorAnswer, selfTest } from '../../../shared/contracts/doctor.ts';
import { softwareVulkan } from './software-vulkan.ts';

const driver = softwareVulkan();
const answered = z.object({
  selfTest, apart: z.array(z.object({ name: z.string(), difference: z.number().nullable(), largest: z.number() })), table: z.array(operatorAnswer.omit({ agrees: true })),
});
const operators = ['MaxPool', 'AveragePool', 'BatchNormalization', 'GroupNormalization', 'RMSNormalization', 'Attention', 'LogSoftmax', 'Gather', 'ScatterElements', 'Pad', 'Sign', 'LRN'];

describe.skipIf(driver === null)(`WebGPU on a software driver${driver === null ? ' (skipped: no Chromium with SwiftShader and a Vulkan loader was found)' : ''}`, () => {
  let found: z.infer<typeof answered>;
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'webgpu-child.ts'), ...operators], { env: { ...process.env, ...driver }, maxBuffer: 1e8 });
    found = answered.parse(JSON.parse(stdout));
  });

  test('passes its self-test', () => { expect(found.selfTest).toMatchObject({ name: 'webgpu', state: 'agrees', problem: null }); });
  test('gives the losses and the gradient of every weight within 1e-4', () => {
    const largest = Math.max(...found.apart.map((a) => a.largest));
    expect(found.apart.length).toBeGreaterThan(100);
    // A gradient that is zero but for rounding (a bias before a softmax) has no relative difference to speak of.
    expect(found.apart.filter((a) => a.largest > 1e-6 * largest && (a.difference ?? Infinity) > 1e-4)).toEqual([]);
    expect(found.apart.filter((a) => a.largest <= 1e-6 * largest && (a.difference ?? Infinity) * a.largest > 1e-7 * largest)).toEqual([]);
  });
  test('the table tells which operators agree and which run on the processor', () => {
    expect(found.table.map((a) => a.operator).sort()).toEqual([...operators].sort());
    for (const a of found.table) { expect(a.problem, a.operator).toBeNull(); expect(a.worst, a.operator).toBeLessThan(1e-4); }
    const placed = (operator: string) => { const a = found.table.find((t) => t.operator === operator); return [a?.forward, a?.gradient]; };
    expect([placed('MaxPool'), placed('BatchNormalization'), placed('Sign'), placed('LRN')]).toEqual([['device', 'device'], ['device', 'device'], ['processor', null], ['processor', null]]);
  });
});
