// Text burned into pixels, found by what makes it readable: strokes of one width and one brightness with sharp edges,
// in parts of like height that stand in a row. Nothing is recognised, so every script with separate characters is found
// alike; single letters (side markers) are left. Measured recall and false alarms: docs/privacy.md.
export interface Box { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** Heights of characters, in pixels of the level of the pyramid they are looked for at. Larger ones are found one level up. */
const lowest = 5, highest = 34;

interface Extent { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }
interface Part extends Extent { readonly stroke: number; readonly bright: number; readonly contrast: number; readonly ground: number }

/** @param samples stored values, channels interleaved. Boxes in pixels of the image, with a margin, in reading order. */
export function findText(samples: Uint8Array | Uint16Array | Int16Array, width: number, height: number, channels: number): Box[] {
  let level = { grey: toGrey(samples, width, height, channels), width, height };
  const found: Box[] = [];
  for (let scale = 1; ; scale *= 2) {
    for (const sign of [1, -1] as const) for (const row of rowsOf(partsOf(level.grey, level.width, level.height, sign))) {
      // Beside a line, room for a letter that was missed at its end.
      const margin = Math.round(0.25 * (row.y1 - row.y0)) + 1, beside = Math.round(0.8 * (row.y1 - row.y0)) + 1;
      const x = Math.max(0, (row.x0 - beside) * scale), y = Math.max(0, (row.y0 - margin) * scale);
      found.push({ x, y, width: Math.min(width, (row.x1 + beside) * scale) - x, height: Math.min(height, (row.y1 + margin) * scale) - y });
    }
    if (Math.min(level.width, level.height) < 128) break;
    level = halved(level);
  }
  return merged(found);
}

/** 8 bits between the 0.2th and 99.8th percentile; of colours the brightest channel, so that coloured text stands out. */
function toGrey(samples: Uint8Array | Uint16Array | Int16Array, width: number, height: number, channels: number): Uint8Array {
  const n = width * height, values = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    let v = samples[i * channels] ?? 0;
    for (let c = 1; c < channels; c++) v = Math.max(v, samples[i * channels + c] ?? 0);
    values[i] = v;
  }
  const some = Float32Array.from({ length: Math.min(n, 50_000) }, (_, i) => values[Math.floor((i * n) / Math.min(n, 50_000))] ?? 0).sort();
  const low = some[Math.floor(0.002 * some.length)] ?? 0, high = some[Math.min(some.length - 1, Math.floor(0.998 * some.length))] ?? 255;
  // Text may be brighter than all anatomy and too small to reach the percentile.
  let max = -Infinity;
  for (const v of values) if (v > max) max = v;
  const top = max > high + 0.25 * (high - low) ? Math.min(max, high + (high - low)) : high, out = new Uint8Array(n), scale = 255 / Math.max(1, top - low);
  for (let i = 0; i < n; i++) out[i] = Math.min(255, Math.max(0, ((values[i] ?? 0) - low) * scale));
  return out;
}

function halved({ grey, width, height }: { grey: Uint8Array; width: number; height: number }): { grey: Uint8Array; width: number; height: number } {
  const w = width >> 1, h = height >> 1, out = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    const i = 2 * y * width + 2 * x;
    out[y * w + x] = ((grey[i] ?? 0) + (grey[i + 1] ?? 0) + (grey[i + width] ?? 0) + (grey[i + width + 1] ?? 0)) >> 2;
  }
  return { grey: out, width: w, height: h };
}

