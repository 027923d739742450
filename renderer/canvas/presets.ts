// Ways of showing grey levels, by number key. CT has windows everybody knows (Hounsfield units); other images have the
// file's own, the full range, and a harder and a softer one; and both whatever else the file names. Their names are
// stage.preset in words/; what a file calls its windows stays as it says.
import type { PixelFormat } from '../../shared/domain/case.ts';
import { standardWindow, windowFunction, type Windowing } from '../../shared/domain/display.ts';

export type PresetName = 'soft tissue' | 'lung' | 'bone' | 'brain' | 'mediastinum' | 'liver' | 'as stored' | 'full range' | 'hard' | 'soft';
export interface Preset { readonly name: PresetName | { readonly file: string }; readonly window: Windowing }

export function presetsFor(format: PixelFormat, modality: string): readonly Preset[] {
  const by = windowFunction(format), preset = (name: Preset['name'], centre: number, width: number, voi: Windowing['voi'] = by): Preset => ({ name, window: { centre, width, inverted: false, voi } });
  const low = format.sample === 'int16' ? -(2 ** (format.bitsStored - 1)) : 0, high = low + 2 ** format.bitsStored - 1;
  const [a, b] = [low * format.slope + format.intercept, high * format.slope + format.intercept];
  const { centre, width } = format.window, full = preset('full range', (a + b) / 2, Math.max(1, Math.abs(b - a)));
  const usual = /^ct$|computed tomography/i.test(modality)
    ? [preset('soft tissue', 40, 400), preset('lung', -600, 1500), preset('bone', 300, 1500), preset('brain', 40, 80), preset('mediastinum', 50, 350), preset('liver', 60, 160), full]
    : [preset('as stored', centre, width), full, preset('hard', centre, width / 2), preset('soft', centre, width * 1.8)];
  const tabled = format.voiTable === undefined ? [] : [{ name: { file: format.voiTable.name }, window: standardWindow(format) }];
  const named = (format.windows ?? []).filter((w) => w.name !== '' && !(w.centre === centre && w.width === width && usual[0]?.name === 'as stored')).map((w) => preset({ file: w.name }, w.centre, w.width));
  return [...usual, ...tabled, ...named];
}
/** The preset that a window is; turning it over makes it no other. */
export const presetOf = (presets: readonly Preset[], w: Windowing): Preset | null => presets.find(({ window: q }) => q.voi === w.voi && (q.voi === 'table' || (q.centre === w.centre && q.width === w.width))) ?? null;

/** A drag on the image: right widens, down raises the centre and so darkens (as reading workstations do); 300 screen pixels are one width. */
export function dragWindow(format: PixelFormat, w: Windowing, by: { readonly x: number; readonly y: number }): Windowing {
  return { ...w, voi: w.voi === 'table' ? windowFunction(format) : w.voi, width: Math.max(Math.min(1, Math.abs(format.slope)), w.width * Math.exp(by.x / 300)), centre: w.centre + (by.y / 300) * w.width };
}
