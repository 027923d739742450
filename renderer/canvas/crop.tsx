// A box of an image with something of its surroundings, small enough for a list: the render worker cuts it out, and the
// whole image never reaches the page.
import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import type { PixelFormat } from '../../shared/domain/case.ts';
import { clampBox, type Box } from '../../shared/domain/geometry.ts';
import { standardWindow } from '../../shared/domain/display.ts';
import { useBitmap } from './pixels.ts';

export interface CropProps {
  readonly format: PixelFormat;
  readonly box: Box;
  /** The side of the square that is shown, in longer sides of the box. */
  readonly reach: number;
  /** In pixels of the page. */
  readonly side: number;
  readonly colour: string;
  /** Left out where something else says it. */
  readonly label?: string;
}

/** A square about the box, inside the image. */
function about(box: Box, reach: number, format: PixelFormat): Box {
  const side = Math.min(format.width, format.height, Math.max(8, reach * Math.max(box.width, box.height)));
  return clampBox({ x: Math.round(box.x + (box.width - side) / 2), y: Math.round(box.y + (box.height - side) / 2), width: Math.round(side), height: Math.round(side) }, format);
}

export function Crop({ format, box, reach, side, colour, label }: CropProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const cut = useMemo(() => ({ box: about(box, reach, format), longest: 2 * side }), [format, box, reach, side]), window = useMemo(() => standardWindow(format), [format]);
  const bitmap = useBitmap(format, window, cut);
  useEffect(() => {
    const element = canvas.current, context = element?.getContext('2d');
    if (element === null || context === null || context === undefined || bitmap === null) return;
    const scale = element.width / cut.box.width;
    context.imageSmoothingEnabled = scale < 6;
    context.drawImage(bitmap, 0, 0, element.width, element.height);
    for (const [line, width] of [['#000a', 5], [colour, 3]] as const) { context.strokeStyle = line; context.lineWidth = width; context.strokeRect((box.x - cut.box.x) * scale, (box.y - cut.box.y) * scale, box.width * scale, box.height * scale); }
  }, [bitmap, cut, box, colour]);
  return <canvas ref={canvas} className="crop" {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })} width={2 * side} height={2 * side} style={{ width: side, height: side }} data-ready={bitmap !== null} />;
}
