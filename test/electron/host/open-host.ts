// A real host with real engines in a temporary folder; closed after each test.
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { afterEach } from 'vitest';
import { forkEngine } from '../../../electron/host/fork-engine.ts';
import { Host, type HostOptions } from '../../../electron/host/open.ts';
import { temporaryFolder } from '../temporary.ts';

export const baseBundle = path.join(import.meta.dirname, '../../../models/bundles/base');
export const never = new AbortController().signal;
export const silent = (): void => { /* nobody watches */ };

const open = new Set<Host>();
afterEach(async () => { for (const host of open) await close(host); });

export async function openHost(workspace: string, options: Partial<HostOptions> = {}): Promise<Host> {
  const host = await Host.open({ workspace, baseBundle, startEngine: forkEngine, kind: 'web', ...options });
  open.add(host);
  return host;
}
export async function close(host: Host): Promise<void> { if (open.delete(host)) await host.close(); }

/** A copy of the base bundle, to be damaged. */
export async function copyOfBase(): Promise<string> {
  const folder = path.join(await temporaryFolder(), 'bundle');
  await cp(baseBundle, folder, { recursive: true });
  return folder;
}