/** Connected strokes brighter (or darker) than their surroundings that could be characters. */
function partsOf(grey: Uint8Array, w: number, h: number, sign: 1 | -1): Part[] {
  const sums = new Float64Array((w + 1) * (h + 1));
  for (let y = 0; y < h; y++) { let row = 0; for (let x = 0; x < w; x++) { row += grey[y * w + x] ?? 0; sums[(y + 1) * (w + 1) + x + 1] = (sums[y * (w + 1) + x + 1] ?? 0) + row; } }
  const reach = 10, mask = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
    const [x0, x1, y0, y1] = [Math.max(0, x - reach), Math.min(w, x + reach + 1), Math.max(0, y - reach), Math.min(h, y + reach + 1)];
    const mean = ((sums[y1 * (w + 1) + x1] ?? 0) - (sums[y0 * (w + 1) + x1] ?? 0) - (sums[y1 * (w + 1) + x0] ?? 0) + (sums[y0 * (w + 1) + x0] ?? 0)) / ((x1 - x0) * (y1 - y0));
    if (sign * ((grey[y * w + x] ?? 0) - mean) > leastContrast) mask[y * w + x] = 1;
  }
  const parts: Part[] = [], stack: number[] = [];
  for (let start = 0; start < w * h; start++) {
    if (mask[start] !== 1) continue;
    const cells: number[] = [];
    let [x0, y0, x1, y1] = [w, h, 0, 0];
    stack.push(start);
    mask[start] = 2;
    while (stack.length > 0) {
      const i = stack.pop() ?? 0, x = i % w, y = (i - x) / w;
      cells.push(i);
      if (x < x0) x0 = x; if (x > x1) x1 = x; if (y < y0) y0 = y; if (y > y1) y1 = y;
      for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) {
        const xx = x + dx, yy = y + dy, j = yy * w + xx;
        if (xx >= 0 && yy >= 0 && xx < w && yy < h && mask[j] === 1) { mask[j] = 2; stack.push(j); }
      }
    }
    const high = y1 - y0 + 1, wide = x1 - x0 + 1;
    if (high < lowest || high > highest || wide > 6 * high || cells.length < 5 || cells.length > 0.92 * high * wide && wide > 0.5 * high) continue;
    const part = described(cells, grey, w, h, sign, { x0, y0, x1: x1 + 1, y1: y1 + 1 });
    if (part !== null) parts.push(part);
  }
  return parts;
}

const leastContrast = 18;

/** Brightness of the strokes, how sharply they stand off, how even and how wide they are; null where that is no text. */
function described(cells: readonly number[], grey: Uint8Array, w: number, h: number, sign: 1 | -1, box: { x0: number; y0: number; x1: number; y1: number }): Part | null {
  const inside = new Set(cells);
  let edge = 0, outer = 0, squares = 0, outerCount = 0;
  const core: number[] = [];
  for (const i of cells) {
    const x = i % w, y = (i - x) / w;
    let borders = 0;
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
      if (x + dx < 0 || x + dx >= w || y + dy < 0 || y + dy >= h) { borders++; continue; }
      if (inside.has(i + dx + dy * w)) continue;
      borders++;
      // Two pixels out the background has begun, where the edge is sharp.
      const [fx, fy] = [x + 2 * dx, y + 2 * dy];
      if (fx >= 0 && fx < w && fy >= 0 && fy < h && !inside.has(fy * w + fx)) { const v = grey[fy * w + fx] ?? 0; outer += v; squares += v * v; outerCount++; }
    }
    edge += borders;
    core.push(sign * (grey[i] ?? 0));
  }
  if (outerCount === 0) return null;
  core.sort((a, b) => b - a);
  const top = core.slice(0, Math.max(3, core.length >> 1)), bright = sign * (top.reduce((a, b) => a + b, 0) / top.length), contrast = sign * (bright - outer / outerCount);
  const ground = Math.sqrt(Math.max(0, squares / outerCount - (outer / outerCount) ** 2)), spread = Math.sqrt(top.reduce((a, v) => a + (v - sign * bright) ** 2, 0) / top.length);
  const stroke = (2 * cells.length) / Math.max(1, edge);
  if (contrast < 30 || spread > 0.3 * contrast || ground > 0.4 * contrast || stroke > 0.3 * (box.y1 - box.y0) + 1.6) return null;
  return { ...box, stroke, bright, contrast, ground: ground / contrast };
}

