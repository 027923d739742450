// All that the page gets from the desktop: ports to the services. Ports cannot cross the context bridge, so they are
// posted to the page's own window, which knows them by the service's name.
import { contextBridge, ipcRenderer } from 'electron';

/** The page's window; the rest of this folder has no DOM. */
declare const window: { readonly location: { readonly origin: string }; postMessage(message: unknown, origin: string, transfer: readonly unknown[]): void };

contextBridge.exposeInMainWorld('regionmed', {
  host: 'desktop',
  /** The port arrives as a window message { regionmedPort: service } with one transferred port. */
  connect: (service: 'host' | 'inference') => { ipcRenderer.send('connect', service); },
});

ipcRenderer.on('port', (event, service: unknown) => {
  if (service === 'host' || service === 'inference') window.postMessage({ regionmedPort: service }, window.location.origin, [...event.ports]);
});
