// The bytes of an ONNX model as a graph with static shapes, whoever exported it: symbolic dimensions are bound, shape
// arithmetic is done, functions and decided branches are written out, older and newer forms become those of opset 20.
// What is not understood is refused with the node's name, never guessed.
import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fold } from '../graph/fold.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Attribute, Graph, Value } from '../graph/graph.ts';
import { shapeInference } from '../graph/shapes.ts';
import { float32, int64, numbersOf, type DType, type Tensor } from '../tensor.ts';
import { AppError } from '../../shared/errors.ts';
import { forms, type Call } from './forms.ts';
import { damaged, importedOpset, parseModel, unsupported, type AttributeProto, type FunctionProto, type GraphProto, type ModelProto, type NodeProto, type ValueProto } from './parse.ts';
import { attributeTypes } from './schema.ts';
import { dtypeOf, tensorOf, type ExternalData } from './tensors.ts';

export interface ReadOptions {
  /** Sizes of symbolic dimensions by name; one without a name is called after its input and axis: `pixels:0`. */
  readonly dimensions?: Readonly<Record<string, number>>;
  /** Where weights lie in files beside the model. */
  readonly externalData?: ExternalData;
}

/** An input as the file declares it; a string is the name by which a symbolic dimension is bound. */
export interface DeclaredInput { readonly name: string; readonly dtype: DType; readonly shape: readonly (number | string)[] }

/** AppError('bundle-damaged') when the bytes are no ONNX model, 'model-unsupported' when it holds what is not supported; the sentence names it. */
export function readOnnx(data: Uint8Array, options: ReadOptions = {}): Graph {
  return readable(() => new Reading(parseModel(data), options).graph());
}

/** Reads the weights that lie in files of the model's own folder; a link that leads out of it is refused. */
export function externalDataBeside(modelFile: string): ExternalData {
  const folder = path.dirname(modelFile);
  return (location, offset, length) => {
    try {
      const file = realpathSync(path.join(folder, location));
      const within = path.relative(realpathSync(folder), file);
      if (within.startsWith('..') || path.isAbsolute(within)) throw damaged(`The file ${location} is a link that leads out of the folder of the model.`);
      const handle = openSync(file, 'r');
      try {
        if (offset + length > fstatSync(handle).size) throw damaged(`The file ${location} is cut off.`);
        const bytes = new Uint8Array(length);
        // A read may give less than it was asked for, and takes 2 GiB at most.
        for (let at = 0, got = 1; at < length && got > 0; at += got) got = readSync(handle, bytes, at, Math.min(length - at, 1 << 30), offset + at);
        return bytes;
      } finally { closeSync(handle); }
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw damaged(`The file ${location}, in which weights of the network lie, cannot be read.`, cause);
    }
  };
}

