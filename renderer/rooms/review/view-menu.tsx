// All ways of looking at an image, in one panel over the tool bar: windows, colours, turning, size, what is laid over it,
// playing, and which part of the computer paints.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { painters, choosePainter, usePaintedBy } from '../../canvas/pixels.ts';
import { colourMaps, paletteOf, type ColourMap } from '../../canvas/tone.ts';
import type { ImageView } from '../../canvas/use-view.ts';
import type { ActionId } from '../../keys/actions.ts';
import { isComposing, Keys, useActions } from '../../ui/actions.tsx';
import { useKeys } from '../../keys/keys.tsx';
import { Icon } from '../../ui/icons.tsx';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';
import type { SliceScroll } from './slice-scroll.ts';
import { useScrolled } from './use-scroll.tsx';
import type { Shown } from './use-tone.ts';

export interface ViewMenuProps { readonly shown: Shown; readonly sight: ImageView; readonly inColour: boolean; readonly hasOverlays: boolean; /** Null where the image stands alone. */ readonly scroll: SliceScroll | null }

export function ViewMenu(p: ViewMenuProps): ReactNode {
  const t = useTranslations('stage'), keys = useKeys(), [open, setOpen] = useState(false), place = useRef<HTMLDivElement>(null);
  useActions([{ id: 'image.more', run: () => setOpen(!open) }]);
  useEffect(() => {
    if (!open) return undefined;
    place.current?.querySelector<HTMLElement>('.view-menu button')?.focus();
    const away = (e: PointerEvent): void => { if (e.target instanceof Node && place.current?.contains(e.target) === false) setOpen(false); };
    window.addEventListener('pointerdown', away, true);
    return () => window.removeEventListener('pointerdown', away, true);
  }, [open]);
  const key = (e: React.KeyboardEvent): void => {
    if (!open || isComposing(e.nativeEvent)) return;
    // Within the panel the keyboard goes from button to button.
    if (e.key === 'Tab') e.stopPropagation();
    if (e.key === 'Escape') { e.stopPropagation(); setOpen(false); place.current?.querySelector('button')?.focus(); }
  };
  return (
    <div ref={place} className="view-menu-place" onKeyDown={key}>
      <button type="button" className="tool" aria-label={t('more')} title={keys.titled(t('more'), 'image.more')} aria-expanded={open} onClick={() => setOpen(!open)}><Icon name="view" /></button>
      {open && <Panel {...p} />}
    </div>
  );
}

function Panel({ shown, sight, inColour, hasOverlays, scroll }: ViewMenuProps): ReactNode {
  const t = useTranslations('stage'), by = usePaintedBy();
  const chip = (name: string, run: () => void, id: ActionId | null, pressed?: boolean, disabled = false): ReactNode =>
    <button key={name} type="button" className="chip" aria-pressed={pressed} disabled={disabled} onClick={run}>{name}{id !== null && <> <Keys of={id} /></>}</button>;
  const numbered = (i: number): ActionId | null => (['image.window1', 'image.window2', 'image.window3', 'image.window4', 'image.window5', 'image.window6', 'image.window7', 'image.window8', 'image.window9'] as const)[i] ?? null;
  const group = (title: string, children: ReactNode): ReactNode => <div className="view-group" role="group" aria-label={title}><h3>{title}</h3><div className="view-chips">{children}</div></div>;
  return (
    <div className="view-menu" role="dialog" aria-label={t('more')}>
      {group(t('windows'), <>{shown.presets.map((preset, i) => chip(shown.nameOf(preset), () => shown.setWindow((w) => ({ ...preset.window, inverted: w.inverted })), numbered(i), shown.preset?.name === preset.name))}{chip(t('autoWindow'), shown.auto, 'image.autoWindow')}</>)}
      {group(t('maps'), <>{!inColour && colourMaps.map((map) => chip(t(`map.${map}`), () => shown.setMap(map), null, shown.tone.map === map))}{chip(t('invert'), () => shown.setWindow((w) => ({ ...w, inverted: !w.inverted })), 'image.invert', shown.tone.window.inverted)}</>)}
      {group(t('orientation'), <>{([['right', 'image.turnRight'], ['left', 'image.turnLeft'], ['across', 'image.flipAcross'], ['down', 'image.flipDown']] as const).map(([turn, id]) => chip(t(`turn.${turn}`), () => sight.turn(turn), id))}</>)}
      {group(t('size'), <>{chip(t('fit'), sight.fit, 'image.fit', sight.moved === null)}{chip(t('fitWidth'), sight.fitWidth, 'image.fitWidth')}{chip(t('actual'), sight.actual, 'image.actual')}{chip(t('magnify'), () => shown.setLens(!shown.lens), 'image.magnify', shown.lens)}{hasOverlays && chip(t('overlays'), () => shown.setOverlays(!shown.overlays), 'image.overlays', shown.overlays)}</>)}
      {scroll !== null && <Cine scroll={scroll} />}
      {group(t('painter.title'), painters.map((q) => chip(t(`painter.${q}`), () => choosePainter(q), null, by.choice === q)))}
      <p className="faint" role="status">{t(`paintedBy.${by.gpu !== null && !by.gpu.isLost ? 'gpu' : 'processor'}`)}</p>
    </div>
  );
}

function Cine({ scroll }: { scroll: SliceScroll }): ReactNode {
  const t = useTranslations('slices'), { isPlaying, rate, bounces } = useScrolled(scroll);
  return (
    <div className="view-group" role="group" aria-label={t('cine')}><h3>{t('cine')}</h3>
      <div className="view-chips">
        <button type="button" className="chip" aria-pressed={isPlaying} onClick={() => scroll.play()}>{t('action.play')} <Keys of="cine.play" /></button>
        <button type="button" className="chip" onClick={() => scroll.faster(-1)}>{t('action.slower')} <Keys of="cine.slower" /></button>
        <button type="button" className="chip" onClick={() => scroll.faster(1)}>{t('action.faster')} <Keys of="cine.faster" /></button>
        <button type="button" className="chip" aria-pressed={bounces} onClick={() => scroll.bounce()}>{t('action.bounce')}</button>
        <span className="faint">{t('cineAt', { rate })}</span>
      </div>
    </div>
  );
}

/** The colours with the values that they stand for, where they are not greys. */
export function ColourBar({ map, centre, width, inverted, unit, exact }: { map: ColourMap; centre: number; width: number; inverted: boolean; unit: string; /** Values stand at the ends: no curve and no table bends them. */ exact: boolean }): ReactNode {
  const t = useTranslations('stage'), figures = useFigures();
  if (map === 'grey') return null;
  const value = (v: number): string => `${figures.fixed(v, width >= 20 ? 0 : 2).replace('-', '−')} ${unit}`.trim(), low = value(centre - width / 2), high = value(centre + width / 2), palette = paletteOf(map);
  const stops = Array.from({ length: 17 }, (_, i) => { const at = 4 * Math.round((255 * (inverted ? 16 - i : i)) / 16); return `rgb(${palette[at]} ${palette[at + 1]} ${palette[at + 2]})`; });
  return <div className="colour-bar" role="img" aria-label={t('colourBar', { low, high })}><span>{exact ? high : ''}</span><i style={{ background: `linear-gradient(to top, ${stops.join(', ')})` }} /><span>{exact ? low : ''}</span></div>;
}
