// The chosen region's extent in figures: width and height to type, and how it lies among the others. In
// millimetres where the image says how large its pixels are, else in pixels. The middle stays where it is.
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import type { PixelFormat } from '../../../shared/domain/case.ts';
import type { Box } from '../../../shared/domain/geometry.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import type { ActionId } from '../../keys/actions.ts';
import { useKeys } from '../../keys/keys.tsx';
import { isComposing } from '../../ui/actions.tsx';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { useTranslations } from '../../words/language.tsx';
import type { Layers } from './layers.ts';
import { useRegionWords } from './region-words.tsx';

export interface SizeFieldsProps { readonly region: RegionRow; readonly number: number; readonly pixels: PixelFormat; readonly locked: boolean; readonly layers: Layers; readonly onBox: (to: (box: Box) => Box) => void; readonly onDepth: (to: 'front' | 'back') => void }

export function SizeFields({ region: r, number, pixels, locked, layers, onBox, onDepth }: SizeFieldsProps): ReactNode {
  const t = useTranslations('drawing'), keys = useKeys(), { areaIn } = useRegionWords();
  const [y, x] = pixels.spacing ?? [1, 1], unit = pixels.spacing === null ? 'px' : 'mm', fixed = locked || layers.isLocked(r.id);
  const resized = (side: 'width' | 'height', to: number) => (b: Box): Box => {
    const at = side === 'width' ? 'x' : 'y', most = pixels[side], length = Math.min(most, Math.max(1, to));
    return { ...b, [side]: length, [at]: Math.min(most - length, Math.max(0, b[at] + (b[side] - length) / 2)) };
  };
  const button = (name: string, icon: IconName, id: ActionId, run: () => void, pressed?: boolean, disabled = false): ReactNode =>
    <button type="button" className="tool" aria-label={name} title={keys.titled(name, id)} aria-pressed={pressed} disabled={disabled} onClick={run}><Icon name={icon} /></button>;
  return (
    <div className="row size-fields">
      <span className="faint">{t(`shape.${r.shape?.kind ?? 'box'}`)}</span>
      {r.shape?.kind !== 'point' && <>
        <Length key={`width ${r.id}`} id="region-width" label={t('widthIn', { unit })} value={r.box.width * x} disabled={fixed} onCommit={(v) => onBox(resized('width', v / x))} />
        <span aria-hidden="true">×</span>
        <Length key={`height ${r.id}`} id="region-height" label={t('heightIn', { unit })} value={r.box.height * y} disabled={fixed} onCommit={(v) => onBox(resized('height', v / y))} />
        <span className="muted">{unit}</span>
        {/* Seen in the corner of the image. */}
        <span className="visually-hidden">{areaIn(r, pixels)}</span>
      </>}
      <span className="row size-tools">
        {button(t('front'), 'front', 'region.front', () => onDepth('front'), undefined, locked)}{button(t('back'), 'back', 'region.back', () => onDepth('back'), undefined, locked)}
        {button(t('hideOne', { number }), 'eye', 'region.hide', () => layers.hide(r.id), layers.isHidden(r.id))}{button(t('lockOne', { number }), 'lock', 'region.lock', () => layers.lock(r.id), layers.isLocked(r.id))}{button(t('soloOne', { number }), 'solo', 'region.solo', () => layers.solo(r.id), layers.alone === r.id)}
      </span>
    </div>
  );
}

/** Enter or leaving the field sets it, Escape takes it back. What is no length is not taken. */
function Length({ id, label, value, disabled, onCommit }: { id: string; label: string; value: number; disabled: boolean; onCommit: (v: number) => void }): ReactNode {
  const [text, setText] = useState<string | null>(null);
  const shown = String(Math.round(value * 100) / 100);
  const commit = (): void => { const v = Number(text?.replace(',', '.')); if (text !== null && text.trim() !== shown && Number.isFinite(v) && v > 0) onCommit(v); setText(null); };
  const key = (e: KeyboardEvent<HTMLInputElement>): void => {
    if (isComposing(e.nativeEvent)) return;
    if (e.key === 'Enter') { e.preventDefault(); commit(); e.currentTarget.blur(); }
    if (e.key === 'Escape') { setText(null); e.stopPropagation(); const field = e.currentTarget; queueMicrotask(() => field.blur()); }
  };
  return <input id={id} className="field length" inputMode="decimal" aria-label={label} title={label} value={text ?? shown} disabled={disabled} onChange={(e) => setText(e.target.value)} onFocus={(e) => e.currentTarget.select()} onBlur={commit} onKeyDown={key} />;
}
