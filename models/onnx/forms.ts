// What exporters write, in the forms that shapes and gradient rules know (opset 20, or that in which an operator came): axes and sizes as inputs, one
// normalization for all versions, nothing of training left in an exported network, operators that do nothing here gone.
import type { GraphBuilder } from '../graph/builder.ts';
import { floatAttribute, integerAttribute, integersAttribute, type AttributeRecord } from '../graph/attributes.ts';
import type { Value } from '../graph/graph.ts';
import { float32, int64, numbersOf, sizeOf } from '../tensor.ts';
import { dataTypes } from './schema.ts';
import { dtypeOf } from './tensors.ts';

export interface Call {
  readonly op: string;
  readonly inputs: readonly (Value | null)[];
  readonly attributes: AttributeRecord;
  readonly outputCount: number;
}
/** Another call in its place, or the values that it makes. `version`: of the operator set. */
type Form = (call: Call, g: GraphBuilder, version: number) => Call | readonly Value[];

const first = (call: Call): Value => {
  const x = call.inputs[0];
  if (x === null || x === undefined) throw new Error('input 0 is missing');
  return x;
};
const without = (attributes: AttributeRecord, ...names: string[]): AttributeRecord => Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
const constant = (g: GraphBuilder, v: Value | null | undefined, what: string): number[] | null => {
  if (v === null || v === undefined) return null;
  const t = g.constantOf(v);
  if (t === null) throw new Error(`${what} must be a constant`);
  return numbersOf(t);
};

/** Axes were an attribute until 17; no axes mean all of them, or with noop_with_empty_axes none. */
const reduction: Form = (call, g) => {
  const axes = constant(g, call.inputs[1], 'the axes') ?? integersAttribute(call.attributes, 'axes') ?? [];
  const attributes = without(call.attributes, 'axes', 'noop_with_empty_axes');
  if (axes.length > 0) return { ...call, attributes, inputs: [first(call), call.inputs[1] ?? g.integers(axes)] };
  if (integerAttribute(call.attributes, 'noop_with_empty_axes', 0) === 0) return { ...call, attributes, inputs: [first(call)] };
  if (['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd'].includes(call.op)) return [first(call)];
  throw new Error('a reduction over no axes is not supported');
};

/** Exported after training, it passes its input on; exported in training mode it would not. */
const dropout: Form = (call, g) => {
  const training = constant(g, call.inputs[2], 'training_mode')?.[0] ?? 0;
  if (training !== 0) throw new Error('the network was exported in training mode; export it in evaluation mode');
  if (call.outputCount > 1) throw new Error('its mask is not supported');
  return [first(call)];
};

const cast: Form = (call) => {
  const x = first(call), dtype = dtypeOf(integerAttribute(call.attributes, 'to', 0), 'A cast');
  return x.dtype === dtype ? [x] : { ...call, attributes: { to: dataTypes[dtype] } };
};

const split: Form = (call, g) => {
  const x = first(call), axis = integerAttribute(call.attributes, 'axis', 0), size = x.shape[axis < 0 ? axis + x.shape.length : axis];
  const given = constant(g, call.inputs[1], 'the sizes');
  if (size === undefined) throw new Error(`[${x.shape.join(', ')}] has no axis ${axis}`);
  // num_outputs came in 18: equal parts, of which the last may be smaller.
  const parts = integerAttribute(call.attributes, 'num_outputs', given?.length ?? call.outputCount), each = Math.ceil(size / parts);
  if (!(parts >= call.outputCount && parts <= size + 1)) throw new Error(`${parts} parts of an axis of ${size} are not supported`);
  const sizes = given ?? Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(each, size - i * each)));
  return { ...call, attributes: { axis }, inputs: [x, call.inputs[1] ?? g.integers(sizes)], outputCount: sizes.length };
};

