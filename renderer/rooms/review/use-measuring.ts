// Measuring in the review: which measurements the case has and what they say, what is measured next, and the keys of it.
// What the hand did is shown before it is stored; the values in an outline follow when the render worker has counted them.
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { liveQuery } from 'dexie';
import type { CaseRow, PixelFormat } from '../../../shared/domain/case.ts';
import { nextOrder } from '../../../shared/domain/commands/measurement.ts';
import { canonical } from '../../../shared/domain/diff.ts';
import { measurementKinds, outlineOf, pointsOf, type MeasurementKind, type MeasurementRow } from '../../../shared/domain/measurement.ts';
import type { RegionRow } from '../../../shared/domain/region.ts';
import type { Point } from '../../../shared/domain/shape.ts';
import type { Statistics } from '../../../shared/domain/statistics.ts';
import type { StageHandle, StageMeasure } from '../../canvas/image-stage.tsx';
import { measured } from '../../canvas/pixels.ts';
import type { Tool } from '../../canvas/tools/tool.ts';
import type { ImageView } from '../../canvas/use-view.ts';
import { useProgram } from '../../data/program.tsx';
import type { ReviewCommands } from '../../data/review-commands.ts';
import { useActions } from '../../ui/actions.tsx';
import { useTranslations } from '../../words/language.tsx';
import { useMeasureWords, type MeasureWords } from './measure-words.ts';

type Values = readonly Statistics[] | null;
type Outline = Pick<RegionRow, 'box' | 'shape'>;

/** What lies in outlines, as far as it is known; what was counted once is kept as long as the image is shown. */
function useStatistics(pixels: PixelFormat, outlines: readonly (Outline | null)[]): (outline: Outline | null) => Values | undefined {
  const [known, setKnown] = useState<ReadonlyMap<string, Values>>(new Map());
  const keyOf = ({ box, shape }: Outline): string => `${pixels.blob} ${canonical({ box, shape })}`;
  const missing = outlines.flatMap((o) => (o === null || known.has(keyOf(o)) ? [] : [{ box: o.box, ...(o.shape === undefined ? {} : { shape: o.shape }) }])), wanted = missing.map(keyOf).join('\n');
  const asked = useRef(missing);
  useEffect(() => { asked.current = missing; });
  useEffect(() => {
    if (wanted === '') return undefined;
    let current = true;
    measured(pixels, asked.current).then((values) => { if (current) setKnown((k) => new Map([...k, ...wanted.split('\n').map((key, i) => [key, values[i] ?? null] as const)])); }, () => undefined);
    return () => { current = false; };
  }, [pixels, wanted]);
  return (o) => (o === null ? undefined : known.get(keyOf(o)));
}

export interface MeasureLine { readonly row: MeasurementRow; readonly number: number; readonly lines: readonly string[] }
export interface Measuring {
  readonly stage: StageMeasure;
  readonly kind: MeasurementKind;
  readonly onKind: (kind: MeasurementKind) => void;
  readonly list: readonly MeasureLine[];
  /** As they are stored. */
  readonly rows: readonly MeasurementRow[];
  readonly words: MeasureWords;
  /** Values in the chosen region. */
  readonly region: readonly string[];
  readonly hold: (id: string) => void;
  readonly remove: (id: string) => void;
  readonly copy: () => void;
}

export interface MeasuringInput { readonly study: CaseRow; readonly region: RegionRow | undefined; readonly tool: Tool; readonly onTool: (tool: Tool) => void; readonly act: ReviewCommands; readonly sight: ImageView; readonly stage: RefObject<StageHandle | null>; readonly hidden: boolean }

/** What was measured last: one who measures angles measures angles on the next image, too. */
let usual: MeasurementKind = 'length';
const inOrder = (a: MeasurementRow, b: MeasurementRow): number => a.order - b.order || (a.id < b.id ? -1 : 1);

