// A read graph as part of a larger one: same numbers, names that do not collide, weights from where the caller says.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import type { Graph } from '../../../models/graph/graph.ts';
import { inline, weightNames } from '../../../models/graph/inline.ts';
import { readOnnx } from '../../../models/onnx/read.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { float32, int64, type Tensor } from '../../../models/tensor.ts';

const text = (batch: number): Graph => readOnnx(readFileSync(path.join(import.meta.dirname, '..', '..', 'golden', 'networks', 'clip-text.onnx')), { dimensions: { batch } });
const ids = int64([2, 8], [3, 4, 5, 49, 0, 0, 0, 0, 7, 8, 9, 10, 11, 12, 13, 49]);
async function run(graph: Graph, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await openSession(writeOnnx(graph, 'inlined'), { threads: 1 });
  try { return await session.run(feeds); } finally { await session.release(); }
}

describe('a graph within a graph', () => {
  test('twice, with names of their own, and the same numbers', async () => {
    const graph = text(2), g = new GraphBuilder(), tokens = g.input('ids', [2, 8], 'int64');
    const first = inline(g, graph, { prefix: 'a/', inputs: { text: tokens } }), second = inline(g, graph, { prefix: 'b/', inputs: { text: tokens } });
    if (first['embedding'] === undefined || second['embedding'] === undefined) throw new Error('no embedding');
    const both = g.finish({ both: g.sub(g.add(first['embedding'], first['embedding']), second['embedding']) });
    expect(both.nodes.every((n) => /^(a|b)\/|^(sub|add|identity)_/.test(n.outputs[0] ?? '') || n.outputs[0] === 'both')).toBe(true);
    expect(await run(both, { ids })).toEqual({ both: (await run(graph, { text: ids }))['embedding'] });
  });
  test('weights are what the caller makes of them', async () => {
    const graph = text(2), g = new GraphBuilder();
    const asked: string[] = [];
    const out = inline(g, graph, { prefix: 't/', inputs: { text: g.input('text', [2, 8], 'int64') }, weight: (name, t) => { asked.push(name); return g.input(`w:${name}`, t.dims); } });
    const inlined = g.finish(out);
    expect(asked.sort()).toEqual(weightNames(graph).sort());
    expect(inlined.inputs.map((v) => v.name).filter((n) => n !== 'text').sort()).toEqual(asked.map((n) => `w:${n}`).sort());
    const weights = Object.fromEntries(asked.map((n) => { const t = graph.initializers.get(n); if (t === undefined) throw new Error(n); return [`w:${n}`, t]; }));
    expect(await run(inlined, { text: ids, ...weights })).toEqual(await run(graph, { text: ids }));
  });
  test('what does not fit is told', () => {
    const g = new GraphBuilder();
    expect(() => inline(g, text(2), { prefix: 'a/', inputs: {} })).toThrow(/input text is not given/);
    expect(() => inline(g, text(2), { prefix: 'a/', inputs: { text: g.input('x', [3, 8], 'int64') } })).toThrow(/text is int64 \[2, 8\], and x is int64 \[3, 8\]/);
  });
});

test('masks, statistics, bounds and single numbers are no weights', () => {
  const g = new GraphBuilder(), x = g.input('x', [1, 2, 2]);
  const t = (name: string, numbers: readonly number[], dims = [2]) => g.initializer(name, float32(dims, numbers));
  const normal = g.node('BatchNormalization', [x, t('scale', [1, 1]), t('bias', [0, 0]), t('mean', [0.5, 0.5]), t('variance', [1, 2])]);
  const both = t('bias and mean', [0.1, 0.2]);
  const shared = g.node('BatchNormalization', [normal, g.value('scale'), both, both, g.value('variance')]);
  const masked = g.add(shared, t('mask', [0, -Infinity, 0, 0], [2, 2]));
  const y = g.node('Clip', [g.mul(masked, t('temperature', [2], [])), g.scalar(-1), g.scalar(1)]);
  expect(weightNames(g.finish({ y: g.add(y, g.constant(float32([2], [3, 4]))) }))).toEqual(['scale', 'bias']);
});
