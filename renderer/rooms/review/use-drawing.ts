// The drawing tools of the review: which one is in hand, how wide the brush is, what Enter does without a pointer, the
// outline asked of the model, and the keys of it all.
import { useEffect, useRef, useState } from 'react';
import type { PixelFormat } from '../../../shared/domain/case.ts';
import type { Box } from '../../../shared/domain/geometry.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import { ellipsePoints, type Shape } from '../../../shared/domain/shape.ts';
import type { Mark } from '../../canvas/image-stage.tsx';
import { rounded, type Point } from '../../canvas/geometry.ts';
import { pointerDown, pointerUp } from '../../canvas/tools/gesture.ts';
import { polygonOf } from '../../canvas/tools/settled.ts';
import { drawingTools, idle, isDrawing, onScreen, type DrawingTool, type Scene, type Target, type Tool } from '../../canvas/tools/tool.ts';
import type { ImageView } from '../../canvas/use-view.ts';
import { useProgram } from '../../data/program.tsx';
import { useActions } from '../../ui/actions.tsx';
import { useTranslations } from '../../words/language.tsx';
import type { Layers } from './layers.ts';

export interface DrawingInput {
  readonly pixels: PixelFormat;
  readonly modality: string;
  readonly region: RegionRow | undefined;
  readonly regions: readonly RegionRow[];
  readonly marks: readonly Mark[];
  readonly locked: boolean;
  readonly sight: ImageView;
  readonly layers: Layers;
  readonly tool: Tool;
  readonly onTool: (tool: Tool) => void;
  readonly onAdd: (box: Box, shape?: Shape) => void;
  readonly onChange: (id: string, box: Box, shape?: Shape) => void;
  readonly onDepth: (id: string, depth: number) => void;
  /** The chosen outline is taken by a vertex. */
  readonly onVertices: () => void;
}
export interface Drawing {
  readonly brush: number;
  readonly outlining: boolean;
  readonly outline: (at: Point, of: Target | null) => void;
  readonly toDepth: (to: 'front' | 'back') => void;
}

/** An outline takes a fifth of a second; an engine that is started anew for it, a few. Then it is given up. */
const patience = 20_000;

export function useDrawing(p: DrawingInput): Drawing {
  const { inference, sync } = useProgram();
  const t = useTranslations('drawing');
  const { pixels, region, locked, layers, sight, tool } = p;
  const most = Math.min(pixels.width, pixels.height) / 4;
  // A sixtieth of the image's shorter side, in image pixels.
  const [brush, setBrush] = useState(() => Math.max(1, Math.round(Math.min(pixels.width, pixels.height) / 60)));
  const [outlining, setOutlining] = useState(false);
  // What is asked for when the page has gone on to another case is not drawn.
  const away = useRef<AbortController | null>(null);
  useEffect(() => () => away.current?.abort(), []);

  const outline = (at: Point, of: Target | null): void => {
    away.current?.abort();
    const asked = new AbortController(), late = setTimeout(() => asked.abort('late'), patience);
    away.current = asked;
    setOutlining(true);
    const answer = inference().then((engine) => engine.outline({ image: { pixels, modality: p.modality }, point: at, ...(of === null ? {} : { expected: of.box }) }, { signal: asked.signal }));
    const given = new Promise<never>((_, reject) => { asked.signal.addEventListener('abort', () => reject(new Error(t('outlineAway')))); });
    Promise.race([answer, given]).then(({ points }) => {
      const made = polygonOf(points);
      if (made === null) return;
      if (of === null) p.onAdd(made.box, made.shape); else p.onChange(of.id, made.box, made.shape);
    }).catch((error: unknown) => {
      if (asked.signal.aborted && asked.signal.reason !== 'late') return;
      sync.say(t('outlineFailed', { why: error instanceof Error ? error.message : String(error) }));
    }).finally(() => { clearTimeout(late); if (away.current === asked) { away.current = null; setOutlining(false); } });
  };

  /** What the tool does in the middle of what is seen, for who has no pointer. */
  const inMiddle = (as: DrawingTool): void => {
    const seen = sight.middle();
    if (seen === null || sight.view === null) return;
    const box = rounded(seen), made = as === 'polygon' || as === 'freehand' ? polygonOf(ellipsePoints(box, 8)) : null;
    if (as === 'box') { p.onAdd(box); return; }
    if (as === 'ellipse') { p.onAdd(box, { kind: as }); return; }
    if (made !== null) { p.onAdd(made.box, made.shape); return; }
    const scene: Scene = { image: pixels, view: sight.view, targets: p.marks, selected: region?.id ?? null, locked, snapping: false, brush };
    const at = onScreen({ x: box.x + box.width / 2, y: box.y + box.height / 2 }, sight.view), pressed = pointerDown(scene, idle, { at, button: 0, tool: as, space: false, alt: false });
    for (const e of [...pressed.effects, ...pointerUp(scene, pressed.gesture).effects]) {
      if (e.kind === 'add') p.onAdd(e.box, e.shape);
      if (e.kind === 'change') p.onChange(e.id, e.box, e.shape);
      if (e.kind === 'outline') outline(e.at, e.of);
    }
  };
  const depths = p.regions.filter((r) => r.id !== region?.id).map((r) => r.depth ?? 0);
  const toDepth = (to: 'front' | 'back'): void => { if (region !== undefined) p.onDepth(region.id, to === 'front' ? Math.max(0, ...depths) + 1 : Math.min(0, ...depths) - 1); };

  const painting = tool === 'brush' || tool === 'eraser', chosen = region !== undefined;
  useActions([
    ...drawingTools.filter((d) => d !== 'box').map((d) => ({ id: `tool.${d}` as const, run: () => p.onTool(d), enabled: !locked })),
    { id: 'hand.inMiddle', run: () => { if (isDrawing(tool)) inMiddle(tool); }, enabled: !locked && isDrawing(tool) },
    { id: 'hand.larger', run: () => setBrush((r) => Math.min(most, Math.max(r + 1, Math.round(r * 1.25)))), enabled: painting },
    { id: 'hand.smaller', run: () => setBrush((r) => Math.max(0.5, Math.min(r - 1, Math.round(r / 1.25)))), enabled: painting },
    { id: 'region.vertices', run: p.onVertices, enabled: region?.shape?.kind === 'polygon' && !locked && !layers.isLocked(region.id) && !painting },
    { id: 'region.front', run: () => toDepth('front'), enabled: chosen && !locked },
    { id: 'region.back', run: () => toDepth('back'), enabled: chosen && !locked },
    { id: 'region.hide', run: () => { if (chosen) layers.hide(region.id); }, enabled: chosen },
    { id: 'region.lock', run: () => { if (chosen) layers.lock(region.id); }, enabled: chosen },
    { id: 'region.solo', run: () => { if (chosen) layers.solo(region.id); }, enabled: chosen || layers.alone !== null },
    { id: 'region.size', run: () => document.getElementById('region-width')?.focus(), enabled: chosen && !locked },
  ]);
  return { brush, outlining, outline, toDepth };
}
