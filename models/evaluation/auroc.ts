// Area under the ROC curve as the chance that a positive scores above a negative, ties counting half (Mann and Whitney
// 1947; Hanley and McNeil 1982), for weighted items; and balanced accuracy.
import type { Weighted } from './figures.ts';

/** @param scores and truths of the same items. Null without positives or without negatives. */
export function auroc(scores: readonly number[], truths: readonly boolean[]): Weighted {
  const order = scores.map((_, i) => i).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  return (weights) => {
    let below = 0, positives = 0, won = 0;
    for (let i = 0; i < order.length;) {
      // A run of equal scores at a time: each positive in it wins over half of the negatives in it.
      const score = scores[order[i] ?? 0];
      let up = 0, down = 0;
      for (; i < order.length && scores[order[i] ?? 0] === score; i++) { const at = order[i] ?? 0, w = weights[at] ?? 0; if (truths[at] === true) up += w; else down += w; }
      won += up * (below + down / 2);
      below += down;
      positives += up;
    }
    return positives === 0 || below === 0 ? null : won / (positives * below);
  };
}

/** The mean over classes of the share of their items that was named right; classes nobody has do not count. */
export function balancedAccuracy(predicted: readonly string[], truths: readonly string[]): Weighted {
  const classes = [...new Set(truths)], indices = classes.map((c) => truths.flatMap((t, i) => (t === c ? [i] : [])));
  return (weights) => {
    let sum = 0, present = 0;
    for (const [c, own] of indices.entries()) {
      let all = 0, right = 0;
      for (const i of own) { const w = weights[i] ?? 0; all += w; if (predicted[i] === classes[c]) right += w; }
      if (all > 0) { sum += right / all; present++; }
    }
    return present === 0 ? null : sum / present;
  };
}

/** The mean of those that have a value. */
export const macro = (parts: readonly Weighted[]): Weighted => (weights) => {
  const values = parts.flatMap((p) => { const v = p(weights); return v === null ? [] : [v]; });
  return values.length === 0 ? null : values.reduce((a, b) => a + b) / values.length;
};
