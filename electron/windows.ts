// The window of the desktop program: no Node in the page, no new windows, no navigation away, no permissions.
import { BrowserWindow, session } from 'electron';

/** Chromium fetches dictionaries that it has not got from the network: from here it gets none, those of the computer are used. */
const noDictionaries = 'app://regionmed/dictionaries/';

let window: BrowserWindow | null = null;

/** Opens the window, or brings it to the front when it is open. */
export function showWindow(preload: string, address: string): void {
  if (window === null || window.isDestroyed()) { window = openWindow(preload, address); return; }
  if (window.isMinimized()) window.restore();
  window.focus();
}

function openWindow(preload: string, address: string): BrowserWindow {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, allow) => allow(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setSpellCheckerDictionaryDownloadURL(noDictionaries);
  // Captions are English; what is Japanese in them is not checked. macOS finds the language itself.
  if (process.platform !== 'darwin') session.defaultSession.setSpellCheckerLanguages(['en-US']);
  const window = new BrowserWindow({
    width: 1440, height: 900, minWidth: 1024, minHeight: 700, show: false, backgroundColor: '#0e1013', title: 'RegionMed Studio',
    webPreferences: { preload, contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, spellcheck: true },
  });
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // Compared as text: Node's URL gives every scheme it does not know, and file: and data: too, the same origin 'null'.
  window.webContents.on('will-navigate', (event, url) => { if (!url.startsWith(address)) event.preventDefault(); });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(address);
  return window;
}
