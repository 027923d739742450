// A part of a graph: what makes some of its values, from values that are given instead of made.
import { neededNodes, verify, type Graph, type Value } from './graph.ts';

/** The part of `graph` that makes `outputs`; the values in `given` become inputs, and what only they needed is left out. */
export function partOf(graph: Graph, outputs: readonly string[], given: readonly string[] = []): Graph {
  const value = (name: string): Value => {
    const found = graph.values.get(name);
    if (found === undefined) throw new Error(`the graph has no value ${name}`);
    return found;
  };
  const isGiven = new Set(given);
  const nodes = neededNodes(graph.nodes.filter((n) => !n.outputs.some((o) => isGiven.has(o))), outputs);
  const used = new Set([...nodes.flatMap((n) => n.inputs), ...outputs]);
  const part: Graph = {
    nodes, outputs: outputs.map(value), values: graph.values,
    inputs: [...graph.inputs.filter((v) => used.has(v.name) && !isGiven.has(v.name)), ...given.filter((name) => used.has(name)).map(value)],
    initializers: new Map([...graph.initializers].filter(([name]) => used.has(name))),
  };
  verify(part);
  return part;
}

/** Every value that depends on one of `names`, these included. */
export function dependents(graph: Graph, names: Iterable<string>): Set<string> {
  const found = new Set(names);
  for (const node of graph.nodes) if (node.inputs.some((i) => found.has(i))) for (const output of node.outputs) found.add(output);
  return found;
}
