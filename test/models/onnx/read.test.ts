// Models made elsewhere: what exporters write is read to the graph that onnxruntime computes, and what cannot be read
// is refused by name, whatever the bytes.
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync, mkdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { declaredInputs, externalDataBeside, readOnnx, type ReadOptions } from '../../../models/onnx/read.ts';
import { attributeTypes, dataTypes, modelProto } from '../../../models/onnx/schema.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { float32, type Tensor } from '../../../models/tensor.ts';

interface Node { input?: readonly string[]; output: readonly string[]; op_type: string; name?: string; domain?: string; attribute?: readonly object[] }
interface Model { node?: readonly Node[]; input?: readonly object[]; output?: readonly object[]; initializer?: readonly object[]; sparse_initializer?: readonly Uint8Array[]; opset?: number; ir?: number; functions?: readonly object[]; imports?: readonly object[] }

const input = (name: string, dims: readonly (number | string | null)[], elem_type: number = dataTypes.float32): object =>
  ({ name, type: { tensor_type: { elem_type, shape: { dim: dims.map((d) => (typeof d === 'number' ? { dim_value: d } : d === null ? {} : { dim_param: d })) } } } });
function model({ opset = 20, ir = 9, functions = [], imports, ...graph }: Model): Uint8Array {
  const whole = { node: [{ input: ['x'], output: ['y'], name: 'n', op_type: 'Exp' }], input: [input('x', [2])], output: [input('y', [])], ...graph };
  return modelProto.encode(modelProto.fromObject({ ir_version: ir, opset_import: imports ?? [{ domain: '', version: opset }], graph: whole, functions })).finish();
}
const node = (op_type: string, inputs: readonly string[], output: readonly string[], attribute: readonly object[] = [], more: Partial<Node> = {}): Node => ({ op_type, input: inputs, output, attribute, name: `${op_type}/${output[0] ?? ''}`, ...more });
const int = (name: string, i: number): object => ({ name, type: attributeTypes.int, i });
const ints = (name: string, numbers: readonly number[]): object => ({ name, type: attributeTypes.ints, ints: numbers });
const real = (name: string, f: number): object => ({ name, type: attributeTypes.float, f });
const string = (name: string, s: string): object => ({ name, type: attributeTypes.string, s: new TextEncoder().encode(s) });
const integers = (name: string, numbers: readonly number[]): object => ({ name, data_type: dataTypes.int64, dims: [numbers.length], int64_data: numbers });
const floats = (name: string, dims: readonly number[], numbers: readonly number[]): object => ({ name, data_type: dataTypes.float32, dims, float_data: numbers });

async function run(bytes: Uint8Array, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await openSession(bytes, { threads: 1 });
  try { return await session.run(feeds); } finally { await session.release(); }
}
const ramp = (dims: readonly number[]): Tensor => float32(dims, Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.fround(Math.sin(i + 1))));

/** Read and written again, a model computes what onnxruntime made of the original. */
async function same(original: Uint8Array, feeds: Record<string, Tensor>, options: ReadOptions = {}): Promise<ReturnType<typeof readOnnx>> {
  const graph = readOnnx(original, options);
  const [found, expected] = [await run(writeOnnx(graph, 'read'), feeds), await run(original, feeds)];
  for (const [name, t] of Object.entries(expected)) {
    expect(found[name]?.dims).toEqual(t.dims);
    for (const [i, v] of Array.from(t.data, Number).entries()) expect(Number(found[name]?.data[i])).toBeCloseTo(v, 5);
  }
  return graph;
}
const operators = (graph: { nodes: readonly { op: string }[] }): string[] => graph.nodes.map((n) => n.op);