export function useMeasuring({ study, region, tool, onTool, act, sight, stage, hidden }: MeasuringInput): Measuring {
  const { db, sync } = useProgram();
  const t = useTranslations('measure'), words = useMeasureWords(study.pixels);
  const [kind, setKind] = useState(usual), [rows, setRows] = useState<readonly MeasurementRow[]>([]), [ahead, setAhead] = useState<ReadonlyMap<string, MeasurementRow | null>>(new Map());
  useEffect(() => {
    const s = liveQuery(() => db.measurements.where('caseId').equals(study.id).toArray()).subscribe({ next: setRows });
    return () => s.unsubscribe();
  }, [db, study.id]);
  const present = useMemo(() => [...rows.filter((r) => r.caseId === study.id && !ahead.has(r.id)), ...[...ahead.values()].filter((r) => r !== null)].sort(inOrder), [rows, ahead, study.id]);

  /** Shows a row as the work will leave it; when that is over, done or refused, as it is stored. */
  const foresee = (id: string, row: MeasurementRow | null, work: Promise<void>): void => {
    setAhead((a) => new Map(a).set(id, row));
    const settle = async (): Promise<void> => {
      const stored = await db.measurements.where('caseId').equals(study.id).toArray();
      setRows(stored);
      setAhead((a) => { if (a.get(id) !== row) return a; const rest = new Map(a); rest.delete(id); return rest; });
    };
    work.then(settle, settle).catch(() => undefined);
  };
  const add = (as: MeasurementKind, points: readonly Point[]): string => {
    const id = crypto.randomUUID();
    foresee(id, { table: 'measurements', id, caseId: study.id, kind: as, points: [...points], order: nextOrder(present), by: sync.actor, at: new Date().toISOString() }, act.measure(id, { kind: as, points: [...points] }));
    return id;
  };
  const change = (id: string, to: (points: readonly Point[]) => readonly Point[]): void => {
    const row = present.find((r) => r.id === id);
    if (row !== undefined) foresee(id, { ...row, points: [...to(row.points)] }, act.remeasure(id, to));
  };
  const remove = (id: string): void => foresee(id, null, act.removeMeasurement(id));

  const statistics = useStatistics(study.pixels, [...present.map(outlineOf), ...(region === undefined || region.shape?.kind === 'point' ? [] : [region])]);
  const list = present.map((row, i): MeasureLine => ({ row, number: i + 1, lines: words.of(row, statistics(outlineOf(row))) }));
  const onKind = (next: MeasurementKind): void => { usual = next; setKind(next); onTool('measure'); };
  const copy = (): void => {
    const text = list.map(({ row, number, lines }) => t('line', { number, kind: t(`kind.${row.kind}`), what: lines.join(' · ') })).join('\n');
    navigator.clipboard.writeText([study.title, text, ...words.told].join('\n')).then(() => sync.say(t('copied', { n: list.length })), () => sync.say(t('notCopied')));
  };
  /** One in the middle of what is seen, in hand at once: who has no pointer moves its points by keys. */
  const inMiddle = (): void => {
    const b = sight.middle();
    if (b === null) return;
    const { x, y, width: w, height: h } = b, at: readonly Point[] = kind === 'probe' ? [{ x: x + w / 2, y: y + h / 2 }] : kind === 'length' ? [{ x, y: y + h / 2 }, { x: x + w, y: y + h / 2 }]
      : kind === 'angle' ? [{ x: x + w, y }, { x, y: y + h }, { x: x + w, y: y + h }] : kind === 'cobb' ? [{ x, y }, { x: x + w, y: y + h / 4 }, { x, y: y + h }, { x: x + w, y: y + (3 * h) / 4 }] : [{ x, y }, { x: x + w, y: y + h }];
    const id = add(kind, at.slice(0, pointsOf[kind]).map((p) => ({ x: Math.round(p.x), y: Math.round(p.y) })));
    stage.current?.holdMeasure(id);
  };

  const turn = useRef(''), next = (): void => {
    const row = present[(present.findIndex((r) => r.id === turn.current) + 1) % present.length];
    if (row !== undefined) { turn.current = row.id; stage.current?.holdMeasure(row.id); }
  };
  const inHand = tool === 'measure';
  useActions([
    { id: 'tool.measure', run: () => onTool('measure') },
    ...measurementKinds.map((k) => ({ id: `measure.${k}` as const, run: () => onKind(k) })),
    ...(inHand ? [{ id: 'hand.inMiddle' as const, name: t('action.inMiddle'), run: inMiddle }, ...measurementKinds.map((k) => ({ id: `hand.${k}` as const, run: () => onKind(k) }))] : []),
    { id: 'measure.next', run: next, enabled: list.length > 0 },
    { id: 'measure.copy', run: copy, enabled: list.length > 0 },
  ]);
  return {
    kind, onKind, list, rows, words, remove, copy, hold: (id) => stage.current?.holdMeasure(id), region: region === undefined ? [] : words.valuesOf(statistics(region)),
    stage: { kind, shown: hidden ? [] : list.map(({ row, lines }) => ({ id: row.id, kind: row.kind, points: row.points, lines })), words: (m) => words.of(m, undefined), onAdd: add, onChange: change, onRemove: remove },
  };
}
