// What shape inference of one operator sees, and how it reads it. Errors name the input; who calls adds the node's name.
import { numbersOf, type DType, type Tensor } from '../tensor.ts';
import type { AttributeRecord } from './attributes.ts';

export interface Typed { readonly shape: readonly number[]; readonly dtype: DType }
export interface ShapeContext {
  readonly inputs: readonly (Typed | null)[];
  /** Values of inputs that are constants (axes, shapes, pads). */
  readonly constants: readonly (Tensor | null)[];
  readonly attributes: AttributeRecord;
  readonly outputCount: number;
}
export type Inference = (c: ShapeContext) => Typed[];

export const input = (c: ShapeContext, i: number): Typed => {
  const found = c.inputs[i];
  if (found === null || found === undefined) throw new Error(`input ${i} is missing`);
  return found;
};
export const constant = (c: ShapeContext, i: number): number[] => {
  const found = c.constants[i];
  if (found === null || found === undefined) throw new Error(`input ${i} must be a constant`);
  return numbersOf(found);
};
export const optionalConstant = (c: ShapeContext, i: number): number[] | null => (c.inputs[i] == null ? null : constant(c, i));

/** As many of an operator's possible outputs as the node has. */
export const upTo = (c: ShapeContext, outputs: Typed[]): Typed[] => outputs.slice(0, c.outputCount);
/** The shape and type of input 0. */
export const same: Inference = (c) => [input(c, 0)];