describe('what exporters write', () => {
  test('shape arithmetic on a symbolic batch becomes constants', async () => {
    const bytes = model({
      input: [input('x', ['batch', 3, 4])],
      initializer: [integers('zero', [0]), integers('minus', [-1]), { name: 'index', data_type: dataTypes.int64, int64_data: [0] }],
      node: [node('Shape', ['x'], ['shape']), node('Gather', ['shape', 'index'], ['size'], [int('axis', 0)]), node('Unsqueeze', ['size', 'zero'], ['first']), node('Concat', ['first', 'minus'], ['target'], [int('axis', 0)]), node('Reshape', ['x', 'target'], ['y'])],
    });
    const graph = await same(bytes, { x: ramp([5, 3, 4]) }, { dimensions: { batch: 5 } });
    expect(operators(graph)).toEqual(['Reshape']);
    expect(graph.outputs[0]?.shape).toEqual([5, 12]);
    expect(declaredInputs(bytes)).toEqual([{ name: 'x', dtype: 'float32', shape: ['batch', 3, 4] }]);
  });
  test('a dimension without a name is called after its input and axis', () => {
    const bytes = model({ input: [input('x', [null, 2])] });
    expect(declaredInputs(bytes)[0]?.shape).toEqual(['x:0', 2]);
    expect(readOnnx(bytes, { dimensions: { 'x:0': 7 } }).outputs[0]?.shape).toEqual([7, 2]);
    expect(() => readOnnx(bytes)).toThrow(/input x has the symbolic dimension x:0/);
  });
  test('names of nodes and values are kept', () => {
    const graph = readOnnx(model({ node: [node('Exp', ['x'], ['inner'], [], { name: '/blocks.0/Exp' }), node('Neg', ['inner'], ['y'], [], { name: '/blocks.1/Neg' })] }));
    expect(graph.nodes.map((n) => [n.name, n.outputs[0]])).toEqual([['/blocks.0/Exp', 'inner'], ['/blocks.1/Neg', 'y']]);
  });
  test('names that the reader would make up itself do not collide', () => {
    const graph = readOnnx(model({ node: [node('Exp', ['x'], ['exp_2'], [], { name: '' }), node('Exp', ['exp_2'], ['exp_1'], [], { name: '' }), node('Exp', ['exp_1'], ['y'], [], { name: '' })] }));
    expect(new Set(graph.nodes.map((n) => n.name)).size).toBe(3);
  });
  test.each<[string, object, readonly number[]]>([
    ['value', { name: 'value', type: attributeTypes.tensor, t: { dims: [2], data_type: 1, float_data: [1.5, 2] } }, [1.5, 2]], ['value_float', real('value_float', 0.5), [0.5]],
    ['value_floats', { name: 'value_floats', type: attributeTypes.floats, floats: [3, 4] }, [3, 4]],
  ])('constants given as %s', async (_, attribute) => {
    await same(model({ node: [node('Constant', [], ['c'], [attribute]), node('Add', ['x', 'c'], ['y'])] }), { x: ramp([2]) });
  });
  test('integer constants given as value_int and value_ints', async () => {
    const graph = await same(model({ node: [node('Constant', [], ['a'], [int('value_int', 1)]), node('Constant', [], ['b'], [ints('value_ints', [2, 1])]), node('Mul', ['a', 'b'], ['c']), node('Reshape', ['x', 'c'], ['y'])] }), { x: ramp([2]) });
    expect(graph.outputs[0]?.shape).toEqual([2, 1]);
  });
  test('"to the end" survives the way through doubles', async () => {
    const end = { name: 'end', data_type: dataTypes.int64, dims: [1], raw_data: new Uint8Array(new BigInt64Array([2n ** 63n - 1n]).buffer) };
    const twice = model({ initializer: [integers('start', [1]), end, integers('zero', [0])], node: [node('Add', ['end', 'zero'], ['e']), node('Slice', ['x', 'start', 'e', 'zero'], ['y'])] });
    expect((await same(twice, { x: ramp([2]) })).outputs[0]?.shape).toEqual([1]);
  });
  test('what onnxruntime reads in opset 13 is read: axes as attributes, equal parts, dropout', async () => {
    const bytes = model({
      opset: 13, input: [input('x', [2, 4])], output: [input('y', []), input('z', [])],
      node: [node('ReduceMean', ['x'], ['mean'], [ints('axes', [-1]), int('keepdims', 1)]), node('Sub', ['x', 'mean'], ['c']), node('Split', ['c'], ['y', 'half'], [int('axis', 1)]), node('Dropout', ['half'], ['z', 'mask'])],
    });
    expect(operators(await same(bytes, { x: ramp([2, 4]) }))).toEqual(['ReduceMean', 'Sub', 'Split', 'Identity']);
  });
  test('scale and bias of a group normalization by group (18) and by channel (21)', async () => {
    for (const [opset, n] of [[18, 2], [21, 4]] as const) {
      const bytes = model({ opset, input: [input('x', [2, 4, 3])], initializer: [floats('s', [n], [1, 2, 3, 4].slice(0, n)), floats('b', [n], [0, 1, 2, 3].slice(0, n))], node: [node('GroupNormalization', ['x', 's', 'b'], ['y'], [int('num_groups', 2)])] });
      await same(bytes, { x: ramp([2, 4, 3]) });
    }
  });
  test('resizing with chosen axes, empty inputs and a region of interest', async () => {
    await same(model({ opset: 18, input: [input('x', [1, 1, 3, 4])], initializer: [integers('sizes', [6, 2])], node: [node('Resize', ['x', '', '', 'sizes'], ['y'], [ints('axes', [2, 3]), string('mode', 'linear')])] }), { x: ramp([1, 1, 3, 4]) });
    await same(model({ opset: 13, input: [input('x', [1, 1, 3, 4])], initializer: [floats('roi', [0], []), floats('scales', [4], [1, 1, 2, 2])], node: [node('Resize', ['x', 'roi', 'scales'], ['y'], [string('mode', 'nearest')])] }), { x: ramp([1, 1, 3, 4]) });
  });
  test('a branch whose condition shapes decide', async () => {
    const branch = (op: string): object => ({ node: [node(op, ['x'], ['r'], [], { name: '' })], output: [{ name: 'r' }], name: op });
    const bytes = model({
      initializer: [{ name: 'two', data_type: dataTypes.int64, dims: [1], int64_data: [2] }],
      node: [node('Shape', ['x'], ['s']), node('Equal', ['s', 'two'], ['q']), node('If', ['q'], ['y'], [{ name: 'then_branch', type: attributeTypes.graph, g: branch('Neg') }, { name: 'else_branch', type: attributeTypes.graph, g: branch('Exp') }])],
    });
    expect(operators(await same(bytes, { x: ramp([2]) }))).toEqual(['Neg', 'Identity']);
  });
  test('functions are written out, with their arguments and defaults', async () => {
    const leaky = { name: 'Leaky', domain: 'made.here', input: ['a'], output: ['b'], opset_import: [{ domain: '', version: 20 }], attribute: ['alpha'], node: [node('LeakyRelu', ['a'], ['t'], [{ name: 'alpha', type: attributeTypes.float, ref_attr_name: 'alpha' }]), node('Neg', ['t'], ['b'])] };
    const bytes = model({ imports: [{ domain: '', version: 20 }, { domain: 'made.here', version: 1 }], functions: [leaky], node: [node('Leaky', ['x'], ['m'], [real('alpha', 0.5)], { domain: 'made.here' }), node('Leaky', ['m'], ['y'], [], { domain: 'made.here' })] });
    expect(operators(readOnnx(bytes))).toEqual(['LeakyRelu', 'Neg', 'LeakyRelu', 'Neg', 'Identity']);
    const once = model({ imports: [{ domain: '', version: 20 }, { domain: 'made.here', version: 1 }], functions: [leaky], node: [node('Leaky', ['x'], ['y'], [real('alpha', 0.5)], { domain: 'made.here' })] });
    await same(once, { x: float32([2], [-1, 2]) });
  });
  test('a function that calls itself ends', () => {
    const f = { name: 'F', domain: 'made.here', input: ['a'], output: ['b'], opset_import: [{ domain: '', version: 20 }], node: [node('F', ['a'], ['b'], [], { domain: 'made.here' })] };
    expect(() => readOnnx(model({ functions: [f], node: [node('F', ['x'], ['y'], [], { domain: 'made.here' })] }))).toThrow(/without end/);
  });
  test('a weight that is shared, listed as an input too, or passed on by Identity is one weight', async () => {
    const bytes = model({ ir: 3, input: [input('x', [2]), input('w', [2])], initializer: [floats('w', [2], [2, 3])], node: [node('Identity', ['w'], ['v']), node('Mul', ['x', 'w'], ['m']), node('Add', ['m', 'v'], ['y'])] });
    const graph = readOnnx(bytes);
    expect([graph.inputs.map((v) => v.name), [...graph.initializers.keys()]]).toEqual([['x'], ['w']]);
    expect((await run(writeOnnx(graph, 'shared'), { x: float32([2], [1, 1]) }))['y']).toEqual(float32([2], [4, 6]));
  });
  test('what is computed from weights alone stays computed, so that they can be trained', () => {
    const graph = readOnnx(model({ initializer: [floats('w', [1, 2], [2, 3])], node: [node('Transpose', ['w'], ['t'], [ints('perm', [1, 0])]), node('Add', ['x', 't'], ['y'])] }));
    expect(operators(graph)).toEqual(['Transpose', 'Add']);
  });
});

