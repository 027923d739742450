// The order in which onnxruntime runs a graph, and how to make it ours. Its sequential executor does not follow the order
// of the file: it walks back from the nodes that nothing consumes, the last in the file first, always into the input that
// stands later (core/graph/graph.cc, ReverseDFSFrom; core/graph/graph_viewer.cc). A gradient of a weight is such an end,
// so that as the file stands all of them come after the whole backward pass, and every activation is kept until then.
import type { Graph, Node } from './graph.ts';

/** The nodes as onnxruntime's sequential executor runs them, before it fuses any. */
export function runningOrder(graph: Graph): Node[] {
  const maker = new Map(graph.nodes.flatMap((n, i) => n.outputs.map((o) => [o, i] as const)));
  const before = graph.nodes.map((n) => [...new Set(n.inputs.flatMap((name) => maker.get(name) ?? []))].sort((a, b) => a - b));
  const consumed = new Set(before.flat());
  const stack: [number, boolean][] = graph.nodes.flatMap((_, i) => (consumed.has(i) ? [] : [[i, false]]));
  const visited = new Set<number>(), order: Node[] = [];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [at, leaves] = top, node = graph.nodes[at];
    if (node === undefined) continue;
    if (leaves) { order.push(node); continue; }
    if (visited.has(at)) continue;
    visited.add(at);
    stack.push([at, true], ...(before[at] ?? []).filter((i) => !visited.has(i)).map((i): [number, boolean] => [i, false]));
  }
  return order;
}

/**
 * The same graph, which onnxruntime will run as it stands here, end by end: a weight's gradient is computed as soon as
 * what it needs is there, and that is then given back. The ends go last into the file, in reverse, so this is done once.
 */
export function asItStands(graph: Graph): Graph {
  const { nodes, ...rest } = withoutRenaming(graph), joined = joinReshapes(nodes, new Set(graph.outputs.map((v) => v.name)));
  const consumed = new Set(joined.flatMap((n) => n.inputs)), isEnd = (n: Node): boolean => !n.outputs.some((o) => consumed.has(o));
  return { ...rest, nodes: [...joined.filter((n) => !isEnd(n)), ...joined.filter(isEnd).reverse()] };
}

/** A node that onnxruntime makes in place of others counts as the last in the file, so what it would make is made here: no Identity that only names an output… */
function withoutRenaming(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map((v) => v.name)), made = new Set(graph.nodes.flatMap((n) => n.outputs));
  const renamed = new Map<string, string>(), gone = new Set<Node>();
  for (const node of graph.nodes) {
    const [from = ''] = node.inputs, [to = ''] = node.outputs;
    if (node.op !== 'Identity' || !outputs.has(to) || outputs.has(from) || renamed.has(from) || !made.has(from)) continue;
    renamed.set(from, to);
    gone.add(node);
  }
  const named = (name: string): string => renamed.get(name) ?? name;
  return { ...graph, nodes: graph.nodes.filter((n) => !gone.has(n)).map((n) => ({ ...n, inputs: n.inputs.map(named), outputs: n.outputs.map(named) })) };
}

/** …and no reshape of a reshape. */
function joinReshapes(nodes: readonly Node[], outputs: ReadonlySet<string>): Node[] {
  const from = new Map<string, string>();
  const joined = nodes.map((n): Node => {
    if (n.op !== 'Reshape') return n;
    const [x = '', shape = ''] = n.inputs, source = from.get(x) ?? x;
    from.set(n.outputs[0] ?? '', source);
    return source === x ? n : { ...n, inputs: [source, shape] };
  });
  const consumed = new Set(joined.flatMap((n) => n.inputs));
  return joined.filter((n) => n.op !== 'Reshape' || n.outputs.some((o) => consumed.has(o) || outputs.has(o)));
}
