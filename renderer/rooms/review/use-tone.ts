// How the open case is shown: window, colours, the file's drawings, the magnifier; with the keys of it and of turning.
import { useEffect, useRef, useState } from 'react';
import type { CaseRow } from '../../../shared/domain/case.ts';
import { standardWindow, windowFunction, type Windowing } from '../../../shared/domain/display.ts';
import type { Box } from '../../../shared/domain/geometry.ts';
import { boxBetween, toImage } from '../../canvas/geometry.ts';
import { windowFor } from '../../canvas/pixels.ts';
import { presetOf, presetsFor, type Preset } from '../../canvas/presets.ts';
import { colourMaps, type ColourMap, type Tone } from '../../canvas/tone.ts';
import type { ImageView } from '../../canvas/use-view.ts';
import { useProgram } from '../../data/program.tsx';
import { useActions } from '../../ui/actions.tsx';
import { useTranslations } from '../../words/language.tsx';
import type { Look } from './use-slices.ts';

/** A key each for the windows that an image is offered. */
const windows = ['image.window1', 'image.window2', 'image.window3', 'image.window4', 'image.window5', 'image.window6', 'image.window7', 'image.window8', 'image.window9'] as const;
/** Milliseconds from which a key was held, not pressed. */
const heldFor = 350;

export interface Shown {
  readonly tone: Tone;
  readonly presets: readonly Preset[];
  readonly preset: Preset | null;
  readonly nameOf: (preset: Preset) => string;
  readonly setWindow: (change: (window: Windowing) => Windowing) => void;
  readonly setMap: (map: ColourMap) => void;
  readonly auto: () => void;
  readonly overlays: boolean;
  readonly setOverlays: (shown: boolean) => void;
  readonly lens: boolean;
  readonly setLens: (on: boolean) => void;
}

/** A key that shows the lens while it is held; pressed for a moment it leaves it there until it is pressed again. */
function useLens(): readonly [boolean, () => void, (on: boolean) => void] {
  const [on, set] = useState(false), down = useRef<number | null>(null);
  useEffect(() => {
    const up = (e: KeyboardEvent): void => {
      const since = down.current;
      if (since === null || ['Shift', 'Control', 'Alt', 'Meta'].includes(e.key)) return;
      down.current = null;
      if (performance.now() - since > heldFor) set(false);
    };
    window.addEventListener('keyup', up);
    return () => window.removeEventListener('keyup', up);
  }, []);
  // A key that is held comes again and again.
  return [on, () => { if (down.current === null) { down.current = performance.now(); set(!on); } }, set];
}

export function useTone(study: CaseRow, chosen: Box | null, arrived: Look | null, sight: ImageView): Shown {
  const { sync } = useProgram();
  const t = useTranslations('stage'), review = useTranslations('review');
  const [shown, setShown] = useState<Windowing>(() => arrived?.window ?? standardWindow(study.pixels));
  const [map, setMap] = useState<ColourMap>(() => arrived?.map ?? 'grey');
  const [overlays, setOverlays] = useState(() => arrived?.overlays ?? true);
  const [lens, press, setLens] = useLens();
  const { pixels } = study, presets = presetsFor(pixels, study.modality);
  const nameOf = ({ name }: Preset): string => (typeof name === 'string' ? t(`preset.${name}`) : name.file);
  const take = ({ window }: Preset): void => setShown((w) => ({ ...window, inverted: w.inverted }));
  const auto = (): void => {
    const { view, stage } = sight;
    const seen = view === null ? null : boxBetween(toImage({ x: 0, y: 0 }, view), toImage({ x: stage.width, y: stage.height }, view), pixels);
    windowFor(pixels, chosen ?? seen).then((found) => { if (found === null) sync.say(t('nothingToWindow')); else setShown((w) => ({ ...w, ...found, voi: windowFunction(pixels) })); }, () => undefined);
  };
  useActions([
    { id: 'image.invert', run: () => setShown((w) => ({ ...w, inverted: !w.inverted })) },
    ...presets.slice(0, windows.length).map((preset, i) => ({ id: windows[i] ?? windows[0], name: review('action.preset', { name: nameOf(preset) }), run: () => take(preset) })),
    { id: 'image.fileWindow', run: () => setShown(standardWindow(pixels)) },
    { id: 'image.autoWindow', run: auto },
    { id: 'image.nextMap', run: () => setMap(colourMaps[(colourMaps.indexOf(map) + 1) % colourMaps.length] ?? 'grey'), enabled: pixels.channels === 1 },
    { id: 'image.turnRight', run: () => sight.turn('right') }, { id: 'image.turnLeft', run: () => sight.turn('left') },
    { id: 'image.flipAcross', run: () => sight.turn('across') }, { id: 'image.flipDown', run: () => sight.turn('down') },
    { id: 'image.fit', run: sight.fit }, { id: 'image.fitWidth', run: sight.fitWidth }, { id: 'image.actual', run: sight.actual },
    { id: 'image.zoomIn', run: () => sight.zoom(1.25) }, { id: 'image.zoomOut', run: () => sight.zoom(0.8) },
    { id: 'image.magnify', run: press },
    { id: 'image.overlays', run: () => setOverlays(!overlays), enabled: (pixels.overlays?.length ?? 0) > 0 },
    { id: 'image.reset', run: () => { sight.reset(); setShown(standardWindow(pixels)); setMap('grey'); setLens(false); } },
  ]);
  return { tone: { window: shown, map }, presets, preset: presetOf(presets, shown), nameOf, setWindow: setShown, setMap, auto, overlays, setOverlays, lens, setLens };
}
