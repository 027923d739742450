// A Vulkan driver in software: Chromium brings SwiftShader and a loader for it, so WebGPU's numbers can be checked where
// there is no graphics card. The loader reads its environment when a process starts, so checks run in one of their own.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

const folders = (): string[] => [process.env['REGIONMED_CHROMIUM'], chromium.executablePath()].flatMap((f) => (f === undefined || f === '' ? [] : [path.dirname(f)])).concat('/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome');

/** What the environment of a process needs; null where no such driver is found. */
export function softwareVulkan(): Record<string, string> | null {
  if (process.platform !== 'linux') return null;
  const folder = folders().find((f) => ['libvulkan.so.1', 'libvk_swiftshader.so', 'vk_swiftshader_icd.json'].every((name) => existsSync(path.join(f, name))));
  return folder === undefined ? null : { LD_LIBRARY_PATH: folder, VK_DRIVER_FILES: path.join(folder, 'vk_swiftshader_icd.json') };
}
