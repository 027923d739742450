// Where the program's own files lie. An entry is electron/NAME.ts in a checkout, dist/electron/NAME.mjs in its build,
// and that same build under resources/app.asar when it is installed, with what is started beside it in
// resources/app.asar.unpacked: Electron starts neither processes nor workers from inside its archive.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A path or URL inside the archive as that of the unpacked file. Elsewhere nothing changes. */
export const unpacked = (place: string): string => place.replace(/([\\/])app\.asar(?=[\\/])/, '$1app.asar.unpacked');
const packed = (place: string): string => place.replace(/([\\/])app\.asar\.unpacked(?=[\\/])/, '$1app.asar');

export interface OwnFiles {
  /** Folder of the page's files. */
  readonly page: string;
  /** Folder of the model that ships; REGIONMED_BASE_BUNDLE names another. */
  readonly baseBundle: string;
  /** Folder of the built entries, from which processes can be started. */
  readonly code: string;
}

/** @param entry the import.meta.url of an entry that lies directly in electron/ or dist/electron/ */
export function ownFiles(entry: string): OwnFiles {
  const at = (relative: string): string => fileURLToPath(new URL(relative, entry));
  const source = entry.endsWith('.ts');
  const installed = at('../../../bundles/base');
  return {
    page: packed(at(source ? '../dist/renderer' : '../renderer')),
    baseBundle: process.env['REGIONMED_BASE_BUNDLE'] ?? (source ? at('../models/bundles/base') : existsSync(installed) ? installed : at('../../models/bundles/base')),
    code: unpacked(at(source ? '../dist/electron' : '.')),
  };
}
