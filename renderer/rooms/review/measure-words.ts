// What a measurement says, in the reader's words: beside it on the image, in the list, and as text to take along.
import type { PixelFormat } from '../../../shared/domain/case.ts';
import { calibrationOf, readingOf, type Measured } from '../../../shared/domain/measurement.ts';
import type { Statistics } from '../../../shared/domain/statistics.ts';
import { useFigures } from '../../ui/words.ts';
import { useTranslations } from '../../words/language.tsx';

export interface MeasureWords {
  /** A line each. `values`: undefined while they are read, null where there is nothing but padding. */
  readonly of: (m: Measured, values: readonly Statistics[] | null | undefined) => readonly string[];
  readonly valuesOf: (values: readonly Statistics[] | null | undefined) => readonly string[];
  /** Where the millimetres lie, and how exact the values are. */
  readonly told: readonly string[];
}

export function useMeasureWords(pixels: PixelFormat): MeasureWords {
  const t = useTranslations('measure'), figures = useFigures();
  const { spacing, unit, rounded } = pixels, calibration = calibrationOf(pixels), mm = spacing === null ? 'px' : 'mm';
  const length = (v: number): string => `${figures.fixed(v, v < 10 && spacing !== null ? 2 : 1)} ${mm}`;
  const area = (v: number): string => `${figures.fixed(v, v < 10 ? 2 : v < 1000 ? 1 : 0)} ${mm}²`;
  // Stored values are whole; rescaled ones may not be.
  const value = (v: number): string => figures.fixed(v, Number.isInteger(v) ? 0 : Math.abs(v) < 10 ? 2 : 1), withUnit = (v: string): string => (unit === undefined ? v : `${v} ${unit}`);
  const mean = (v: number): string => figures.fixed(v, Math.abs(v) < 10 ? 2 : 1);
  const valuesOf = (values: readonly Statistics[] | null | undefined): readonly string[] => {
    if (values === undefined) return [];
    if (values === null) return [t('padding')];
    const [one, green, blue] = values;
    if (one === undefined) return [];
    if (green !== undefined && blue !== undefined) return [t('colours', { red: mean(one.mean), green: mean(green.mean), blue: mean(blue.mean) }), t('range', { low: value(Math.min(...values.map((s) => s.minimum))), high: value(Math.max(...values.map((s) => s.maximum))), n: one.count })];
    return [withUnit(t('mean', { mean: mean(one.mean), deviation: mean(one.deviation) })), t('range', { low: value(one.minimum), high: value(one.maximum), n: one.count })];
  };
  const of = (m: Measured, values: readonly Statistics[] | null | undefined): readonly string[] => {
    const reading = readingOf(m, spacing), where = calibration === 'detector' ? [t('atDetector')] : [];
    switch (reading.kind) {
      case 'length': return [length(reading.value), ...where];
      case 'angle': return [reading.value === null ? t('noAngle') : `${figures.fixed(reading.value, 1)}°`];
      case 'area': return [t('area', { area: area(reading.value) }), ...valuesOf(values), ...where];
      case 'value': {
        const [one, green, blue] = values ?? [];
        if (values === null) return [t('padding')];
        return one === undefined ? [] : [green === undefined || blue === undefined ? withUnit(value(one.mean)) : t('colours', { red: value(one.mean), green: value(green.mean), blue: value(blue.mean) })];
      }
    }
  };
  return { of, valuesOf, told: [t(`calibration.${calibration}`), ...(rounded === undefined || rounded === 0 ? [] : [t('rounded', { by: value(rounded) })])] };
}
