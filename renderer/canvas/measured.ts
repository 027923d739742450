// What the render worker is asked when values are wanted instead of a picture.
import { z } from 'zod';
import { pixelFormat } from '../../shared/domain/case.ts';
import { box } from '../../shared/domain/geometry.ts';
import { shape } from '../../shared/domain/shape.ts';

export const measureRequest = z.object({ id: z.number(), format: pixelFormat, outlines: z.array(z.object({ box, shape: shape.optional() })) });
export type MeasureRequest = z.input<typeof measureRequest>;