/** A region of interest matters to tf_crop_and_resize alone; sizes or scales left out may be empty tensors. Scales and sizes of chosen axes (18) become those of all. */
const resize: Form = (call, g) => {
  const x = first(call);
  const used = (i: number): number[] | null => { const found = constant(g, call.inputs[i], i === 2 ? 'the scales' : 'the sizes'); return found === null || found.length === 0 ? null : found; };
  const axes = integersAttribute(call.attributes, 'axes')?.map((a) => (a < 0 ? a + x.shape.length : a)) ?? x.shape.map((_, i) => i);
  const spread = (numbers: readonly number[], rest: (d: number) => number): number[] => x.shape.map((d, i) => numbers[axes.indexOf(i)] ?? rest(d));
  const scales = used(2), sizes = used(3);
  if (call.attributes['coordinate_transformation_mode'] === 'tf_crop_and_resize') throw new Error('resizing of a crop is not supported');
  if ((call.attributes['keep_aspect_ratio_policy'] ?? 'stretch') !== 'stretch') throw new Error('only stretching is supported');
  const attributes = without(call.attributes, 'axes', 'keep_aspect_ratio_policy', 'extrapolation_value');
  const whole = axes.every((a, i) => a === i);
  if (scales !== null) return { ...call, attributes, inputs: [x, null, (whole ? call.inputs[2] : null) ?? g.constant(float32([x.shape.length], spread(scales, () => 1)))] };
  if (sizes === null) throw new Error('neither sizes nor scales are given');
  return { ...call, attributes, inputs: [x, null, null, (whole ? call.inputs[3] : null) ?? g.integers(spread(sizes, (d) => d))] };
};

const batchNormalization: Form = (call) => {
  if (integerAttribute(call.attributes, 'training_mode', 0) !== 0 || call.outputCount > 1) throw new Error('the network was exported in training mode; export it in evaluation mode');
  return { ...call, attributes: { epsilon: { float: floatAttribute(call.attributes, 'epsilon', 1e-5) } } };
};

/** Until 20 scale and bias were one number a group; since 21 they are one a channel, which is the form used here. */
const groupNormalization: Form = (call, g, version) => {
  const groups = integerAttribute(call.attributes, 'num_groups', 1), channels = first(call).shape[1] ?? 1, [, scale, bias] = call.inputs;
  const attributes = { num_groups: groups, epsilon: { float: floatAttribute(call.attributes, 'epsilon', 1e-5) } };
  if (version >= 21 || groups === channels || scale == null || bias == null) return { ...call, attributes };
  const spread = (v: Value): Value => g.reshape(g.expand(g.reshape(v, [groups, 1]), [groups, channels / groups]), [channels]);
  return { ...call, attributes, inputs: [first(call), spread(scale), spread(bias)] };
};

export const forms: Readonly<Record<string, Form>> = {
  ReduceSum: reduction, ReduceMean: reduction, ReduceMax: reduction, ReduceMin: reduction, ReduceProd: reduction, ReduceL1: reduction, ReduceL2: reduction,
  ReduceLogSum: reduction, ReduceLogSumExp: reduction, ReduceSumSquare: reduction,
  Dropout: dropout, Cast: cast, Split: split, Resize: resize, BatchNormalization: batchNormalization, GroupNormalization: groupNormalization,
  CastLike: (call, g, version) => {
    const like = call.inputs[1];
    if (like == null) throw new Error('input 1 is missing');
    return cast({ ...call, op: 'Cast', inputs: [first(call)], attributes: { to: dataTypes[like.dtype] } }, g, version);
  },
  // Exporters share weights by Identity: the weight itself keeps its gradient in one place.
  Identity: (call, g) => (g.constantOf(first(call)) === null ? call : [first(call)]),
  Shape: (call, g) => {
    const { shape } = first(call), end = call.attributes['end'];
    return [g.integers(shape.slice(integerAttribute(call.attributes, 'start', 0), typeof end === 'number' ? end : undefined))];
  },
  Size: (call, g) => [g.constant(int64([], [sizeOf(first(call).shape)]))],
};
