// Reverse-mode differentiation of a graph: one walk from the loss back, each node answered by its operator's rule.
// Here alone broadcasting is undone, contributions are added, and every gradient's shape and type are checked.
// Griewank and Walther 2008, "Evaluating Derivatives", chapter 3. Only standard ai.onnx operators are emitted.
import { GraphBuilder } from '../graph/builder.ts';
import { neededNodes, type Graph, type Node, type Value } from '../graph/graph.ts';
import { float32, numbersOf } from '../tensor.ts';
import { rules } from './rules/index.ts';

/** The name under which a parameter's gradient is an output. */
export const gradientName = (parameter: string): string => `grad:${parameter}`;

/**
 * The graph with, beside its own outputs, the gradient of the scalar output `loss` for each of `parameters` (graph
 * inputs or initializers, float32). A parameter the loss does not depend on gets zeros. Errors name the node and
 * operator: one without a rule on the way from a parameter to the loss cannot be differentiated.
 */
export function differentiate(graph: Graph, loss: string, parameters: readonly string[]): Graph {
  const g = GraphBuilder.from(graph);
  const target = g.value(loss);
  if (target.shape.some((d) => d !== 1)) throw new Error(`the loss ${loss} is not a scalar but [${target.shape.join(', ')}]`);

  const forward = neededNodes(graph.nodes, [loss]);
  const depends = new Set(parameters);
  for (const node of forward) {
    const rule = rules[node.op];
    if (rule === undefined) throw new Error(`${node.op} ${node.name}: no gradient rule is registered for this operator`);
    if (rule === 'zero' || !node.inputs.some((i) => depends.has(i))) continue;
    if (typeof rule === 'object') throw new Error(`${node.op} ${node.name}: this operator cannot be trained through: ${rule.forbidden}`);
    // Integers and truth values carry no gradient, whatever they were made from.
    for (const output of node.outputs) if (output !== '' && g.value(output).dtype === 'float32') depends.add(output);
  }

  const takers = new Map<string, Node[]>();
  for (const node of forward) for (const name of new Set(node.inputs)) takers.set(name, [...takers.get(name) ?? [], node]);

  const gradients = new Map<string, Value>([[loss, g.constant(float32(target.shape, [1]))]]);
  for (const node of [...forward].reverse()) {
    const rule = rules[node.op];
    if (typeof rule !== 'function' || !node.outputs.some((o) => depends.has(o))) continue;
    const grads = node.outputs.map((o) => gradients.get(o) ?? null);
    const first = grads.find((v) => v !== null);
    if (first === undefined || first === null) continue;
    const inputs = node.inputs.map((name) => (name === '' ? null : g.value(name)));
    const needs = inputs.map((v) => v !== null && depends.has(v.name));
    const where = `${node.op} ${node.name}`;
    const input = (i: number): Value => {
      const found = inputs[i];
      if (found === null || found === undefined) throw new Error(`${where}: input ${i} is missing`);
      return found;
    };
    const constant = (i: number): number[] | null => {
      const value = inputs[i];
      if (value === null || value === undefined) return null;
      const tensor = g.constantOf(value);
      if (tensor === null) throw new Error(`${where}: input ${i} must be a constant`);
      return numbersOf(tensor);
    };
    const outputs = node.outputs.filter((o) => o !== '').map((o) => g.value(o));
    const [output] = outputs;
    if (output === undefined) throw new Error(`${where}: it has no output`);
    const uses = (takers.get(output.name) ?? []).map((taker) => ({ node: taker, grad: gradients.get(taker.outputs[0] ?? '') ?? null }));
    let found;
    try {
      found = rule({ g, node, inputs, outputs, output, grad: grads[0] ?? first, grads, uses, needs, input, constant });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(reason.startsWith(where) ? reason : `${where}: ${reason}`, { cause });
    }
    for (const [i, to] of inputs.entries()) {
      if (to === null || needs[i] !== true) continue;
      const gradient = found[i];
      if (gradient === null || gradient === undefined) throw new Error(`${where}: input ${i} cannot be trained`);
      if (gradient.dtype !== to.dtype) throw new Error(`${where}: the gradient of input ${i} is ${gradient.dtype}, not ${to.dtype}`);
      const reduced = undoBroadcast(g, gradient, to.shape, where);
      const sofar = gradients.get(to.name);
      gradients.set(to.name, sofar === undefined ? reduced : g.add(sofar, reduced));
    }
  }

  const outputs: Record<string, Value> = {};
  for (const output of graph.outputs) outputs[output.name] = output;
  for (const name of parameters) outputs[gradientName(name)] = gradients.get(name) ?? g.zeros(g.value(name).shape);
  return g.finish(outputs);
}

/** Sums a gradient over the axes along which its input was broadcast. */
function undoBroadcast(g: GraphBuilder, gradient: Value, shape: readonly number[], where: string): Value {
  if (gradient.shape.length === shape.length && gradient.shape.every((d, i) => d === shape[i])) return gradient;
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((d, i) => (i < lead || (shape[i - lead] === 1 && d !== 1) ? [i] : []));
  const fits = lead >= 0 && shape.every((d, i) => d === gradient.shape[i + lead] || d === 1);
  if (!fits) throw new Error(`${where}: a gradient of shape [${gradient.shape.join(', ')}] cannot belong to an input of shape [${shape.join(', ')}]`);
  return g.reshape(g.sum(gradient, axes), shape);
}
