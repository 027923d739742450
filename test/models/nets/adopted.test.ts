// What is put beside an adopted encoder: its tokens spread over the fine grid, and blocks known by the names that
// published networks give them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../models/graph/builder.ts';
import { interpolation } from '../../../models/nets/adopted-image.ts';
import type { WeightSpecification } from '../../../models/nets/weights.ts';
import { planTraining } from '../../../models/training/trainable.ts';

describe('tokens on the fine grid', () => {
  const row = (weights: Float32Array, n: number, i: number): number[] => Array.from(weights.subarray(i * n, (i + 1) * n));
  test('every cell takes a whole, of its two nearest tokens at most; equal grids are left as they are', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 80 }), (n, grid) => {
      const weights = interpolation(n, grid);
      for (let i = 0; i < grid; i++) {
        const own = row(weights, n, i), place = ((i + 0.5) * n) / grid - 0.5;
        expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
        expect(own.every((w, k) => w >= 0 && (w === 0 || Math.abs(k - place) < 1))).toBe(true);
        if (n === grid) expect(own[i]).toBeCloseTo(1, 5);
      }
    }), { seed: 3 });
  });
  test('a ramp stays a ramp between the outer tokens', () => {
    const weights = interpolation(4, 8), values = Array.from({ length: 8 }, (_, i) => row(weights, 4, i).reduce((sum, w, k) => sum + w * k, 0));
    expect(values.map((v) => Number(v.toFixed(4)))).toEqual([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]);
  });
});

describe('the last block, by name', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['vision transformer (timm)', ['cls_token', 'patch_embed.proj.weight', 'blocks.0.attn.qkv.weight', 'blocks.9.mlp.fc1.weight', 'blocks.10.mlp.fc1.weight', 'norm.weight', 'head.weight'], ['blocks.10.mlp.fc1.weight', 'norm.weight', 'head.weight']],
    ['open_clip', ['visual.conv1.weight', 'visual.transformer.resblocks.0.ln_1.weight', 'visual.transformer.resblocks.11.mlp.c_fc.weight', 'visual.proj'], ['visual.transformer.resblocks.11.mlp.c_fc.weight', 'visual.proj']],
    ['BERT', ['embeddings.word_embeddings.weight', 'encoder.layer.0.attention.self.query.weight', 'encoder.layer.1.output.LayerNorm.weight'], ['encoder.layer.1.output.LayerNorm.weight']],
    ['CLIP (transformers), whose norms hold the word layer', ['encoder.layers.0.layer_norm1.weight', 'encoder.layers.1.layer_norm1.weight', 'final_layer_norm.weight'], ['encoder.layers.1.layer_norm1.weight', 'final_layer_norm.weight']],
    ['ResNet (torchvision)', ['conv1.weight', 'layer1.0.conv1.weight', 'layer4.0.conv2.weight', 'layer4.1.conv1.weight'], ['layer4.1.conv1.weight']],
    ['Swin', ['layers.0.blocks.0.attn.qkv.weight', 'layers.1.blocks.0.attn.qkv.weight', 'layers.1.blocks.1.attn.qkv.weight'], ['layers.1.blocks.1.attn.qkv.weight']],
    ['ConvNeXt', ['stem.0.weight', 'stages.2.blocks.8.conv_dw.weight', 'stages.3.blocks.2.conv_dw.weight'], ['stages.3.blocks.2.conv_dw.weight']],
    ['vision transformer (torchvision)', ['conv_proj.weight', 'encoder.layers.encoder_layer_0.ln_1.weight', 'encoder.layers.encoder_layer_1.mlp.0.weight', 'encoder.ln.weight'], ['encoder.layers.encoder_layer_1.mlp.0.weight', 'encoder.ln.weight']],
    ['GPT-2', ['wte.weight', 'h.0.attn.c_attn.weight', 'h.11.mlp.c_fc.weight', 'ln_f.weight'], ['h.11.mlp.c_fc.weight', 'ln_f.weight']],
  ])('%s', (_, names, last) => {
    const g = new GraphBuilder();
    const weights = names.map((name): WeightSpecification => ({ name: `image.tower.${name}`, dims: [2], start: { value: 1 } }));
    let x = g.input('image', [2]);
    for (const w of weights) x = g.mul(x, g.input(w.name, w.dims));
    const graph = g.finish({ total: g.sum(x, [0], false) }), values = new Map(weights.map((w) => [w.name, { dims: w.dims, data: new Float32Array(2) }]));
    expect(planTraining(graph, weights, values, { kind: 'last', blocks: 1 }, 1).trained.map((w) => w.name.replace('image.tower.', ''))).toEqual(last);
  });
});
