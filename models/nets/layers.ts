// The few layers all branches are made of. Shapes are in the letters of configuration.ts; x [.., D] unless stated.
import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { float32 } from '../tensor.ts';
import type { Start, WeightSource } from './weights.ts';

export class Layers {
  readonly g: GraphBuilder;
  readonly #weights: WeightSource;
  constructor(g: GraphBuilder, weights: WeightSource) { this.g = g; this.#weights = weights; }

  weight(name: string, dims: readonly number[], start: Start): Value { return this.#weights(this.g, { name, dims, start }); }

  linear(name: string, x: Value, outside: number, options: { bias?: boolean; deviation?: number } = {}): Value {
    const inside = x.shape.at(-1) ?? 0;
    const w = this.weight(`${name}.weight`, [inside, outside], { deviation: options.deviation ?? Math.sqrt(1 / inside) });
    return this.g.linear(x, w, options.bias === false ? null : this.weight(`${name}.bias`, [outside], { value: 0 }));
  }

  norm(name: string, x: Value): Value {
    const d = x.shape.at(-1) ?? 0;
    return this.g.node('LayerNormalization', [x, this.weight(`${name}.scale`, [d], { value: 1 }), this.weight(`${name}.shift`, [d], { value: 0 })], { axis: -1, epsilon: { float: 1e-5 } });
  }

  /** Convolution [B, C, H, W] -> [B, O, H / stride, W / stride], 3 x 3 with padding 1 unless the kernel is 1. */
  conv(name: string, x: Value, out: number, options: { stride?: number; kernel?: 1 | 3; bias?: number } = {}): Value {
    const { stride = 1, kernel = 3 } = options;
    const inside = x.shape[1] ?? 0, pad = (kernel - 1) / 2;
    const w = this.weight(`${name}.weight`, [out, inside, kernel, kernel], { deviation: Math.sqrt(2 / (inside * kernel * kernel)) });
    const b = this.weight(`${name}.bias`, [out], { value: options.bias ?? 0 });
    return this.g.node('Conv', [x, w, b], { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] });
  }

  /** Group normalization over groups of 8 channels (Wu and He 2018, arXiv 1803.08494), as instance normalization of regrouped planes. */
  groupNorm(name: string, x: Value): Value {
    const [b, c, h, w] = [x.shape[0] ?? 0, x.shape[1] ?? 0, x.shape[2] ?? 0, x.shape[3] ?? 0];
    const groups = c / 8;
    const ones = this.g.constant(float32([groups], new Float32Array(groups).fill(1)));
    const n = this.g.reshape(this.g.node('InstanceNormalization', [this.g.reshape(x, [b, groups, 8 * h * w]), ones, this.g.zeros([groups])]), x.shape);
    return this.g.add(this.g.mul(n, this.weight(`${name}.scale`, [c, 1, 1], { value: 1 })), this.weight(`${name}.shift`, [c, 1, 1], { value: 0 }));
  }

  /** Two normalized convolutions beside a skip connection (He et al. 2016, arXiv 1512.03385). */
  residual(name: string, x: Value): Value {
    const c = x.shape[1] ?? 0;
    const inner = this.g.relu(this.groupNorm(`${name}.norm1`, this.conv(`${name}.conv1`, x, c)));
    return this.g.relu(this.g.add(x, this.groupNorm(`${name}.norm2`, this.conv(`${name}.conv2`, inner, c))));
  }

  /** Splits [B, n, D] into heads [B, heads, n, D / heads]. */
  heads(x: Value, heads: number): Value {
    const [b, n, d] = [x.shape[0] ?? 0, x.shape[1] ?? 0, x.shape[2] ?? 0];
    return this.g.transpose(this.g.reshape(x, [b, n, heads, d / heads]), [0, 2, 1, 3]);
  }
  joined(x: Value): Value {
    const [b, h, n, d] = [x.shape[0] ?? 0, x.shape[1] ?? 0, x.shape[2] ?? 0, x.shape[3] ?? 0];
    return this.g.reshape(this.g.transpose(x, [0, 2, 1, 3]), [b, n, h * d]);
  }

  /** softmax(q k^T / sqrt(d) + bias) v on heads; bias broadcasts to [B, heads, queries, keys]. */
  attend(q: Value, k: Value, v: Value, bias: Value | null): Value { return this.g.matmul(this.attention(q, k, bias), v); }
  /** softmax(q k^T / sqrt(d) + bias): what each query takes of each key, [B, heads, queries, keys]. */
  attention(q: Value, k: Value, bias: Value | null): Value {
    const scaled = this.g.mul(q, this.g.scalar(1 / Math.sqrt(q.shape.at(-1) ?? 1)));
    const logits = this.g.matmul(scaled, this.g.transpose(k, [0, 1, 3, 2]));
    return this.g.softmax(bias === null ? logits : this.g.add(logits, bias));
  }

  /** A pre-norm transformer block (Vaswani et al. 2017, arXiv 1706.03762; Xiong et al. 2020, arXiv 2002.04745). */
  block(name: string, x: Value, heads: number, bias: Value | null): Value {
    const d = x.shape.at(-1) ?? 0;
    const n = this.norm(`${name}.norm1`, x);
    const [q, k, v] = this.g.split(this.linear(`${name}.qkv`, n, 3 * d), 2, [d, d, d]);
    if (q === undefined || k === undefined || v === undefined) throw new Error('a split into three gives three');
    const attended = this.joined(this.attend(this.heads(q, heads), this.heads(k, heads), this.heads(v, heads), bias));
    const y = this.g.add(x, this.linear(`${name}.out`, attended, d, { deviation: 0.5 / Math.sqrt(d) }));
    return this.g.add(y, this.feedForward(name, this.norm(`${name}.norm2`, y)));
  }
  feedForward(name: string, x: Value): Value {
    const d = x.shape.at(-1) ?? 0;
    return this.linear(`${name}.narrow`, this.g.gelu(this.linear(`${name}.wide`, x, 4 * d)), d, { deviation: 0.25 / Math.sqrt(d) });
  }
}
