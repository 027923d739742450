// Eight bits: the same answers, on a trained bundle and by the arithmetic's own bound, and only where it pays.
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readBundle, type Bundle } from '../../../models/bundle/bundle.ts';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import { cosines, openForInference } from '../../../models/inference/eight-bit.ts';
import { matrixShare, quantised } from '../../../models/onnx/quantise.ts';
import { parseModel } from '../../../models/onnx/parse.ts';
import { writeOnnx } from '../../../models/onnx/write.ts';
import { randomFrom } from '../../../models/random.ts';
import { openSession } from '../../../models/runtime/session.ts';
import { float32, int64, sizeOf, type Tensor } from '../../../models/tensor.ts';

let base: Bundle;
beforeAll(async () => { base = await readBundle(path.join(import.meta.dirname, '..', '..', '..', 'models', 'bundles', 'base')); });
const noise = (seed: number, dims: readonly number[], deviation = 1): Tensor => { const random = randomFrom(seed); return float32(dims, Float32Array.from({ length: sizeOf(dims) }, () => deviation * random.normal())); };

/** y = unit((x W + b) V), with a Gemm, a transposed Gemm and a MatMul over one shared matrix. */
function products(): Uint8Array {
  const g = new GraphBuilder();
  const x = g.input('x', [4, 64]), w = g.initializer('w', noise(1, [64, 96], 0.2)), b = g.initializer('b', noise(2, [96], 0.2)), v = g.initializer('v', noise(3, [96, 64], 0.2));
  const hidden = g.node('Gelu', [g.node('Gemm', [x, w, b])]);
  const y = g.add(g.matmul(hidden, v), g.node('Gemm', [hidden, g.initializer('vt', noise(4, [64, 96], 0.2))], { transB: 1 }));
  return writeOnnx(g.finish({ embedding: g.unit(y) }), 'products');
}

describe('eight bits', () => {
  test('on the trained text encoder every embedding points where it did', async () => {
    const { length } = base.configuration.text, texts = base.manifest.findings.slice(0, 16).map((f) => base.tokenizer.encode(`Small ${f.phrase} in the upper left part of the image.`, length));
    const feeds = { ids: int64([16, length], texts.flatMap((t) => [...t.ids])), mask: float32([16, length], texts.flatMap((t) => [...t.mask])) };
    const model = base.models['text.onnx'], [before, after] = [await openSession(model, { threads: 1 }), await openSession(quantised(model), { threads: 1 })];
    const all = cosines((await before.run(feeds))['embedding'], (await after.run(feeds))['embedding']);
    await Promise.all([before.release(), after.release()]);
    expect(all).toHaveLength(16);
    expect(Math.min(...all)).toBeGreaterThan(0.999);
    expect(matrixShare(model)).toBeGreaterThan(0.9);
  });
  test('products of every form are replaced, and stay right', async () => {
    const model = products(), ops = parseModel(quantised(model)).graph.node.map((n) => n.op_type);
    expect(ops.filter((op) => op === 'MatMulInteger')).toHaveLength(3);
    expect(ops.filter((op) => op === 'MatMul' || op === 'Gemm')).toEqual([]);
    expect(quantised(model).length).toBeLessThan(0.5 * model.length);
    const [before, after] = [await openSession(model, { threads: 1 }), await openSession(quantised(model), { threads: 1 })];
    for (let seed = 10; seed < 15; seed++) {
      const feeds = { x: noise(seed, [4, 64]) };
      expect(Math.min(...cosines((await before.run(feeds))['embedding'], (await after.run(feeds))['embedding']))).toBeGreaterThan(0.999);
    }
    await Promise.all([before.release(), after.release()]);
  });
  test('a model of convolutions is opened as it is: bit by bit the same answers', async () => {
    const model = base.models['image.onnx'], side = base.configuration.image.side, feeds = { image: noise(5, [1, 3, side, side]) };
    expect(matrixShare(model)).toBeLessThan(0.5);
    const [plain, opened] = [await openSession(model, { threads: 1 }), await openForInference(model, { threads: 1 }, () => feeds)];
    const [a, b] = [(await plain.run(feeds))['embedding'], (await opened.run(feeds))['embedding']];
    await Promise.all([plain.release(), opened.release()]);
    expect([...(b?.data ?? [])]).toEqual([...(a?.data ?? [1])]);
  });
  test('a model that eight bits would change is opened as it is', async () => {
    // One activation a thousand times the others: with one scale for all, the others vanish.
    const model = products(), feeds = { x: float32([4, 64], Float32Array.from({ length: 256 }, (_, i) => (i % 64 === 0 ? (i === 0 ? 4000 : 0) : Math.sin(i)))) };
    const [plain, opened] = [await openSession(model, { threads: 1 }), await openForInference(model, { threads: 1 }, () => feeds)];
    const [a, b] = [(await plain.run(feeds))['embedding'], (await opened.run(feeds))['embedding']];
    await Promise.all([plain.release(), opened.release()]);
    expect([...(b?.data ?? [])]).toEqual([...(a?.data ?? [1])]);
  });
});
