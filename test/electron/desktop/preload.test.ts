// The preload with a fake `electron`: the page gets the documented two names and nothing else, and ports of the two
// services only.
import { afterEach, expect, it, vi } from 'vitest';
import { fakeElectron } from './fake-electron.ts';

afterEach(() => { vi.unstubAllGlobals(); });

async function startPreload() {
  const fake = fakeElectron();
  const postMessage = vi.fn();
  vi.stubGlobal('window', { location: { origin: 'app://regionmed' }, postMessage });
  vi.resetModules();
  vi.doMock('electron', () => fake.module);
  await import('../../../electron/preload.ts');
  return { ...fake.module, postMessage };
}

it('exposes host and connect, nothing else', async () => {
  const { contextBridge, ipcRenderer } = await startPreload();
  expect(contextBridge.exposeInMainWorld.mock.calls).toEqual([['regionmed', { host: 'desktop', connect: expect.any(Function) }]]);
  const exposed = contextBridge.exposeInMainWorld.mock.calls[0]?.[1];
  if (typeof exposed !== 'object' || exposed === null || !('connect' in exposed) || typeof exposed.connect !== 'function') throw new Error('nothing was exposed');
  expect(exposed.connect('host')).toBeUndefined();
  expect(ipcRenderer.send.mock.calls).toEqual([['connect', 'host']]);
});

it('hands ports of the two services to its own page', async () => {
  const { ipcRenderer, postMessage } = await startPreload();
  const port = {};
  for (const service of ['host', 'inference', 'training', { regionmedPort: 'host' }, undefined]) ipcRenderer.emit('port', { ports: [port] }, service);
  expect(postMessage.mock.calls).toEqual([[{ regionmedPort: 'host' }, 'app://regionmed', [port]], [{ regionmedPort: 'inference' }, 'app://regionmed', [port]]]);
});
