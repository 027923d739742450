// Import as the command line and the page do it: decoded, three blobs an image (the file, its samples, its thumbnail) and
// a journal record, each fsynced before the next step counts on it.
import { dicomLot, freshWorkspace, never, phantomLot, setLot, silent, sizeOnDisk, standardSet, withHost, type Lot } from './grounds.ts';
import { inUnit, single, spread, timed, type Part, type Row } from './statistics.ts';

const batches = 6, phantoms = 48, ofSet = 120;

export async function importing(named: string | null): Promise<Part> {
  const warm = await phantomLot(3, 7900), set = named ?? standardSet;
  const lots = [await phantomLot(phantoms), set === null ? null : await setLot(set, ofSet), await dicomLot()];
  const rows: Row[] = [], words: string[] = [];
  for (const lot of lots) if (lot !== null) {
    const { files, megabytes, told } = await importLot(lot, warm);
    rows.push(spread(`import, ${lot.kind}: files a second`, files, inUnit('files/s')), spread(`import, ${lot.kind}: megabytes a second`, megabytes, inUnit('MB/s')));
    words.push(told);
  }
  if (set === null) rows.push(single('import, JPEG', 'not measured: no set is here, name one with --set'));
  if (lots[2] === null) rows.push(single('import, DICOM', 'not measured: ../shared/data is not here'));
  return { rows, notes: [`**Import**: ${words.join('; ')}. Each lot in ${batches} imports of equal mix into one workspace, decode workers started before; megabytes (10⁶ bytes) of the files as they come. Fsync of every blob, its folder and the journal is in it.`] };
}

async function importLot(lot: Lot, warm: Lot): Promise<{ files: number[]; megabytes: number[]; told: string }> {
  return withHost(await freshWorkspace('import'), async (host) => {
    const take = (paths: readonly string[]) => host.import({ paths, annotations: null, as: 'truth' }, silent, never);
    await take(warm.files);
    const files: number[] = [], megabytes: number[] = [];
    let refused = 0, duplicates = 0;
    for (let b = 0; b < batches; b++) {
      // Every sixth file: folders are sorted by kind.
      const part = lot.files.filter((_, i) => i % batches === b), size = await sizeOnDisk(part);
      const [took, report] = await timed(() => take(part));
      files.push((1000 * part.length) / took);
      megabytes.push(size / 1000 / took);
      refused += report.refused.length;
      duplicates += report.duplicates;
    }
    const aside = [...(refused > 0 ? [`${refused} refused for lack of an image or as damaged`] : []), ...(duplicates > 0 ? [`${duplicates} of known content`] : [])].join(', ');
    return { files, megabytes, told: `${lot.kind}: ${lot.words}${aside === '' ? '' : ` (${aside})`}, ${((await sizeOnDisk(lot.files)) / 1e6).toFixed(1)} MB` };
  });
}
