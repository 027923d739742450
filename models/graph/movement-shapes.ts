// Shapes of the operators that move elements about without counting with them.
import { sizeOf } from '../tensor.ts';
import { axisOf, broadcast, dim, integerAttribute, integersAttribute, sliceRange, stringAttribute, withDimension } from './attributes.ts';
import { constant, input, optionalConstant, same, type Inference } from './shape-context.ts';

export const movementShapes: Readonly<Record<string, Inference>> = {
  Reshape: (c) => {
    const x = input(c, 0);
    const wanted = constant(c, 1);
    const shape = wanted.map((d, i) => (d === 0 && integerAttribute(c.attributes, 'allowzero', 0) === 0 ? dim(x.shape, i) : d));
    const free = shape.indexOf(-1);
    if (free >= 0) shape[free] = sizeOf(x.shape) / sizeOf(shape.filter((d) => d !== -1));
    if (sizeOf(shape) !== sizeOf(x.shape) || !shape.every(Number.isInteger)) throw new Error(`[${x.shape.join(', ')}] cannot be [${wanted.join(', ')}]`);
    return [{ shape, dtype: x.dtype }];
  },
  Flatten: (c) => {
    const x = input(c, 0);
    const given = integerAttribute(c.attributes, 'axis', 1), axis = given < 0 ? given + x.shape.length : given;
    return [{ shape: [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))], dtype: x.dtype }];
  },
  Transpose: (c) => {
    const x = input(c, 0);
    const perm = integersAttribute(c.attributes, 'perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i);
    if (perm.length !== x.shape.length) throw new Error(`a permutation of ${perm.length} axes does not fit [${x.shape.join(', ')}]`);
    return [{ shape: perm.map((p) => dim(x.shape, p)), dtype: x.dtype }];
  },
  Concat: (c) => {
    const all = c.inputs.map((_, i) => input(c, i));
    const first = input(c, 0);
    const axis = axisOf(integerAttribute(c.attributes, 'axis', 0), first.shape.length);
    for (const t of all) if (t.shape.length !== first.shape.length || t.shape.some((d, i) => i !== axis && d !== first.shape[i])) throw new Error(`shapes [${first.shape.join(', ')}] and [${t.shape.join(', ')}] cannot be joined along ${axis}`);
    return [{ dtype: first.dtype, shape: withDimension(first.shape, axis, all.reduce((s, t) => s + dim(t.shape, axis), 0)) }];
  },
  Split: (c) => {
    const x = input(c, 0);
    const axis = axisOf(integerAttribute(c.attributes, 'axis', 0), x.shape.length);
    const n = c.outputCount, size = dim(x.shape, axis);
    const each = Math.ceil(size / n);
    const parts = optionalConstant(c, 1) ?? Array.from({ length: n }, (_, i) => Math.min(each, size - i * each));
    if (parts.length !== n || parts.reduce((a, b) => a + b, 0) !== size) throw new Error(`[${x.shape.join(', ')}] cannot be split into [${parts.join(', ')}] along ${axis}`);
    return parts.map((p) => ({ dtype: x.dtype, shape: withDimension(x.shape, axis, p) }));
  },
  Slice: (c) => {
    const x = input(c, 0);
    const starts = constant(c, 1), ends = constant(c, 2);
    const axes = optionalConstant(c, 3) ?? starts.map((_, i) => i), steps = optionalConstant(c, 4) ?? starts.map(() => 1);
    const shape = [...x.shape];
    for (const [i, a] of axes.entries()) { const axis = axisOf(a, shape.length); shape[axis] = sliceRange(dim(x.shape, axis), dim(starts, i), dim(ends, i), dim(steps, i)).length; }
    return [{ shape, dtype: x.dtype }];
  },
  Pad: (c) => {
    const x = input(c, 0);
    const pads = constant(c, 1), axes = optionalConstant(c, 3) ?? x.shape.map((_, i) => i);
    const shape = [...x.shape];
    for (const [i, a] of axes.entries()) { const axis = axisOf(a, shape.length); shape[axis] = dim(x.shape, axis) + dim(pads, i) + dim(pads, i + axes.length); }
    return [{ shape, dtype: x.dtype }];
  },
  Gather: (c) => {
    const x = input(c, 0), indices = input(c, 1);
    const axis = axisOf(integerAttribute(c.attributes, 'axis', 0), x.shape.length);
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] }];
  },
  GatherElements: (c) => [{ dtype: input(c, 0).dtype, shape: input(c, 1).shape }],
  GatherND: (c) => {
    const x = input(c, 0), indices = input(c, 1).shape;
    const shared = integerAttribute(c.attributes, 'batch_dims', 0);
    return [{ dtype: x.dtype, shape: [...indices.slice(0, -1), ...x.shape.slice(shared + dim(indices, indices.length - 1))] }];
  },
  ScatterND: same, ScatterElements: same, ReverseSequence: same, Trilu: same,
  Expand: (c) => [{ shape: broadcast(input(c, 0).shape, constant(c, 1)), dtype: input(c, 0).dtype }],
  Tile: (c) => { const repeats = constant(c, 1); return [{ dtype: input(c, 0).dtype, shape: input(c, 0).shape.map((d, i) => d * dim(repeats, i)) }]; },
  Squeeze: (c) => {
    const x = input(c, 0);
    const axes = optionalConstant(c, 1)?.map((a) => axisOf(a, x.shape.length)) ?? x.shape.flatMap((d, i) => (d === 1 ? [i] : []));
    if (axes.some((a) => x.shape[a] !== 1)) throw new Error(`the axes ${axes.join(', ')} of [${x.shape.join(', ')}] are not all of length 1`);
    return [{ dtype: x.dtype, shape: x.shape.filter((_, i) => !axes.includes(i)) }];
  },
  Unsqueeze: (c) => {
    const x = input(c, 0);
    const given = constant(c, 1);
    const axes = new Set(given.map((a) => axisOf(a, x.shape.length + given.length)));
    let from = 0;
    return [{ dtype: x.dtype, shape: Array.from({ length: x.shape.length + axes.size }, (_, i) => (axes.has(i) ? 1 : dim(x.shape, from++))) }];
  },
  Einsum: (c) => {
    const { terms, result } = einsumTerms(stringAttribute(c.attributes, 'equation', ''), c.inputs.map((_, i) => input(c, i).shape.length));
    const sizes = new Map<string, number>();
    for (const [i, term] of terms.entries()) for (const [k, letter] of Array.from(term).entries()) {
      const d = dim(input(c, i).shape, k), known = sizes.get(letter) ?? 1;
      if (known !== 1 && d !== 1 && known !== d) throw new Error(`the index ${letter} has two lengths, ${known} and ${d}`);
      sizes.set(letter, Math.max(known, d));
    }
    return [{ dtype: input(c, 0).dtype, shape: Array.from(result).map((letter) => sizes.get(letter) ?? 1) }];
  },
};

/** The letters of each operand and of the result; an ellipsis becomes capitals that the equation does not use, the same from the right. */
export function einsumTerms(equation: string, ranks: readonly number[]): { readonly terms: readonly string[]; readonly result: string } {
  const [left = '', right] = equation.replaceAll(' ', '').split('->');
  const free = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ').filter((letter) => !equation.includes(letter));
  const hidden = ranks.map((rank, i) => { const term = left.split(',')[i] ?? ''; return term.includes('...') ? rank - (term.length - 3) : 0; });
  const dots = free.slice(0, Math.max(0, ...hidden)).join('');
  const terms = left.split(',').map((term, i) => term.replace('...', dots.slice(dots.length - (hidden[i] ?? 0))));
  if (terms.length !== ranks.length || terms.some((t, i) => t.length !== ranks[i])) throw new Error(`the equation ${equation} does not fit operands of rank ${ranks.join(', ')}`);
  const letters = Array.from(terms.join(''));
  const implicit = dots + [...new Set(letters)].filter((letter) => !dots.includes(letter) && letters.indexOf(letter) === letters.lastIndexOf(letter)).sort().join('');
  return { terms, result: right === undefined ? implicit : right.replace('...', dots) };
}
