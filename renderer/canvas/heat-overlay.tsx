// A heat map over the image and under the marks: painted once to a small canvas, which the stage draws large and smooth.
import { useMemo, type ReactNode } from 'react';
import { Shape } from 'react-konva';
import type { Size } from '../../shared/domain/geometry.ts';
import { matrixOf, type View } from './geometry.ts';
import { paintedHeat, type Overlay } from './heat-map.ts';

export function HeatOverlay({ overlay: { map, scale, opacity }, image, view }: { overlay: Overlay; image: Size; view: View }): ReactNode {
  const { width, height } = image;
  const canvas = useMemo(() => {
    const painted = paintedHeat(map, scale, { width, height }), made = document.createElement('canvas');
    made.width = painted.width;
    made.height = painted.height;
    made.getContext('2d')?.putImageData(new ImageData(painted.data, painted.width, painted.height), 0, 0);
    return made;
  }, [map, scale, width, height]);
  // Smooth, also where the image shows its pixels.
  return <Shape listening={false} opacity={opacity} sceneFunc={({ _context: c }) => { c.save(); c.imageSmoothingEnabled = true; c.transform(...matrixOf(view)); c.drawImage(canvas, 0, 0, width, height); c.restore(); }} />;
}
