// The windows of the desktop program: no Node in the page, no new windows, no navigation away, no permissions.
import { BrowserWindow, session } from 'electron';

export function openWindow(preload: string, address: string): BrowserWindow {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, allow) => allow(false));
  const window = new BrowserWindow({
    width: 1440, height: 900, minWidth: 1024, minHeight: 700, show: false, backgroundColor: '#0e1013', title: 'RegionMed Studio',
    webPreferences: { preload, contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, spellcheck: false },
  });
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('will-navigate', (event, url) => { if (new URL(url).origin !== new URL(address).origin) event.preventDefault(); });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(address);
  return window;
}
