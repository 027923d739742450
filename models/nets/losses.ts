// The joint loss of both branches. Each part is a scalar; the total is their weighted sum.
import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';

const total = (g: GraphBuilder, x: Value): Value => g.sum(x, x.shape.map((_, i) => i), false);

/**
 * Symmetric contrastive loss with several positives (Radford et al. 2021, arXiv 2103.00020; Khosla et al. 2020, arXiv
 * 2004.11362 for several): cross-entropy of softmax(scale a b^T) against the target rows, both ways, averaged.
 * @param a [n, E], @param b [m, E] unit vectors. @param scale [1]. @param aToB [n, m], @param bToA [m, n] target rows,
 * already divided by how many rows count. @param absentB [1, m], @param absentA [1, n] added to the logits of padding.
 */
export function contrastive(g: GraphBuilder, a: Value, b: Value, scale: Value, aToB: Value, bToA: Value, absentB: Value | null, absentA: Value | null): Value {
  const logits = g.mul(g.matmul(a, g.transpose(b, [1, 0])), scale);
  const direction = (l: Value, target: Value, absent: Value | null): Value => total(g, g.mul(target, g.logSoftmax(absent === null ? l : g.add(l, absent))));
  const both = g.add(direction(logits, aToB, absentB), direction(g.transpose(logits, [1, 0]), bToA, absentA));
  return g.mul(both, g.scalar(-0.5));
}

/**
 * Penalty-reduced focal loss on a grid of logits with soft peaks as targets (Law and Deng 2018, arXiv 1808.01244, as in
 * CenterNet): -(1 - p)^2 log p at peaks (target 1), -(1 - t)^4 p^2 log(1 - p) elsewhere, weighted.
 */
export function focal(g: GraphBuilder, logits: Value, target: Value, weight: Value): Value {
  const p = g.sigmoid(logits);
  const square = (x: Value): Value => g.mul(x, x);
  const isPeak = g.node('Cast', [g.node('GreaterOrEqual', [target, g.scalar(1)])], { to: 1 });
  const positive = g.mul(square(g.sub(g.scalar(1), p)), g.softplus(g.neg(logits)));
  const negative = g.mul(g.mul(square(square(g.sub(g.scalar(1), target))), square(p)), g.softplus(logits));
  return total(g, g.mul(weight, g.add(g.mul(isPeak, positive), g.mul(g.sub(g.scalar(1), isPeak), negative))));
}

/**
 * Box loss on cells with weight: 1 - generalised IoU (Rezatofighi et al. 2019, arXiv 1902.09630) plus half the absolute
 * difference of the four numbers, which still pulls where boxes do not touch.
 * @param boxes, @param target [B, 4, G, G] as in image-encoder.ts. @param weight [B, 1, G, G], sums to 1.
 */
export function boxLoss(g: GraphBuilder, boxes: Value, target: Value, weight: Value): Value {
  const corners = (v: Value): { x0: Value; y0: Value; x1: Value; y1: Value; area: Value } => {
    const [x, y, w, h] = g.split(v, 1, [1, 1, 1, 1]);
    if (x === undefined || y === undefined || w === undefined || h === undefined) throw new Error('a box has four numbers');
    const size = (s: Value): Value => g.exp(g.node('Clip', [s, g.scalar(-3), g.scalar(4)]));
    const [width, height] = [size(w), size(h)];
    const [halfW, halfH] = [g.mul(width, g.scalar(0.5)), g.mul(height, g.scalar(0.5))];
    return { x0: g.sub(x, halfW), x1: g.add(x, halfW), y0: g.sub(y, halfH), y1: g.add(y, halfH), area: g.mul(width, height) };
  };
  const [p, t] = [corners(boxes), corners(target)];
  const overlap = (a1: Value, b1: Value, a0: Value, b0: Value): Value => g.relu(g.sub(g.min(a1, b1), g.max(a0, b0)));
  const inter = g.mul(overlap(p.x1, t.x1, p.x0, t.x0), overlap(p.y1, t.y1, p.y0, t.y0));
  const union = g.add(g.sub(g.add(p.area, t.area), inter), g.scalar(1e-6));
  const hull = g.add(g.mul(g.sub(g.max(p.x1, t.x1), g.min(p.x0, t.x0)), g.sub(g.max(p.y1, t.y1), g.min(p.y0, t.y0))), g.scalar(1e-6));
  const giou = g.sub(g.div(inter, union), g.div(g.sub(hull, union), hull));
  const apart = g.sum(g.node('Abs', [g.sub(boxes, target)]), [1]);
  return total(g, g.mul(weight, g.add(g.sub(g.scalar(1), giou), g.mul(apart, g.scalar(0.5)))));
}

/** Cross-entropy of logits against targets in {0, 1}; weights sum to 1. */
export function binary(g: GraphBuilder, logits: Value, target: Value, weight: Value): Value {
  const loss = g.add(g.mul(target, g.softplus(g.neg(logits))), g.mul(g.sub(g.scalar(1), target), g.softplus(logits)));
  return total(g, g.mul(weight, loss));
}
