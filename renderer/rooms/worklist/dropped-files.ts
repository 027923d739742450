// Files and whole folders out of a drop, each with its path inside the folder it came from.
export interface NamedFile { readonly path: string; readonly file: File }

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));

async function walk(entry: FileSystemEntry, found: NamedFile[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry instanceof FileSystemFileEntry) { found.push({ path, file: await fileOf(entry) }); return; }
  if (!(entry instanceof FileSystemDirectoryEntry)) return;
  const reader = entry.createReader();
  // readEntries answers in portions of at most 100 until it answers none.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const child of some) await walk(child, found);
  }
}

/** Must be called within the drop event: the entries are gone after it. */
export function droppedFiles(data: DataTransfer): Promise<NamedFile[]> {
  const entries = [...data.items].flatMap((item) => { const e = item.webkitGetAsEntry(); return e === null ? [] : [e]; });
  const loose = entries.length === 0 ? [...data.files] : [];
  return (async () => {
    const found: NamedFile[] = loose.map((file) => ({ path: file.name, file }));
    for (const entry of entries) await walk(entry, found);
    return found;
  })();
}

export const chosenFiles = (list: FileList): NamedFile[] => [...list].map((file) => ({ path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, file }));

/** Files that describe annotations: with them the person is asked what they are. */
export const looksAnnotated = (files: readonly NamedFile[]): boolean => files.some(({ path }) => /\.(jsonl|json)$/i.test(path));