describe('element types', () => {
  const raw = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const stored = (tensor: object): Tensor | undefined => readOnnx(model({ initializer: [{ name: 'w', ...tensor }], node: [node('Add', ['x', 'w'], ['y'])] })).initializers.get('w');
  test('half precision is widened exactly', () => {
    const read = (data_type: number, bits: readonly number[]): number[] => { const t = readOnnx(model({ input: [input('x', [bits.length])], initializer: [{ name: 'w', dims: [bits.length], data_type, raw_data: raw(Uint16Array.from(bits)) }], node: [node('Add', ['x', 'w'], ['y'])] })).initializers.get('w'); return t === undefined ? [] : Array.from(t.data, Number); };
    expect(read(10, [0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0xfc00, 0x03ff])).toEqual([1, -2, 2 ** -24, 65504, -0, -Infinity, 1023 * 2 ** -24]);
    expect(read(16, [0x3f80, 0xc0a0, 0x7f80])).toEqual([1, -5, Infinity]);
  });
  test('a model in half precision is read as float32', async () => {
    const bytes = model({ input: [input('x', [2], 10)], output: [input('y', [], 10)], initializer: [{ name: 'w', dims: [2], data_type: 10, raw_data: raw(Uint16Array.of(0x3c00, 0x4000)) }], node: [node('Cast', ['x'], ['c'], [int('to', 10)]), node('Mul', ['c', 'w'], ['y'])] });
    const graph = readOnnx(bytes);
    expect(graph.inputs[0]?.dtype).toBe('float32');
    expect((await run(writeOnnx(graph, 'half'), { x: float32([2], [3, 3]) }))['y']).toEqual(float32([2], [3, 6]));
  });
  test('doubles that float32 holds, or that stand alone, are read; others are refused', () => {
    expect(stored({ dims: [2], data_type: 11, double_data: [0.5, 2] })).toEqual(float32([2], [0.5, 2]));
    expect(() => stored({ dims: [2], data_type: 11, raw_data: raw(Float64Array.of(0.1, 2)) })).toThrow(/tensor w is in double precision/);
  });
  test.each<[string, number, ArrayBufferView, Tensor['dtype'], number[]]>([
    ['uint8', 2, Uint8Array.of(255, 1), 'int32', [255, 1]], ['int8', 3, Int8Array.of(-1, 1), 'int32', [-1, 1]], ['uint16', 4, Uint16Array.of(65535, 1), 'int32', [65535, 1]], ['int16', 5, Int16Array.of(-2, 1), 'int32', [-2, 1]],
    ['uint32', 12, Uint32Array.of(4294967295, 1), 'int64', [4294967295, 1]],
  ])('%s constants are widened', (_, data_type, data, dtype, numbers) => {
    const graph = readOnnx(model({ input: [input('i', [2], dataTypes[dtype === 'int64' ? 'int64' : 'int32'])], initializer: [{ name: 'w', dims: [2], data_type, raw_data: raw(data) }], node: [node('Add', ['i', 'w'], ['y'])] }));
    expect(graph.initializers.get('w')).toMatchObject({ dtype });
    expect(Array.from(graph.initializers.get('w')?.data ?? [], Number)).toEqual(numbers);
  });
  test.each([8, 13, 14, 17, 22])('type %i is refused by name', (data_type) => { expect(() => stored({ dims: [2], data_type, raw_data: new Uint8Array(16) })).toThrow(/tensor w has element type/); });
});

