// Less memory for more time: the forward pass is cut into segments, only what crosses a cut is kept, and the rest of a
// segment is computed again when the backward pass comes to it (Chen et al. 2016, "Training Deep Nets with Sublinear
// Memory Cost", arXiv 1604.06174). Where to cut is read off the graph, which names no blocks: where little is alive.
//
// Two things would undo it. onnxruntime merges nodes that do the same to the same inputs, and runs a node as soon as a
// walk comes to it. So what a segment is computed again from is the kept value plus zero times the gradient that
// arrives there: another input, and one that is not there earlier.
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { bytesOf, mostLiving } from '../graph/living.ts';
import { asItStands } from '../graph/order.ts';
import { sizeOf } from '../tensor.ts';

/** Numbers of segments that are tried; the one that leaves least alive wins. */
const segmentCounts = [2, 3, 4, 6, 8, 12, 16, 24];

/** `full`, the derivative of `forward`, with the forward pass computed again in segments; `full` itself where that saves nothing. @param fixed inputs that are weights. */
export function recomputed(full: Graph, forward: Graph, fixed: ReadonlySet<string>): Graph {
  const made = new Set(forward.nodes.flatMap((n) => n.outputs));
  const first = full.nodes.filter((n) => n.outputs.some((o) => made.has(o))), second = full.nodes.filter((n) => !n.outputs.some((o) => made.has(o)));
  let best = full, least = mostLiving(asItStands(full));
  for (const count of segmentCounts) {
    const cuts = chooseCuts(full, first, second, count);
    if (cuts.length === 0) continue;
    const tried = withSegments(full, first, second, cuts, fixed), living = mostLiving(asItStands(tried));
    if (living < least) [best, least] = [tried, living];
  }
  return best;
}

/** Positions after which a segment ends: about the same bytes are saved in each, and few cross. */
function chooseCuts(full: Graph, first: readonly Node[], second: readonly Node[], count: number): number[] {
  const saved = new Set(second.flatMap((n) => n.inputs)), lastUse = new Map<string, number>();
  for (const [i, n] of first.entries()) for (const name of n.inputs) lastUse.set(name, i);
  const size = (name: string): number => { const v = full.values.get(name); return v === undefined ? 0 : bytesOf(v); };
  let crossing = 0;
  const ending = new Map<number, number>();
  const at = first.map((n, i) => {
    for (const o of n.outputs) {
      const until = lastUse.get(o) ?? i;
      if (until > i) { crossing += size(o); ending.set(until, (ending.get(until) ?? 0) + size(o)); }
    }
    crossing -= ending.get(i) ?? 0;
    return { crossing, saved: n.outputs.reduce((sum, o) => sum + (saved.has(o) ? size(o) : 0), 0) };
  });
  const share = at.reduce((sum, a) => sum + a.saved, 0) / count, cuts: number[] = [];
  let gathered = 0, candidate: number | null = null;
  for (const [i, a] of at.entries()) {
    gathered += a.saved;
    if (gathered > share / 2 && (candidate === null || a.crossing <= (at[candidate]?.crossing ?? Infinity))) candidate = i;
    if (gathered < share || candidate === null) continue;
    cuts.push(candidate);
    gathered = at.slice(candidate + 1, i + 1).reduce((sum, b) => sum + b.saved, 0);
    candidate = null;
  }
  return cuts;
}

function withSegments(full: Graph, first: readonly Node[], second: readonly Node[], cuts: readonly number[], fixed: ReadonlySet<string>): Graph {
  const segmentOf = new Map<string, number>(), makerOf = new Map<string, Node>();
  let segment = 0;
  for (const [i, n] of first.entries()) {
    for (const o of n.outputs) { segmentOf.set(o, segment); makerOf.set(o, n); }
    if (cuts.includes(i)) segment++;
  }
  const kept = new Set(full.outputs.map((v) => v.name));
  for (const n of first) for (const name of n.inputs) if (segmentOf.has(name) && segmentOf.get(name) !== segmentOf.get(n.outputs[0] ?? '')) kept.add(name);

  const g = new GraphBuilder();
  for (const v of full.inputs) g.input(v.name, v.shape, v.dtype);
  for (const [name, t] of full.initializers) g.initializer(name, t);
  const copy = (n: Node, named: (name: string) => string, outputs: readonly string[]): void => { g.nodes(n.op, n.inputs.map((name) => (name === '' ? null : g.value(named(name)))), n.attributes, outputs.length, outputs); };
  for (const n of first) copy(n, (name) => name, n.outputs);

  const shown = new Set(full.inputs.filter((v) => !fixed.has(v.name) && v.dtype === 'float32').map((v) => v.name));
  const again = new Map<string, string>(), late = new Map<string, Value>();
  let arrived: Value | null = null;
  /** A kept value, or an input, as it is only once the gradient has arrived in segment s. */
  const lateValue = (name: string, s: number, zero: Value): string => {
    const key = `${name}:${s}`, v = late.get(key) ?? g.node('Add', [g.value(name), zero], {}, `late:${key}`);
    late.set(key, v);
    return v.name;
  };
  const recompute = (s: number, from: Value): void => {
    const needed = new Set<Node>(), visit = (name: string): void => {
      const maker = makerOf.get(name);
      if (maker === undefined || kept.has(name) || segmentOf.get(name) !== s || needed.has(maker)) return;
      needed.add(maker);
      for (const input of maker.inputs) visit(input);
    };
    for (const n of second) for (const name of n.inputs) visit(name);
    const own = (part: string): string => `late:${s}.${part}`;
    const flat = g.node('Reshape', [from, g.integers([sizeOf(from.shape)])], {}, own('flat'));
    const one = g.node('Slice', [flat, g.integers([0]), g.integers([1]), g.integers([0])], {}, own('one')), zero = g.node('Mul', [one, g.scalar(0)], {}, own('zero'));
    for (const n of first) {
      if (!needed.has(n)) continue;
      const renamed = n.inputs.map((name) => {
        const own = again.get(name), v = full.values.get(name);
        if (own !== undefined) return own;
        const isLate = (shown.has(name) || (segmentOf.has(name) && dependsOnShown(name))) && v?.dtype === 'float32' && v.shape.length > 0;
        return isLate ? lateValue(name, s, zero) : name;
      });
      // What follows from weights alone would be merged with the first time, and is small.
      if (renamed.every((name, i) => name === n.inputs[i])) continue;
      copy(n, (name) => renamed[n.inputs.indexOf(name)] ?? name, n.outputs.map((o) => `again:${o}`));
      for (const o of n.outputs) again.set(o, `again:${o}`);
    }
  };
  const dependent = new Set(full.inputs.filter((v) => !fixed.has(v.name)).map((v) => v.name));
  for (const n of first) if (n.inputs.some((name) => dependent.has(name))) for (const o of n.outputs) dependent.add(o);
  const dependsOnShown = (name: string): boolean => dependent.has(name);

  const done = new Set<number>([segment]);
  for (const n of second) {
    for (const name of n.inputs) {
      const s = segmentOf.get(name);
      if (s === undefined || done.has(s) || kept.has(name) || arrived === null) continue;
      done.add(s);
      recompute(s, arrived);
    }
    copy(n, (name) => again.get(name) ?? name, n.outputs);
    const [last = ''] = n.outputs, value = g.value(last);
    if (value.dtype === 'float32' && value.shape.every((d) => d > 0)) arrived = value;
  }
  return g.finish(Object.fromEntries(full.outputs.map((v) => [v.name, g.value(v.name)])));
}
