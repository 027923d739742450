// Builds graphs operator by operator; every value gets its shape at once, so a mistake is told where it is made. The
// same builder goes on from a finished graph when autodiff appends the backward pass.
import { sizeOf, int64, float32, type DType, type Tensor } from '../tensor.ts';
import { neededNodes, verify, type Attribute, type Graph, type Node, type Value } from './graph.ts';
import type { ShapeContext } from './shape-context.ts';
import { shapeInference } from './shapes.ts';

export type Attributes = Readonly<Record<string, Attribute>>;

export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #inputs: Value[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #values = new Map<string, Value>();
  readonly #constants = new Map<string, Value>();
  /** Names of nodes: one whose outputs were named by others has a name that no value has. */
  readonly #names = new Set<string>();
  readonly #reserved: ReadonlySet<string>;
  #counter = 0;

  /** @param reserved names that are yet to come and that the builder gives to nothing of its own. */
  constructor(reserved: Iterable<string> = []) { this.#reserved = new Set(reserved); }

  /** A builder that continues `graph`; names it makes are new. */
  static from(graph: Graph): GraphBuilder {
    const g = new GraphBuilder();
    g.#nodes.push(...graph.nodes);
    for (const node of graph.nodes) g.#names.add(node.name);
    g.#inputs.push(...graph.inputs);
    for (const [name, tensor] of graph.initializers) g.#initializers.set(name, tensor);
    for (const [name, value] of graph.values) g.#values.set(name, value);
    return g;
  }

  input(name: string, shape: readonly number[], dtype: DType = 'float32'): Value {
    const value = this.#define({ name, shape, dtype });
    this.#inputs.push(value);
    return value;
  }

  /** A named tensor that is part of the graph, such as a weight. */
  initializer(name: string, tensor: Tensor): Value {
    this.#initializers.set(name, tensor);
    return this.#define({ name, shape: tensor.dims, dtype: tensor.dtype });
  }

  /** An unnamed constant; equal small ones are kept once. */
  constant(tensor: Tensor): Value {
    const key = tensor.data.length <= 64 ? `${tensor.dtype}[${tensor.dims.join(',')}]${tensor.data.join(',')}` : null;
    const known = key === null ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const value = this.initializer(this.#fresh('constant'), tensor);
    if (key !== null) this.#constants.set(key, value);
    return value;
  }
  scalar(v: number): Value { return this.constant(float32([], [v])); }
  integers(v: readonly number[]): Value { return this.constant(int64([v.length], v)); }

  /** Appends a node; its outputs' shapes are inferred. Errors name the node and its input shapes. Names given are kept where they are free. */
  nodes(op: string, inputs: readonly (Value | null)[], attributes: Attributes = {}, outputCount = 1, outputNames?: readonly string[], nodeName = ''): Value[] {
    const infer = shapeInference[op];
    const name = nodeName === '' || this.#names.has(nodeName) ? this.#fresh(op.toLowerCase()) : nodeName;
    if (infer === undefined) throw new Error(`${op} ${name}: this operator is not known`);
    const context: ShapeContext = { inputs, attributes, outputCount, constants: inputs.map((v) => (v === null ? null : this.constantOf(v))) };
    let typed;
    try {
      typed = infer(context);
    } catch (cause) {
      const shapes = inputs.map((v) => (v === null ? '-' : `${v.name} [${v.shape.join(', ')}]`)).join(', ');
      throw new Error(`${op} ${name} (${shapes}): ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
    const outputs = typed.map((t, i) => this.#define({ name: outputNames?.[i] ?? this.#outputName(name, typed.length === 1 ? '' : `_${i}`), shape: t.shape, dtype: t.dtype }));
    this.#names.add(name);
    this.#nodes.push({ op, name, inputs: inputs.map((v) => v?.name ?? ''), outputs: outputs.map((v) => v.name), attributes });
    return outputs;
  }
  node(op: string, inputs: readonly (Value | null)[], attributes: Attributes = {}, outputName?: string): Value {
    const [only] = this.nodes(op, inputs, attributes, 1, outputName === undefined ? undefined : [outputName]);
    if (only === undefined) throw new Error(`${op} made no output`);
    return only;
  }

  value(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`there is no value ${name}`);
    return value;
  }
  constantOf(v: Value): Tensor | null { return this.#initializers.get(v.name) ?? null; }

  add(a: Value, b: Value): Value { return this.node('Add', [a, b]); }
  sub(a: Value, b: Value): Value { return this.node('Sub', [a, b]); }
  mul(a: Value, b: Value): Value { return this.node('Mul', [a, b]); }
  div(a: Value, b: Value): Value { return this.node('Div', [a, b]); }
  neg(a: Value): Value { return this.node('Neg', [a]); }
  exp(a: Value): Value { return this.node('Exp', [a]); }
  sqrt(a: Value): Value { return this.node('Sqrt', [a]); }
  relu(a: Value): Value { return this.node('Relu', [a]); }
  sigmoid(a: Value): Value { return this.node('Sigmoid', [a]); }
  softplus(a: Value): Value { return this.node('Softplus', [a]); }
  gelu(a: Value): Value { return this.node('Gelu', [a]); }
  matmul(a: Value, b: Value): Value { return this.node('MatMul', [a, b]); }
  min(a: Value, b: Value): Value { return this.node('Min', [a, b]); }
  max(a: Value, b: Value): Value { return this.node('Max', [a, b]); }
  softmax(a: Value, axis = -1): Value { return this.node('Softmax', [a], { axis }); }
  logSoftmax(a: Value, axis = -1): Value { return this.node('LogSoftmax', [a], { axis }); }
  reshape(a: Value, shape: readonly number[]): Value {
    return a.shape.length === shape.length && a.shape.every((d, i) => d === shape[i]) ? a : this.node('Reshape', [a, this.integers(shape)]);
  }
  transpose(a: Value, perm: readonly number[]): Value { return this.node('Transpose', [a], { perm }); }
  concat(values: readonly Value[], axis: number): Value { return this.node('Concat', values, { axis }); }
  split(a: Value, axis: number, sizes: readonly number[]): Value[] { return this.nodes('Split', [a, this.integers(sizes)], { axis }, sizes.length); }
  slice(a: Value, axis: number, start: number, end: number, step = 1): Value {
    return this.node('Slice', [a, this.integers([start]), this.integers([end]), this.integers([axis]), this.integers([step])]);
  }
  sum(a: Value, axes: readonly number[], keep = true): Value { return this.node('ReduceSum', [a, this.integers(axes)], { keepdims: keep ? 1 : 0 }); }
  mean(a: Value, axes: readonly number[], keep = true): Value { return this.node('ReduceMean', [a, this.integers(axes)], { keepdims: keep ? 1 : 0 }); }
  expand(a: Value, shape: readonly number[]): Value { return this.node('Expand', [a, this.integers(shape)]); }
  zeros(shape: readonly number[]): Value {
    return sizeOf(shape) <= 64 ? this.constant(float32(shape, new Float32Array(sizeOf(shape)))) : this.node('ConstantOfShape', [this.integers(shape)]);
  }
  /** x [..., inside] by w [inside, outside] and b [outside]: one Gemm over all leading dimensions. */
  linear(x: Value, w: Value, b: Value | null): Value {
    const inside = w.shape[0] ?? 0, outside = w.shape[1] ?? 0;
    const rows = this.reshape(x, [sizeOf(x.shape) / inside, inside]);
    return this.reshape(this.node('Gemm', b === null ? [rows, w] : [rows, w, b]), [...x.shape.slice(0, -1), outside]);
  }
  /** Last axis to length one (plus 1e-12 under the root). */
  unit(a: Value): Value { return this.div(a, this.sqrt(this.add(this.sum(this.mul(a, a), [-1]), this.scalar(1e-12)))); }

  /** The finished graph with the named outputs; nodes and initializers that they do not need are left out. */
  finish(outputs: Readonly<Record<string, Value>>): Graph {
    const named = Object.entries(outputs).map(([name, v]) => {
      const [value] = v.name === name ? [v] : this.nodes('Identity', [v], {}, 1, [name]);
      return value ?? v;
    });
    const nodes = neededNodes(this.#nodes, named.map((v) => v.name));
    const used = new Set([...nodes.flatMap((n) => n.inputs), ...named.map((v) => v.name)]);
    const graph: Graph = {
      nodes, outputs: named,
      inputs: this.#inputs.filter((v) => used.has(v.name)),
      initializers: new Map([...this.#initializers].filter(([name]) => used.has(name))),
      values: new Map(this.#values),
    };
    verify(graph);
    return graph;
  }

  #fresh(stem: string): string {
    let name: string;
    do name = `${stem}_${++this.#counter}`; while (this.#values.has(name) || this.#names.has(name) || this.#reserved.has(name));
    this.#names.add(name);
    return name;
  }
  #outputName(node: string, suffix: string): string {
    const name = node + suffix;
    return this.#values.has(name) || this.#reserved.has(name) ? this.#fresh(name) : name;
  }
  #define(value: Value): Value {
    if (this.#values.has(value.name)) throw new Error(`the value ${value.name} is defined twice`);
    this.#values.set(value.name, value);
    return value;
  }
}