describe('weights in files beside the model', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'beside-'));
  afterAll(() => { rmSync(folder, { recursive: true }); });
  mkdirSync(path.join(folder, 'model'));
  const file = path.join(folder, 'model', 'm.onnx');
  writeFileSync(path.join(folder, 'secret'), new Uint8Array(64));
  writeFileSync(path.join(folder, 'model', 'w.bin'), new Uint8Array(Float32Array.of(9, 9, 7, 8).buffer));
  const lies = (entries: Record<string, string>): Uint8Array => model({ initializer: [{ name: 'w', dims: [2], data_type: 1, data_location: 1, external_data: Object.entries(entries).map(([key, value]) => ({ key, value })) }], node: [node('Add', ['x', 'w'], ['y'])] });
  const read = (entries: Record<string, string>): Tensor | undefined => readOnnx(lies(entries), { externalData: externalDataBeside(file) }).initializers.get('w');
  test('are read from their place', () => {
    expect(read({ location: 'w.bin', offset: '8', length: '8' })).toEqual(float32([2], [7, 8]));
    expect(read({ location: 'w.bin' })).toEqual(float32([2], [9, 9]));
  });
  test.each<[string, Record<string, string>, RegExp]>([
    ['above the folder', { location: '../secret', length: '8' }, /not in the folder/], ['an absolute path', { location: path.join(folder, 'secret') }, /not in the folder/], ['a drive', { location: 'C:secret' }, /not in the folder/],
    ['a Windows path', { location: '..\\secret' }, /not in the folder/], ['nowhere', {}, /not in the folder/], ['a file that is not there', { location: 'v.bin' }, /v\.bin.* cannot be read/], ['past its end', { location: 'w.bin', offset: '12' }, /cut off/],
    ['too few bytes', { location: 'w.bin', length: '4' }, /shape \[2\] has 4 bytes/], ['no place', { location: 'w.bin', offset: '-8' }, /at -8/],
  ])('%s is refused', (_, entries, sentence) => { expect(() => read(entries)).toThrow(sentence); });
  test.skipIf(process.platform === 'win32')('a link that leads out of the folder is refused', () => {
    symlinkSync(path.join(folder, 'secret'), path.join(folder, 'model', 'link'));
    expect(() => read({ location: 'link' })).toThrow(/leads out of the folder/);
  });
  test('without a reader the file is named', () => { expect(() => readOnnx(lies({ location: 'w.bin' }))).toThrow(/w\.bin.* was not given/); });
});

