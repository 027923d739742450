// Learning rate over a run: linear warm-up over the first twentieth (at least 10 steps), then half a cosine down to a
// hundredth (Loshchilov and Hutter 2017, arXiv 1608.03983).
/** @param step from 1 to `steps`. */
export function learningRateAt(step: number, steps: number, peak: number): number {
  const warm = Math.min(Math.max(10, Math.round(steps / 20)), steps);
  if (step <= warm) return (peak * step) / warm;
  const along = (step - warm) / Math.max(1, steps - warm);
  return peak * (0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * along)));
}
