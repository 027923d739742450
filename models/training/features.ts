// What is frozen need not be computed twice. A training graph is cut into the frozen part, nodes that depend only on
// what is shown (pixels or tokens) and on constants, and the rest, which takes the values on the cut as inputs. The
// frozen part is run once for each example in each view and once for each text, alone and not in a batch, so that a value
// has the same bits whenever it is computed: a run that is gone on with needs no cache on disk to end the same.
import { neededNodes, type Graph, type Node, type Value } from '../graph/graph.ts';
import { writeOnnx } from '../onnx/write.ts';
import { openSession, type Session, type SessionOptions } from '../runtime/session.ts';
import { sizeOf, type Tensor } from '../tensor.ts';
import { freeMemory } from './memory.ts';

/** Inputs that show something to the network, and so can be behind the cut; the others belong to the losses. */
const shown = { example: ['image', 'crops', 'geometry', 'distance', 'alignY', 'alignX'], text: ['ids', 'mask'] } as const;
export type Kind = keyof typeof shown;
const kinds = ['example', 'text'] as const;

/** A value on the cut; `name` is that of the rest's input. Along `axis` lie the batch's items, `length` entries each. */
interface Kept { readonly name: string; readonly single: string; readonly dims: readonly number[]; readonly axis: number; readonly length: number }
/** The frozen part for one item. */
export interface FrozenPart { readonly kind: Kind; readonly graph: Graph; readonly kept: readonly Kept[]; /** Bytes kept for each item. */ readonly bytes: number }
export interface FrozenSplit { readonly rest: Graph; readonly parts: readonly FrozenPart[] }