/** What a model takes, to know which dimensions must be bound before it is read. Fails as readOnnx does. */
export function declaredInputs(data: Uint8Array): DeclaredInput[] {
  return readable(() => inputsOf(parseModel(data).graph).map(declared));
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unsupported(`The network cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, cause);
  }
}

/** Until IR version 3 initializers were listed among the inputs. */
function inputsOf(graph: GraphProto): ValueProto[] {
  const initial = new Set(graph.initializer.map((t) => t.name));
  return graph.input.filter((v) => !initial.has(v.name));
}

function declared(v: ValueProto): DeclaredInput {
  const type = v.type?.tensor_type;
  if (type?.shape === undefined) throw unsupported(`The input ${v.name} is no tensor with a shape, which is not supported.`);
  const shape = type.shape.dim.map((d, axis) => (d.dim_value !== undefined && d.dim_value > 0 ? d.dim_value : d.dim_param === undefined || d.dim_param === '' ? `${v.name}:${axis}` : d.dim_param));
  return { name: v.name, dtype: dtypeOf(type.elem_type, `The input ${v.name}`), shape };
}

/** What names mean: in the model's graph, or within one call of a function or one branch, which see what is outside. */
interface Scope {
  readonly values: Map<string, Value>;
  /** What a branch sees beside its own values; a function sees nothing else. */
  readonly outer: Scope | null;
  /** The model's own graph keeps its names; what is written out takes new ones. */
  readonly named: boolean;
  /** Arguments of the function being called. */
  readonly attributes: ReadonlyMap<string, AttributeProto>;
  readonly version: number;
  readonly depth: number;
}
/** Functions that call each other deeper than any exporter writes do so without end; so do those that grow beyond any network. */
const deepest = 50, mostNodes = 500_000;

class Reading {
  readonly #model: ModelProto;
  readonly #options: ReadOptions;
  readonly #g: GraphBuilder;
  readonly #functions: ReadonlyMap<string, FunctionProto>;
  /** Float tensors of the file: they may be weights, so what is computed from them stays computed. */
  readonly #stored = new Set<string>();
  #nodes = 0;

  constructor(model: ModelProto, options: ReadOptions) {
    this.#model = model;
    this.#options = options;
    this.#functions = new Map(model.functions.map((f) => [functionKey(f.domain, f.name, f.overload), f]));
    const { graph } = model;
    this.#g = new GraphBuilder([...graph.initializer.map((t) => t.name), ...graph.input.map((v) => v.name), ...graph.node.flatMap((n) => n.output), ...graph.output.map((v) => v.name)]);
  }

  graph(): Graph {
    const { graph, opset_import: imports } = this.#model;
    const scope: Scope = { values: new Map(), outer: null, named: true, attributes: new Map(), version: importedOpset(imports) ?? 0, depth: 0 };
    this.#initializers(graph, scope);
    for (const v of inputsOf(graph).map(declared)) {
      const shape = v.shape.map((d) => {
        const size = typeof d === 'number' ? d : this.#options.dimensions?.[d];
        if (size === undefined) throw unsupported(`The input ${v.name} has the symbolic dimension ${d}; its size must be given.`);
        if (!Number.isSafeInteger(size) || size < 1) throw unsupported(`The dimension ${d} of the input ${v.name} cannot be ${size}.`);
        return size;
      });
      define(scope, v.name, this.#g.input(v.name, shape, v.dtype));
    }
    this.#append(graph.node, scope, graph.output.map((v) => v.name));
    if (graph.output.length === 0) throw damaged('The network has no outputs.');
    return this.#g.finish(Object.fromEntries(graph.output.map((v) => [v.name, valueOf(scope, v.name)])));
  }

  #initializers(graph: GraphProto, scope: Scope): void {
    if (graph.sparse_initializer.length > 0) throw unsupported('The network has sparse weights, which are not supported.');
    for (const t of graph.initializer) define(scope, t.name, this.#stores(t.name, tensorOf(t, t.name, this.#options.externalData), scope));
  }
  #stores(name: string, tensor: Tensor, scope: Scope): Value {
    const value = scope.named ? this.#g.initializer(name, tensor) : this.#g.constant(tensor);
    if (tensor.dtype === 'float32') this.#stored.add(value.name);
    return value;
  }

  #append(nodes: readonly NodeProto[], scope: Scope, results: readonly string[]): void {
    if (scope.depth > deepest || (this.#nodes += nodes.length) > mostNodes) throw unsupported('The functions of this network call each other without end.');
    const used = new Set(results);
    for (const n of nodes) { for (const name of n.input) used.add(name); for (const a of n.attribute) if (a.g !== undefined) addNames(a.g, used); }
    for (const n of nodes) {
      // Optional outputs that nobody uses (a dropout's mask, a normalization's statistics) are not asked for.
      const outputs = n.output.slice(0, n.output.findLastIndex((name) => name !== '' && used.has(name)) + 1);
      if (outputs.length === 0) continue;
      for (const name of outputs) if (scope.values.has(name)) throw damaged(`The value ${name} is defined twice.`);
      const made = this.#node(n, outputs, scope);
      for (const [i, name] of outputs.entries()) {
        const value = made[i];
        if (value !== undefined && name !== '') define(scope, name, value);
        else if (used.has(name) && name !== '') throw unsupported(`The output ${i} of the node ${nameOf(n)} (${n.op_type}) is not supported.`);
      }
    }
  }

  #node(n: NodeProto, outputs: readonly string[], scope: Scope): readonly Value[] {
    const inputs = n.input.map((name) => (name === '' ? null : valueOf(scope, name)));
    const called = this.#functions.get(functionKey(n.domain, n.op_type, n.overload));
    if (called !== undefined) return this.#call(called, n, inputs, scope);
    if (n.domain !== '' && n.domain !== 'ai.onnx') throw unsupported(`The node ${nameOf(n)} (${n.op_type}) is of the domain ${n.domain}; only standard operators are supported.`);
    if (n.op_type === 'If') return this.#branch(n, inputs, scope);
    if (n.op_type === 'Constant') return [this.#constant(n, outputs, scope)];
    if (forms[n.op_type] === undefined && shapeInference[n.op_type] === undefined) throw unsupported(`The node ${nameOf(n)} is of the operator ${n.op_type}, which is not known.`);
    const attributes = this.#attributes(n, scope);
    try {
      const form = forms[n.op_type]?.({ op: n.op_type, inputs, attributes, outputCount: outputs.length }, this.#g, scope.version);
      if (Array.isArray(form)) return form;
      return this.#emit(isCall(form) ? form : { op: n.op_type, inputs, attributes, outputCount: outputs.length }, n, outputs, scope);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw unsupported(`The node ${nameOf(n)} (${n.op_type}) is not supported: ${cause instanceof Error ? cause.message : String(cause)}.`, cause);
    }
  }

  #emit({ op, inputs, attributes, outputCount }: Call, n: NodeProto, outputs: readonly string[], scope: Scope): readonly Value[] {
    const known = inputs.map((v) => (v === null ? null : this.#stored.has(v.name) ? undefined : this.#g.constantOf(v) ?? undefined));
    if (known.every((t) => t !== undefined)) {
      const folded = fold(op, known, attributes, outputCount);
      if (folded !== null) return folded.map((t) => this.#g.constant(t));
    }
    // A split that is asked for fewer parts than it makes, or an output nobody named, takes new names.
    const isNamed = scope.named && outputs.length === outputCount && outputs.every((name) => name !== '');
    return this.#g.nodes(op, inputs, attributes, outputCount, isNamed ? outputs : undefined, scope.named ? n.name : '');
  }

  #constant(n: NodeProto, outputs: readonly string[], scope: Scope): Value {
    const [given, ...more] = n.attribute;
    if (given === undefined || more.length > 0) throw damaged(`The constant ${nameOf(n)} has ${n.attribute.length} values.`);
    const a = argument(given, scope);
    const tensor = ((): Tensor => {
      switch (given.name) {
        case 'value': if (a.t !== undefined) return tensorOf(a.t, nameOf(n), this.#options.externalData); break;
        case 'value_float': return float32([], [a.f]);
        case 'value_floats': return float32([a.floats.length], a.floats);
        case 'value_int': return int64([], [a.i]);
        case 'value_ints': return int64([a.ints.length], a.ints);
        default: break;
      }
      throw unsupported(`The constant ${nameOf(n)} is given by ${given.name}, which is not supported.`);
    })();
    // Some exporters write weights as nodes.
    return tensor.dtype === 'float32' && tensor.data.length > 1 ? this.#stores(outputs[0] ?? '', tensor, scope) : this.#g.constant(tensor);
  }

  /** A function of the model, written out in place. */
  #call(f: FunctionProto, n: NodeProto, inputs: readonly (Value | null)[], scope: Scope): readonly Value[] {
    const values = new Map<string, Value>();
    for (const [i, name] of f.input.entries()) { const v = inputs[i]; if (v !== null && v !== undefined) values.set(name, v); }
    const given = new Map([...f.attribute_proto, ...n.attribute.map((a) => ({ ...argument(a, scope), name: a.name }))].map((a) => [a.name, a]));
    const inner: Scope = { values, outer: null, named: false, attributes: given, version: importedOpset(f.opset_import) ?? scope.version, depth: scope.depth + 1 };
    this.#append(f.node, inner, f.output);
    return f.output.map((name) => valueOf(inner, name));
  }

  /** A branch whose condition is known by now; loops and undecided branches have no place in a static graph. */
  #branch(n: NodeProto, inputs: readonly (Value | null)[], scope: Scope): readonly Value[] {
    const condition = inputs[0] === null || inputs[0] === undefined ? null : this.#g.constantOf(inputs[0]);
    if (condition === null) throw unsupported(`The node ${nameOf(n)} (If) decides by what only the data tell, which is not supported.`);
    const branch = n.attribute.find((a) => a.name === (numbersOf(condition)[0] === 0 ? 'else_branch' : 'then_branch'))?.g;
    if (branch === undefined) throw damaged(`The node ${nameOf(n)} (If) lacks a branch.`);
    const inner: Scope = { ...scope, values: new Map(), outer: scope, named: false, depth: scope.depth + 1 };
    this.#initializers(branch, inner);
    this.#append(branch.node, inner, branch.output.map((v) => v.name));
    return branch.output.map((v) => valueOf(inner, v.name));
  }

  #attributes(n: NodeProto, scope: Scope): Record<string, Attribute> {
    const attributes: Record<string, Attribute> = {};
    for (const given of n.attribute) {
      const a = argument(given, scope);
      const value = this.#attribute(a, n);
      // An argument that the caller left out leaves the operator its default.
      if (value !== null) attributes[given.name] = value;
    }
    return attributes;
  }
  #attribute(a: AttributeProto, n: NodeProto): Attribute | null {
    switch (a.type) {
      case attributeTypes.int: return a.i;
      case attributeTypes.float: return { float: a.f };
      case attributeTypes.ints: return [...a.ints];
      case attributeTypes.string: return new TextDecoder().decode(a.s);
      case attributeTypes.tensor: if (a.t !== undefined) return tensorOf(a.t, `${a.name} of the node ${nameOf(n)}`, this.#options.externalData); break;
      case attributeTypes.graph: throw unsupported(`The node ${nameOf(n)} (${n.op_type}) holds a graph of its own, which is not supported.`);
      case 0: if (a.ref_attr_name !== '') return null; break;
      default: break;
    }
    throw unsupported(`The node ${nameOf(n)} (${n.op_type}) has an attribute ${a.name} of a kind that is not supported.`);
  }
}

const functionKey = (domain: string, name: string, overload: string): string => JSON.stringify([domain === 'ai.onnx' ? '' : domain, name, overload]);
const nameOf = (n: NodeProto): string => (n.name === '' ? n.output.find((o) => o !== '') ?? 'without a name' : n.name);
const isCall = (form: Call | readonly Value[] | undefined): form is Call => form !== undefined && !Array.isArray(form);

/** An attribute's value, which inside a function may be an argument of the call. */
function argument(a: AttributeProto, scope: Scope): AttributeProto {
  return a.ref_attr_name === '' ? a : scope.attributes.get(a.ref_attr_name) ?? { ...a, type: 0 };
}
function define(scope: Scope, name: string, value: Value): void {
  if (scope.values.has(name)) throw damaged(`The value ${name} is defined twice.`);
  scope.values.set(name, value);
}
function valueOf(scope: Scope, name: string): Value {
  for (let s: Scope | null = scope; s !== null; s = s.outer) { const found = s.values.get(name); if (found !== undefined) return found; }
  throw damaged(`There is no value ${name}.`);
}
/** Names that a branch takes from outside. */
function addNames(graph: GraphProto, names: Set<string>): void {
  for (const n of graph.node) { for (const name of n.input) names.add(name); for (const a of n.attribute) if (a.g !== undefined) addNames(a.g, names); }
  for (const v of graph.output) names.add(v.name);
}
