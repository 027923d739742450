// Ways of showing grey levels, by number key. CT has windows everybody knows (Hounsfield units); other images have the
// file's own, the full range, and a harder and a softer one. Their names are stage.preset in words/.
import type { PixelFormat } from '../../shared/domain/case.ts';
import { windowFunction, type Windowing } from '../../shared/domain/display.ts';

export type PresetName = 'soft tissue' | 'lung' | 'bone' | 'brain' | 'as stored' | 'full range' | 'hard' | 'soft';
export interface Preset { readonly name: PresetName; readonly centre: number; readonly width: number }

export function presetsFor(format: PixelFormat, modality: string): readonly Preset[] {
  if (/^ct$|computed tomography/i.test(modality)) {
    return [{ name: 'soft tissue', centre: 40, width: 400 }, { name: 'lung', centre: -600, width: 1500 }, { name: 'bone', centre: 300, width: 1500 }, { name: 'brain', centre: 40, width: 80 }];
  }
  const low = format.sample === 'int16' ? -(2 ** (format.bitsStored - 1)) : 0, high = low + 2 ** format.bitsStored - 1;
  const [a, b] = [low * format.slope + format.intercept, high * format.slope + format.intercept];
  const { centre, width } = format.window;
  return [
    { name: 'as stored', centre, width }, { name: 'full range', centre: (a + b) / 2, width: Math.max(1, Math.abs(b - a)) },
    { name: 'hard', centre, width: width / 2 }, { name: 'soft', centre, width: width * 1.8 },
  ];
}

/** A drag on the image: right widens, down raises the centre and so darkens (as reading workstations do); 300 screen pixels are one width. */
export function dragWindow(format: PixelFormat, w: Windowing, by: { readonly x: number; readonly y: number }): Windowing {
  return { ...w, voi: w.voi === 'table' ? windowFunction(format) : w.voi, width: Math.max(1, w.width * Math.exp(by.x / 300)), centre: w.centre + (by.y / 300) * w.width };
}
