// Every figure of a predictions file, worked out a second time from the JSON alone, in the plainest way and without any
// of the program's code: what anyone would do who has the file and docs/tasks.md.
type Json = Readonly<Record<string, unknown>>;
const text = (v: unknown): string => String(v), number = (v: unknown): number => Number(v);
const list = (v: unknown): Json[] => (Array.isArray(v) ? v : []);
const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length);
const median = (values: readonly number[]): number | null => [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? null;

export function retrieval(lines: readonly Json[]): Record<string, number | null> {
  const out: Record<string, number | null> = {};
  for (const direction of ['imageToText', 'textToImage', 'regionToText', 'textToRegion']) {
    const own = lines.filter((l) => l['direction'] === direction);
    for (const k of [1, 5, 10]) out[`${direction}.recall${k}`] = mean(own.map((l) => Number(list(l['top']).slice(0, k).some((t) => list(l['right']).map(text).includes(text(t['candidate']))))));
    out[`${direction}.medianRank`] = median(own.map((l) => number(l['rank'])));
  }
  return out;
}

/** Every positive against every negative. */
function areaUnderRoc(scores: readonly number[], truths: readonly boolean[]): number | null {
  const won: number[] = [];
  for (const [i, a] of scores.entries()) for (const [k, b] of scores.entries()) if (truths[i] === true && truths[k] === false) won.push(a > b ? 1 : a === b ? 0.5 : 0);
  return mean(won);
}

export function classification(lines: readonly Json[]): Record<string, number | null> {
  const out: Record<string, number | null> = {};
  for (const of of ['region', 'image']) {
    const own = lines.filter((l) => l['of'] === of), labels = Object.keys(own[0]?.['scores'] ?? {});
    for (const [key, prefix] of [['scores', ''], ['onePrompt', 'onePrompt.']] as const) {
      const scoreOf = (l: Json, label: string): number => { const all = l[key]; return typeof all === 'object' && all !== null ? number(Reflect.get(all, label)) : 0; };
      const has = (l: Json, label: string): boolean => list(l['truth']).map(text).includes(label);
      const areas = labels.map((label) => areaUnderRoc(own.map((l) => scoreOf(l, label)), own.map((l) => has(l, label))));
      out[`${of}.${prefix}auroc`] = mean(areas.filter((a) => a !== null));
      if (prefix === '') for (const [i, label] of labels.entries()) out[`${of}.auroc.${label}`] = areas[i] ?? null;
      const hitRate = (items: readonly Json[], right: (l: Json) => boolean): number[] => (items.length === 0 ? [] : [items.filter(right).length / items.length]);
      if (of === 'region') {
        const best = (l: Json): string => [...labels].sort((a, b) => scoreOf(l, b) - scoreOf(l, a))[0] ?? '';
        out[`${of}.${prefix}balancedAccuracy`] = mean(labels.flatMap((label) => hitRate(own.filter((l) => has(l, label)), (l) => best(l) === label)));
      } else {
        out[`${of}.${prefix}balancedAccuracy`] = mean(labels.map((label) => mean([...hitRate(own.filter((l) => has(l, label)), (l) => scoreOf(l, label) >= 0.5), ...hitRate(own.filter((l) => !has(l, label)), (l) => scoreOf(l, label) < 0.5)]) ?? 0));
      }
    }
  }
  return out;
}

type Box = readonly number[];
function overlap([ax = 0, ay = 0, aw = 0, ah = 0]: Box, [bx = 0, by = 0, bw = 0, bh = 0]: Box): number {
  const w = Math.max(0, Math.min(ax + aw, bx + bw) - Math.max(ax, bx)), h = Math.max(0, Math.min(ay + ah, by + bh) - Math.max(ay, by));
  return (w * h) / (aw * ah + bw * bh - w * h);
}
interface Found { readonly score: number; readonly hit: boolean }
/** Predictions of an image that count for findings whose share of the image lies in [from, to), and how many findings there are. */
function judged(l: Json, from: number, to: number): { found: Found[]; truths: number } {
  const area = number(l['width']) * number(l['height']), shareOf = (b: Box): number => ((b[2] ?? 0) * (b[3] ?? 0)) / area, inside = (b: Box): boolean => shareOf(b) >= from && shareOf(b) < to;
  const boxOf = (o: Json): Box => (Array.isArray(o['bbox']) ? o['bbox'].map(Number) : []);
  const truths = list(l['truth']).map(boxOf), free = new Set(truths.keys()), found: Found[] = [];
  for (const region of [...list(l['regions'])].sort((a, b) => number(b['score']) - number(a['score']))) {
    const own = boxOf(region);
    let best = -1;
    for (const i of free) if (overlap(own, truths[i] ?? []) >= 0.5 && (best < 0 || overlap(own, truths[i] ?? []) > overlap(own, truths[best] ?? []))) best = i;
    free.delete(best);
    if (inside(best >= 0 ? truths[best] ?? [] : own)) found.push({ score: number(region['score']), hit: best >= 0 });
  }
  return { found, truths: truths.filter(inside).length };
}

export function proposals(lines: readonly Json[], from = 0, to = Infinity): Record<string, number | null> {
  const images = lines.map((l) => judged(l, from, to)), all = images.flatMap((i) => i.found), truths = images.reduce((n, i) => n + i.truths, 0), threshold = number(lines[0]?.['threshold']);
  const out: Record<string, number | null> = {}, cuts = [...new Set(all.map((f) => f.score))].sort((a, b) => b - a);
  const at = (cut: number): { hits: number; wrong: number } => ({ hits: all.filter((f) => f.hit && f.score >= cut).length, wrong: all.filter((f) => !f.hit && f.score >= cut).length });
  const points: number[] = [];
  for (const [name, perImage] of [['1/8', 0.125], ['1/4', 0.25], ['1/2', 0.5], ['1', 1], ['2', 2], ['4', 4], ['8', 8]] as const) {
    const allowed = cuts.map(at).filter((p) => p.wrong <= perImage * lines.length);
    const best = Math.max(0, ...allowed.map((p) => p.hits)) / truths;
    out[`froc.${name}`] = best;
    points.push(best);
  }
  out['froc'] = mean(points);
  // The precision-recall curve, each point lifted to the best precision at its recall or beyond.
  const ordered = [...all].sort((a, b) => b.score - a.score), curve = ordered.map((_, i) => { const hits = ordered.slice(0, i + 1).filter((f) => f.hit).length; return { recall: hits / truths, precision: hits / (i + 1) }; });
  out['ap50'] = curve.reduce((sum, p, i) => sum + (p.recall - (curve[i - 1]?.recall ?? 0)) * Math.max(...curve.slice(i).map((q) => q.precision)), 0);
  out['recall'] = at(threshold).hits / truths;
  if (from === 0 && to === Infinity) {
    const shown = [...ordered].reverse().filter((f) => f.score >= threshold), bins = Math.min(15, shown.length);
    out['calibrationError'] = Array.from({ length: bins }, (_, b) => shown.slice(Math.floor((b * shown.length) / bins), Math.floor(((b + 1) * shown.length) / bins)))
      .reduce((sum, bin) => sum + Math.abs(bin.reduce((s, f) => s + f.score - Number(f.hit), 0)) / shown.length, 0);
  }
  return out;
}

export function vqa(lines: readonly Json[]): Record<string, number | null> {
  const out: Record<string, number | null> = {}, plain = (v: unknown): string => text(v).toLowerCase().trim();
  for (const kind of ['all', 'closed', 'open']) {
    const own = lines.filter((l) => kind === 'all' || l['kind'] === kind), right = (key: string): number[] => own.map((l) => Number(plain(l[key]) === plain(l['truth'])));
    out[`${kind}.accuracy`] = mean(right('answer'));
    out[`${kind}.questionOnly`] = mean(right('questionOnly'));
    out[`${kind}.commonest`] = mean(right('commonest'));
    out[`${kind}.gainOverQuestionOnly`] = own.length === 0 ? null : (mean(right('answer')) ?? 0) - (mean(right('questionOnly')) ?? 0);
    out[`${kind}.in5`] = mean(own.map((l) => Number(list(l['top']).some((t) => plain(t['answer']) === plain(l['truth'])))));
    out[`${kind}.reachable`] = mean(own.map((l) => Number(l['reachable'])));
  }
  return out;
}