describe('refusals name what was not understood', () => {
  const refused = (bytes: Uint8Array, options: ReadOptions = {}): AppError => {
    try { readOnnx(bytes, options); } catch (error) { if (error instanceof AppError) return error; throw error; }
    throw new Error('it was read');
  };
  const constant = (attribute: object): Model => ({ node: [node('Constant', [], ['c'], [attribute], { name: 'n' }), node('Add', ['x', 'c'], ['y'])] });
  test('the frame of these cases is itself readable', () => { expect(readOnnx(model({})).outputs.map((v) => v.name)).toEqual(['y']); });
  test.each<[string, Uint8Array, RegExp]>([
    ['text', new TextEncoder().encode('this is no model'), /not an ONNX model/], ['nothing', new Uint8Array(0), /not an ONNX model/], ['no operators named', model({ imports: [] }), /which version/],
    ['raw numbers cut off', model({ initializer: [{ name: 'w', dims: [2], data_type: 1, raw_data: new Uint8Array(4) }] }), /tensor w of shape \[2\] has 4 bytes/],
    ['listed numbers cut off', model({ initializer: [{ name: 'w', dims: [3], data_type: 1, float_data: [1, 2] }] }), /tensor w .*has 2 numbers/],
    ['a value nobody makes', model({ node: [node('Exp', ['nowhere'], ['y'])] }), /no value nowhere/], ['an output nobody makes', model({ output: [{ name: 'z' }] }), /no value z/], ['no outputs', model({ output: [] }), /no outputs/],
    ['a name given twice', model({ node: [node('Exp', ['x'], ['x'])], output: [{ name: 'x' }] }), /x is defined twice/],
  ])('damaged: %s', (_, bytes, sentence) => { expect(refused(bytes)).toMatchObject({ code: 'bundle-damaged', message: expect.stringMatching(sentence) }); });
  test.each<[string, Uint8Array, RegExp]>([
    ['an unknown operator', model({ node: [node('Foo', ['x'], ['y'], [], { name: 'n' })] }), /node n .*operator Foo/], ['a foreign domain', model({ node: [node('FusedConv', ['x'], ['y'], [], { name: 'n', domain: 'com.microsoft' })] }), /node n .*com\.microsoft/],
    ['a symbolic dimension', model({ input: [input('x', ['batch'])] }), /input x .*dimension batch/], ['an input that is no tensor', model({ input: [{ name: 'x' }] }), /input x is no tensor/],
    ['an element type', model({ input: [input('x', [2], 8)] }), /input x has element type 8/], ['arithmetic of small integers', model({ input: [input('x', [2], 2)] }), /input x has element type uint8/],
    ['a loop', model({ node: [node('Loop', ['x'], ['y'], [{ name: 'body', type: attributeTypes.graph, g: {} }], { name: 'n' })] }), /node n .*Loop/],
    ['a branch that the data decide', model({ node: [node('If', ['x'], ['y'], [{ name: 'then_branch', type: attributeTypes.graph, g: {} }], { name: 'n' })] }), /node n .*only the data/],
    ['a constant of text', model(constant({ name: 'value_string', type: attributeTypes.string })), /constant n .*value_string/], ['sparse weights', model({ sparse_initializer: [new Uint8Array(2)] }), /sparse/],
    ['shapes that do not fit', model({ input: [input('x', [2, 3])], node: [node('MatMul', ['x', 'x'], ['y'], [], { name: 'n' })] }), /node n .*inner dimensions/],
    ['a target that the data decide', model({ input: [input('x', [2]), input('t', [1], dataTypes.int64)], node: [node('Reshape', ['x', 't'], ['y'], [], { name: 'n' })] }), /node n .*must be a constant/],
    ['an old opset', model({ opset: 12 }), /version 12 .*13 to 26/], ['a new opset', model({ opset: 27 }), /version 27 /], ['a new format', model({ ir: 14 }), /version 14 of the ONNX format/],
    ['training mode', model({ input: [input('x', [1, 2, 3])], initializer: [floats('w', [2], [1, 1])], node: [node('BatchNormalization', ['x', 'w', 'w', 'w', 'w'], ['y'], [int('training_mode', 1)], { name: 'n' })] }), /node n .*evaluation mode/],
    ['an output that is not made here', model({ input: [input('x', [1, 2, 4])], initializer: [floats('w', [4], [1, 1, 1, 1])], node: [node('LayerNormalization', ['x', 'w'], ['z', 'mean'], [], { name: 'n' }), node('Add', ['z', 'mean'], ['y'])] }), /node n .*(output|statistics)/],
    ['a constant division by zero', model({ initializer: [integers('a', [1]), integers('z', [0])], node: [node('Div', ['a', 'z'], ['t'], [], { name: 'n' }), node('Reshape', ['x', 't'], ['y'])] }), /node n .*division by zero/],
  ])('unsupported: %s', (_, bytes, sentence) => { expect(refused(bytes)).toMatchObject({ code: 'model-unsupported', message: expect.stringMatching(sentence) }); });
  test('a size that is none', () => { expect(refused(model({ input: [input('x', ['batch'])] }), { dimensions: { batch: 0 } }).message).toMatch(/batch .*cannot be 0/); });

  const base = readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'models', 'bundles', 'base', 'text.onnx'));
  test('a model that is cut off', () => {
    for (let part = 1; part < 40; part++) expect(refused(base.subarray(0, Math.floor((part * base.length) / 40))).code).toBe('bundle-damaged');
  });
  test('bytes changed anywhere end in a graph or in a refusal', () => {
    const small = model({
      functions: [{ name: 'F', domain: 'd', input: ['a'], output: ['b'], opset_import: [{ domain: '', version: 20 }], node: [node('Neg', ['a'], ['b'])] }], input: [input('x', [2, 3])],
      initializer: [integers('target', [3, 2]), floats('w', [2], [1, 2]), integers('sizes', [1, 1])],
      node: [node('F', ['x'], ['f'], [], { domain: 'd' }), node('Reshape', ['f', 'target'], ['r']), node('Split', ['r', 'sizes'], ['p', 'q'], [int('axis', 1)]), node('Concat', ['p', 'q'], ['c'], [int('axis', -1)]), node('ConstantOfShape', ['sizes'], ['o']), node('Add', ['c', 'o'], ['s']), node('Add', ['s', 'w'], ['y'])],
    });
    expect(readOnnx(small).outputs[0]?.shape).toEqual([3, 2]);
    const change = fc.tuple(fc.nat(small.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.option(fc.nat(small.length)), (changes, end) => {
      const bytes = Uint8Array.from(small);
      for (const [at, value] of changes) bytes[at] = value;
      try { readOnnx(end === null ? bytes : bytes.subarray(0, end)); } catch (error) { if (!(error instanceof AppError)) throw error; expect(['bundle-damaged', 'model-unsupported']).toContain(error.code); }
    }), { seed: 8, numRuns: 3000 });
  });
});
