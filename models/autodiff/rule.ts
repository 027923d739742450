// What a gradient rule sees and gives. A rule answers for one operator alone: it may leave its gradients broadcast,
// since the walk reduces them to the inputs' shapes.
import type { GraphBuilder } from '../graph/builder.ts';
import type { Node, Value } from '../graph/graph.ts';

export interface RuleContext {
  readonly g: GraphBuilder;
  readonly node: Node;
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  /** Output 0. */
  readonly output: Value;
  /** Gradient of output 0, of its shape. */
  readonly grad: Value;
  /** Gradients of all outputs; null where nothing flows. */
  readonly grads: readonly (Value | null)[];
  /** The nodes that take output 0, each with the gradient of its own output 0. */
  readonly uses: readonly { readonly node: Node; readonly grad: Value | null }[];
  /** Whether an input's gradient is wanted: what is not is not computed. */
  readonly needs: readonly boolean[];
  /** Input i, which must be there. */
  readonly input: (i: number) => Value;
  /** The numbers of input i, which must be a constant; null when it is left out. */
  readonly constant: (i: number) => number[] | null;
}
/** Gradients by input; undefined or null where there is none. */
export type Gradients = readonly (Value | null | undefined)[];
export type Rule = (c: RuleContext) => Gradients;

/**
 * What is known about an operator's gradient: how to compute it, that it is zero almost everywhere (or that no
 * gradient passes, as through an integer), or why it cannot be trained through.
 */
export type Decision = Rule | 'zero' | { readonly forbidden: string };