const heavy: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'MatMul', 'Gemm', 'Einsum']);
/** Cheaper to do again than to keep: moved behind the cut where that leaves less to keep, or for mere rearrangements no more. */
const rearranging: ReadonlySet<string> = new Set(['Reshape', 'Transpose', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);
const cheap: ReadonlySet<string> = new Set([...rearranging, 'Cast', 'Expand', 'Relu', 'Gelu', 'Sigmoid', 'LayerNormalization', 'Add', 'Mul', 'Sub', 'Div', 'Split', 'Slice', 'Resize', 'ReduceSum']);
const pixels: ReadonlySet<string> = new Set(['image', 'crops']);

/**
 * Cuts `full`, the training graph of a whole batch, with the help of `single`, the same for one image and one text,
 * which says how a value's shape follows from the batch. Only what does work worth keeping is cut off.
 * @param items of each kind in a batch.
 */
export function splitFrozen(full: Graph, single: Graph, items: Readonly<Record<Kind, number>>): FrozenSplit {
  const wanted = kinds.filter((kind) => walk(full, single, items, [kind]).some(({ node }) => heavy.has(node.op)));
  const frozen = walk(full, single, items, wanted);
  const made = new Map(frozen.flatMap((f) => f.node.outputs.map((o, i) => [o, { ...f, single: f.single.outputs[i] ?? '' }] as const)));
  const isConstant = constantsOf(full);
  const cut = new Set(full.nodes.filter((n) => !n.outputs.some((o) => made.has(o))).flatMap((n) => n.inputs).filter((name) => made.has(name)));
  const again = new Set<Node>();
  const size = (name: string): number => sizeOf(valueOf(full, name).shape);
  for (let moved = true; moved;) {
    moved = false;
    for (const name of cut) {
      const node = made.get(name)?.node, isNumber = valueOf(full, name).dtype === 'float32';
      // Only float32 is kept; truth values and integers are made again from what they came from.
      if (node === undefined || (isNumber && !cheap.has(node.op))) continue;
      const inputs = [...new Set(node.inputs.filter((i) => i !== '' && !isConstant.has(i)))], more = inputs.filter((i) => made.has(i) && !cut.has(i));
      const added = more.reduce((n, i) => n + size(i), 0);
      if (inputs.some((i) => pixels.has(i)) || (isNumber && (rearranging.has(node.op) ? added > size(name) : added >= size(name)))) continue;
      cut.delete(name);
      for (const i of more) cut.add(i);
      again.add(node);
      moved = true;
    }
  }
  const isBehind = (n: Node): boolean => !n.outputs.some((o) => made.has(o)) || (again.has(n) && !n.outputs.some((o) => cut.has(o)));
  const nodes = neededNodes(full.nodes.filter(isBehind), full.outputs.map((v) => v.name));
  const used = new Set(nodes.flatMap((n) => n.inputs));
  const onCut = [...cut].filter((name) => used.has(name)).map((name) => valueOf(full, name));
  // A value's name follows from how many there were before it; in the single graph they are the same for a batch of any size.
  const renamed = new Map(onCut.map((v) => [v.name, { ...v, name: `frozen:${made.get(v.name)?.single ?? ''}` }]));
  const rest: Graph = {
    nodes: nodes.map((n) => (n.inputs.some((i) => renamed.has(i)) ? { ...n, inputs: n.inputs.map((i) => renamed.get(i)?.name ?? i) } : n)), outputs: full.outputs,
    inputs: [...renamed.values(), ...full.inputs.filter((v) => used.has(v.name))], initializers: new Map([...full.initializers].filter(([name]) => used.has(name))),
    values: new Map([...full.values, ...[...renamed.values()].map((v) => [v.name, v] as const)]),
  };
  const parts = wanted.flatMap((kind): FrozenPart[] => {
    const kept = onCut.flatMap((v): Kept[] => {
      const found = made.get(v.name);
      return found?.kind === kind ? [{ name: `frozen:${found.single}`, single: found.single, dims: v.shape, axis: found.axis, length: valueOf(single, found.single).shape[found.axis] ?? 1 }] : [];
    });
    if (kept.length === 0) return [];
    const graph = partOf(single, kept.map((k) => k.single));
    return [{ kind, graph, kept, bytes: 4 * kept.reduce((n, k) => n + sizeOf(valueOf(single, k.single).shape), 0) }];
  });
  return { rest, parts };
}

function valueOf(graph: Graph, name: string): Value {
  const found = graph.values.get(name);
  if (found === undefined) throw new Error(`there is no value ${name}`);
  return found;
}

function partOf(graph: Graph, outputs: readonly string[]): Graph {
  const nodes = neededNodes(graph.nodes, outputs), used = new Set(nodes.flatMap((n) => n.inputs));
  return { nodes, inputs: graph.inputs.filter((v) => used.has(v.name)), outputs: [...new Set(outputs)].map((o) => valueOf(graph, o)), initializers: new Map([...graph.initializers].filter(([name]) => used.has(name))), values: graph.values };
}

/** Initializers and what is made of them alone. */
function constantsOf(graph: Graph): Set<string> {
  const found = new Set(graph.initializers.keys());
  for (const n of graph.nodes) if (n.inputs.every((i) => i === '' || found.has(i))) for (const o of n.outputs) found.add(o);
  return found;
}

interface Frozen { readonly kind: Kind; readonly node: Node; readonly single: Node; readonly axis: number }

/** The nodes of `full` that can be cut off, with their like in `single` and the axis along which items lie. */
function walk(full: Graph, single: Graph, items: Readonly<Record<Kind, number>>, wanted: readonly Kind[]): Frozen[] {
  const kindOf = new Map<string, Kind>(), likeOf = new Map<string, string>();
  for (const kind of wanted) for (const name of shown[kind]) { kindOf.set(name, kind); likeOf.set(name, name); }
  const [constant, singleConstant] = [constantsOf(full), constantsOf(single)];
  // Both graphs come from the same code: nodes of one operator on the same values stand in the same order in both.
  const key = (node: Node, named: (name: string) => string, constants: ReadonlySet<string>): string => `${node.op}(${node.inputs.map((i) => (i === '' ? '' : constants.has(i) ? '*' : named(i))).join(',')})`;
  const waiting = new Map<string, Node[]>();
  for (const node of single.nodes) { const k = key(node, (n) => n, singleConstant); waiting.set(k, [...waiting.get(k) ?? [], node]); }
  const found: Frozen[] = [];
  for (const node of full.nodes) {
    const inputs = node.inputs.filter((i) => i !== '' && !constant.has(i));
    const kind = kindOf.get(inputs[0] ?? '');
    if (kind === undefined || node.outputs.includes('') || inputs.some((i) => kindOf.get(i) !== kind)) continue;
    const like = waiting.get(key(node, (n) => likeOf.get(n) ?? n, constant))?.shift();
    if (like === undefined || like.outputs.length !== node.outputs.length) continue;
    // The parts of a Split have their items along one axis.
    const [axis = null, ...others] = node.outputs.map((o, i) => itemAxis(valueOf(full, o).shape, valueOf(single, like.outputs[i] ?? '').shape, items[kind]));
    if (axis === null || others.some((a) => a !== axis)) continue;
    for (const [i, o] of node.outputs.entries()) { kindOf.set(o, kind); likeOf.set(o, like.outputs[i] ?? ''); }
    found.push({ kind, node, single: like, axis });
  }
  return found;
}

/** The one axis along which `all` is `count` times `one`; null where there is none or more than one. */
function itemAxis(all: readonly number[], one: readonly number[], count: number): number | null {
  if (all.length !== one.length) return null;
  if (count === 1) return all.every((d, i) => d === one[i]) ? 0 : null;
  const differs = all.flatMap((d, i) => (d === one[i] ? [] : [i])), [axis] = differs;
  return differs.length === 1 && axis !== undefined && all[axis] === count * (one[axis] ?? 0) ? axis : null;
}

/** Something to be looked at: the same key means the same inputs. */
export interface Item { readonly key: string; readonly inputs: () => Readonly<Record<string, Tensor>> }

/** Bytes of features kept in memory at most, and of what is free; what does not fit is computed each time it is needed. */
const mostKept = 1_500_000_000, mostOfFree = 0.25;

export class FeatureCache {
  readonly #parts: readonly { readonly part: FrozenPart; readonly session: Session }[];
  readonly #held = new Map<string, readonly Float32Array[]>();
  #left: number;
  private constructor(parts: readonly { readonly part: FrozenPart; readonly session: Session }[], budget: number) { this.#parts = parts; this.#left = budget; }

  static async open(split: FrozenSplit, options: SessionOptions, budget = Math.min(mostKept, mostOfFree * freeMemory())): Promise<FeatureCache> {
    return new FeatureCache(await Promise.all(split.parts.map(async (part) => ({ part, session: await openSession(writeOnnx(part.graph, `frozen-${part.kind}`), options) }))), budget);
  }
  async release(): Promise<void> { await Promise.all(this.#parts.map(({ session }) => session.release())); }

  /** The values on the cut for a batch of items, as inputs of the rest. */
  async feeds(items: Readonly<Record<Kind, readonly Item[]>>): Promise<Record<string, Tensor>> {
    const feeds: Record<string, Tensor> = {};
    for (const { part, session } of this.#parts) {
      const of = items[part.kind], outs = part.kept.map((k) => new Float32Array(sizeOf(k.dims)));
      for (const [at, item] of of.entries()) {
        const features = await this.#featuresOf(part, session, item);
        for (const [i, k] of part.kept.entries()) place(outs[i] ?? new Float32Array(0), features[i] ?? new Float32Array(0), k, at, of.length);
      }
      for (const [i, k] of part.kept.entries()) feeds[k.name] = { dtype: 'float32', dims: k.dims, data: outs[i] ?? new Float32Array(0) };
    }
    return feeds;
  }

  async #featuresOf(part: FrozenPart, session: Session, item: Item): Promise<readonly Float32Array[]> {
    const key = `${part.kind} ${item.key}`, known = this.#held.get(key);
    if (known !== undefined) return known;
    const given = item.inputs();
    const out = await session.run(Object.fromEntries(part.graph.inputs.map(({ name }) => [name, given[name] ?? missing(name)])));
    const features = part.kept.map(({ single }) => { const t = out[single]; return t?.dtype === 'float32' ? t.data : new Float32Array(0); });
    // First come, first kept: when all are drawn in turn, throwing out the oldest would throw out what is needed next.
    if (part.bytes <= this.#left) { this.#held.set(key, features); this.#left -= part.bytes; }
    return features;
  }
}

function missing(name: string): never { throw new Error(`the frozen part needs the input ${name}`); }

/** Writes item `at` of `count` along the kept value's axis. */
function place(out: Float32Array, features: Float32Array, k: Kept, at: number, count: number): void {
  const inner = sizeOf(k.dims.slice(k.axis + 1)) * k.length, outer = sizeOf(k.dims.slice(0, k.axis));
  for (let o = 0; o < outer; o++) out.set(features.subarray(o * inner, (o + 1) * inner), (o * count + at) * inner);
}