/** Parts of like height, brightness and stroke that follow each other in a row: words. */
function rowsOf(parts: readonly Part[]): Extent[] {
  const sorted = [...parts].sort((a, b) => a.x0 - b.x0), rows: Part[][] = [];
  for (const p of sorted) {
    let best: Part[] | null = null, nearest = Infinity;
    for (const row of rows) {
      const last = row.at(-1);
      if (last === undefined) continue;
      const tall = Math.max(last.y1 - last.y0, p.y1 - p.y0), small = Math.min(last.y1 - last.y0, p.y1 - p.y0), gap = p.x0 - last.x1;
      const overlap = Math.min(last.y1, p.y1) - Math.max(last.y0, p.y0);
      if (gap > 1.4 * tall || gap < -0.3 * tall || tall > 2 * small + 1 || overlap < 0.6 * small || Math.abs(last.bright - p.bright) > 45 || Math.max(last.stroke, p.stroke) > 2.2 * Math.min(last.stroke, p.stroke)) continue;
      if (gap < nearest) { nearest = gap; best = row; }
    }
    if (best === null) rows.push([p]); else best.push(p);
  }
  return rows.filter(isWord).map((row) => extended(row, parts));
}

/** The extent of a row and of what stands in its line beside it: short words and signs that are no row themselves. */
function extended(row: readonly Part[], parts: readonly Part[]): Extent {
  const line = { x0: Math.min(...row.map((p) => p.x0)), y0: Math.min(...row.map((p) => p.y0)), x1: Math.max(...row.map((p) => p.x1)), y1: Math.max(...row.map((p) => p.y1)) };
  const high = line.y1 - line.y0, bright = median(row.map((p) => p.bright));
  for (let grown = true; grown;) {
    grown = false;
    for (const p of parts) {
      if (p.x0 >= line.x0 && p.x1 <= line.x1 || p.x0 > line.x1 + 2 * high || p.x1 < line.x0 - 2 * high || p.y1 - p.y0 > 1.3 * high || Math.abs(p.bright - bright) > 60) continue;
      if (Math.min(p.y1, line.y1) - Math.max(p.y0, line.y0) < 0.6 * (p.y1 - p.y0)) continue;
      line.x0 = Math.min(line.x0, p.x0);
      line.x1 = Math.max(line.x1, p.x1);
      grown = true;
    }
  }
  return line;
}

/** Three parts and more, most of which stand on one line or hang from one. */
function isWord(row: readonly Part[]): boolean {
  if (row.length < 3) return false;
  const heights = row.map((p) => p.y1 - p.y0), tall = Math.max(...heights);
  const aligned = (edges: readonly number[]): number => { const middle = median(edges); return edges.filter((e) => Math.abs(e - middle) <= Math.max(1, 0.12 * tall)).length / edges.length; };
  const stand = aligned(row.map((p) => p.y1)), hang = aligned(row.map((p) => p.y0)), onLine = Math.max(stand, hang);
  const strokes = row.map((p) => p.stroke), mean = strokes.reduce((a, b) => a + b, 0) / strokes.length, deviation = Math.sqrt(strokes.reduce((a, s) => a + (s - mean) ** 2, 0) / strokes.length) / mean;
  const bright = row.map((p) => p.bright), middle = median(bright), even = bright.filter((b) => Math.abs(b - middle) < 25).length / bright.length;
  if (even < 0.7 || median(row.map((p) => p.ground)) > mostGround) return false;
  // Few parts are a word only where nothing else is as likely.
  if (row.length <= 4) return onLine === 1 && (deviation < 0.25 || deviation < 0.4 && stand === 1 && hang === 1);
  return onLine >= 0.7 && deviation < 0.35;
}

const mostGround = 0.35;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Boxes that touch become one, until none do. */
function merged(boxes: readonly Box[]): Box[] {
  const rest = [...boxes];
  for (let again = true; again;) {
    again = false;
    for (let i = 0; i < rest.length && !again; i++) for (let j = i + 1; j < rest.length; j++) {
      const [a, b] = [rest[i], rest[j]];
      if (a === undefined || b === undefined || a.x > b.x + b.width || b.x > a.x + a.width || a.y > b.y + b.height || b.y > a.y + a.height) continue;
      const x = Math.min(a.x, b.x), y = Math.min(a.y, b.y);
      rest[i] = { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
      rest.splice(j, 1);
      again = true;
      break;
    }
  }
  return rest.sort((a, b) => a.y - b.y || a.x - b.x);
}
