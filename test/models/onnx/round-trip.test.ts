// Graphs as ONNX files and back: nothing is lost, and onnxruntime sees the same model.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import type { Graph, Value } from '../../../models/graph/graph.ts';
import { readOnnx } from '../../../models/onnx/read.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { randomFrom } from '../../../models/random.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { bytesOf, float32, int64, sizeOf, type Tensor } from '../../../models/tensor.ts';

const baseBundle = path.join(import.meta.dirname, '..', '..', '..', 'models', 'bundles', 'base');

/** All that a graph says; nodes' own names are the reader's to choose. */
function content(graph: Graph) {
  const named = new Set([...graph.inputs, ...graph.outputs].map((v) => v.name).concat(graph.nodes.flatMap((n) => n.outputs)));
  return {
    nodes: graph.nodes.map(({ op, inputs, outputs, attributes }) => ({ op, inputs, outputs, attributes })),
    inputs: graph.inputs, outputs: graph.outputs,
    initializers: [...graph.initializers].map(([name, t]) => ({ name, dtype: t.dtype, dims: t.dims, bytes: Buffer.from(bytesOf(t)).toString('base64') })),
    values: [...named].map((name) => graph.values.get(name)),
  };
}

const feedsFor = (graph: Graph, seed: number): Record<string, Tensor> => {
  const random = randomFrom(seed);
  return Object.fromEntries(graph.inputs.map((v) => [v.name, v.dtype === 'int64'
    ? int64(v.shape, Array.from({ length: sizeOf(v.shape) }, () => random.integer(20)))
    : float32(v.shape, Float32Array.from({ length: sizeOf(v.shape) }, () => random.uniform(0.1, 1)))]));
};

async function outputsOf(model: Uint8Array, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await openSession(model, { threads: 1 });
  try { return await session.run(feeds); } finally { await session.release(); }
}

describe('the base models, read and written', () => {
  test.each(['image.onnx', 'region.onnx', 'text.onnx'])('%s is the same graph and runs to the same numbers', async (name) => {
    const original = await readFile(path.join(baseBundle, name));
    const graph = readOnnx(original);
    const written = writeOnnx(graph, name);
    expect(content(readOnnx(written))).toEqual(content(graph));
    const feeds = feedsFor(graph, 3);
    const [expected, found] = [await outputsOf(original, feeds), await outputsOf(written, feeds)];
    expect(Object.keys(found)).toEqual(graph.outputs.map((v) => v.name));
    for (const v of graph.outputs) {
      expect(found[v.name]?.dims).toEqual(v.shape);
      expect(found[v.name]).toEqual(expected[v.name]);
    }
  });
});

/** A step appends one operator to the newest value; a number chooses its details. */
const operators: Readonly<Record<string, (g: GraphBuilder, values: readonly Value[], detail: number) => Value>> = {
  ...Object.fromEntries(['Exp', 'Tanh', 'Sigmoid', 'Neg', 'Identity', 'Softplus'].map((op) => [op, (g: GraphBuilder, values: readonly Value[]) => g.node(op, [last(values)])])),
  ...Object.fromEntries(['Add', 'Mul', 'Sub', 'Max'].map((op) => [op, (g: GraphBuilder, values: readonly Value[], detail: number) => {
    const x = last(values);
    const fitting = values.filter((v) => v.shape.join() === x.shape.join());
    return g.node(op, [x, detail % 2 === 0 ? g.scalar(Math.fround(detail / 7)) : fitting[detail % fitting.length] ?? x]);
  }])),
  LeakyRelu: (g, values, detail) => g.node('LeakyRelu', [last(values)], { alpha: { float: Math.fround(detail / 100) } }),
  Softmax: (g, values, detail) => g.softmax(last(values), detail % 2 === 0 ? -1 : 0),
  MatMul: (g, values, detail) => { const x = last(values), inside = x.shape.at(-1) ?? 1, outside = 1 + (detail % 4); return g.matmul(x, g.initializer(`weight ${values.length}`, float32([inside, outside], Array.from({ length: inside * outside }, (_, i) => Math.fround((i - detail) / 10))))); },
  Reshape: (g, values) => { const x = last(values); return g.node('Reshape', [x, g.integers([-1, x.shape[0] ?? 1])]); },
  Transpose: (g, values) => g.transpose(last(values), [1, 0]),
  Where: (g, values) => { const x = last(values); return g.node('Where', [g.node('Greater', [x, g.scalar(0)]), x, g.scalar(-1)]); },
};
const last = (values: readonly Value[]): Value => { const v = values.at(-1); if (v === undefined) throw new Error('no value yet'); return v; };

test('random small graphs come back whole and run to the same numbers', async () => {
  const steps = fc.array(fc.tuple(fc.constantFrom(...Object.keys(operators)), fc.nat({ max: 50 })), { minLength: 1, maxLength: 8 });
  await fc.assert(fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), async (chosen, rows, columns) => {
    const g = new GraphBuilder();
    const values = [g.input('x', [rows, columns])];
    for (const [op, detail] of chosen) values.push(operators[op]?.(g, values, detail) ?? last(values));
    const graph = g.finish({ y: last(values) });
    const written = writeOnnx(graph, 'random');
    const again = readOnnx(written);
    expect(content(again)).toEqual(content(graph));
    const feeds = feedsFor(graph, rows);
    const { y } = await outputsOf(writeOnnx(again, 'random'), feeds);
    expect(y?.dims).toEqual(last(values).shape);
    expect(y).toEqual((await outputsOf(written, feeds))['y']);
  }), { seed: 5, numRuns: 60 });
});

test('every kind of attribute and element type comes back; what is constant is a number then', async () => {
  const g = new GraphBuilder();
  const x = g.input('x', [1, 2, 4, 4]);
  const pooled = g.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'NOTSET' });
  const kept = g.node('Where', [g.constant({ dtype: 'bool', dims: [2], data: Uint8Array.of(1, 0) }), pooled, g.node('ConstantOfShape', [g.integers([2])], { value: float32([1], [0.5]) })]);
  const chosen = g.node('Gather', [kept, g.constant({ dtype: 'int32', dims: [1], data: Int32Array.of(1) })], { axis: 1 });
  const graph = g.finish({ y: g.node('LeakyRelu', [chosen], { alpha: { float: 0.5 } }) });
  const written = writeOnnx(graph, 'all'), again = readOnnx(written);
  expect(again.nodes.map((n) => [n.op, n.attributes])).toEqual(graph.nodes.filter((n) => n.op !== 'ConstantOfShape').map((n) => [n.op, n.attributes]));
  expect(content(readOnnx(writeOnnx(again, 'all')))).toEqual(content(again));
  expect(await outputsOf(writeOnnx(again, 'all'), feedsFor(graph, 1))).toEqual(await outputsOf(written, feedsFor(graph, 1)));
});
