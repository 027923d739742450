// Five kinds of phantom study. Each scene paints a body of its own and lays findings of known kind on it; parameters
// are drawn per study, so none looks like another. They teach a network to find and name; nobody should take one for
// a patient.
import type { Box } from '../../shared/domain/geometry.ts';
import type { Random } from '../random.ts';
import { Plate, smoothNoise, type Shape } from './plate.ts';

export interface Found { readonly label: string; readonly box: Box }
export interface Scene { readonly modality: string; readonly plate: Plate; readonly found: readonly Found[]; readonly depth: 'uint8' | '12-bit' | 'hounsfield' }

const shapeAt = (r: Random, x: number, y: number, radius: number, softness: readonly [number, number], wobble: number): Shape => ({
  x, y, rx: radius * r.uniform(0.75, 1.25), ry: radius * r.uniform(0.75, 1.25), angle: r.uniform(0, Math.PI), softness: r.uniform(...softness), wobble: wobble * r.uniform(0.3, 1),
});
const grey = (v: number): number[] => [v];
/** Lesion radius: half are under 1 % of the image's area (radius under 5.6 % of the side). */
const lesionRadius = (r: Random, side: number): number => side * (r.chance(0.55) ? r.uniform(0.012, 0.05) : r.uniform(0.05, 0.13));

function note(found: Found[], label: string, box: Box | null): void { if (box !== null) found.push({ label, box }); }

export function radiograph(r: Random, w: number, h: number): Scene {
  const p = new Plate(w, h, 1, grey(r.uniform(0.5, 0.7)));
  const found: Found[] = [];
  const side = Math.min(w, h);
  p.field(smoothNoise(r, w, h, side / 2, 3), grey(0.12));
  const lungs: Shape[] = [];
  const lungDark = r.uniform(0.12, 0.3), gap = r.uniform(0.2, 0.27);
  for (const [label, sign] of [['right lung', -1], ['left lung', 1]] as const) {
    const s = { x: w * (0.5 + sign * gap), y: h * r.uniform(0.42, 0.52), rx: w * r.uniform(0.13, 0.19), ry: h * r.uniform(0.26, 0.38), angle: sign * r.uniform(-0.05, 0.15), softness: r.uniform(0.15, 0.4), wobble: 0.08 };
    lungs.push(s);
    note(found, label, p.lay(r, s, grey(lungDark), 0.85));
  }
  const heart = { x: w * r.uniform(0.52, 0.58), y: h * r.uniform(0.58, 0.68), rx: w * r.uniform(0.1, 0.17), ry: h * r.uniform(0.1, 0.16), angle: 0.4, softness: 0.35, wobble: 0.1 };
  const heartBox = p.lay(r, heart, grey(r.uniform(0.6, 0.8)), 0.8);
  if (r.chance(0.5)) note(found, 'heart shadow', heartBox);
  p.lay(r, { x: w / 2, y: h / 2, rx: w * 0.05, ry: h * 0.7, angle: 0, softness: 0.6, wobble: 0 }, grey(0.85), 0.6);
  for (let i = 0, n = 5 + r.integer(5); i < n; i++) for (const sign of [-1, 1]) {
    const y = h * (0.12 + (0.75 * i) / n);
    p.curve(r, [w * (0.5 + sign * 0.04), y], [w * (0.5 + sign * 0.3), y - h * 0.07], [w * (0.5 + sign * 0.45), y + h * 0.1], side * 0.011, side * 0.008, grey(0.75), 0.12);
  }
  for (let i = 0, n = r.integer(6); i < n; i++) {
    const lung = lungs[r.integer(2)] ?? lungs[0];
    if (lung === undefined) break;
    const x = lung.x + lung.rx * r.uniform(-0.7, 0.7), y = lung.y + lung.ry * r.uniform(-0.75, 0.75);
    const kind = r.integer(5);
    const radius = lesionRadius(r, side);
    if (kind === 0) note(found, 'nodule', p.lay(r, shapeAt(r, x, y, Math.min(radius, side * 0.05), [0.25, 0.6], 0.05), grey(r.uniform(0.55, 0.85)), r.uniform(0.35, 0.9)));
    else if (kind === 1) note(found, 'mass', p.lay(r, shapeAt(r, x, y, side * r.uniform(0.05, 0.12), [0.1, 0.35], 0.35), grey(r.uniform(0.6, 0.85)), r.uniform(0.5, 0.95)));
    else if (kind === 2) note(found, 'opacity', p.lay(r, shapeAt(r, x, y, side * r.uniform(0.06, 0.15), [0.7, 1.2], 0.4), grey(r.uniform(0.55, 0.8)), r.uniform(0.3, 0.7), 'mix', smoothNoise(r, w, h, side / 14, 2).map((v) => 0.75 + 0.5 * v)));
    else if (kind === 3) note(found, 'calcification', p.lay(r, shapeAt(r, x, y, side * r.uniform(0.008, 0.025), [0.1, 0.4], 0.3), grey(0.98), r.uniform(0.6, 1)));
    else note(found, 'effusion', p.lay(r, { x: lung.x, y: lung.y + lung.ry * 0.85, rx: lung.rx * 1.05, ry: lung.ry * r.uniform(0.2, 0.45), angle: 0, softness: 0.3, wobble: 0.1 }, grey(r.uniform(0.65, 0.8)), r.uniform(0.6, 0.9)));
  }
  p.grain(r, r.uniform(0.005, 0.03));
  return { modality: 'radiograph', plate: p, found, depth: '12-bit' };
}

export function ultrasound(r: Random, w: number, h: number): Scene {
  const p = new Plate(w, h, 1, grey(r.uniform(0.3, 0.45)));
  const found: Found[] = [];
  const side = Math.min(w, h);
  for (let i = 0; i < 5; i++) p.lay(r, { x: w / 2, y: h * (i + r.uniform(0, 1)) / 5, rx: w, ry: h * r.uniform(0.02, 0.08), angle: r.uniform(-0.1, 0.1), softness: 0.8, wobble: 0.1 }, grey(r.uniform(0.2, 0.65)), 0.5);
  p.field(smoothNoise(r, w, h, side / 5, 3), grey(0.12));
  for (let i = 0, n = r.integer(5); i < n; i++) {
    const x = w * r.uniform(0.12, 0.88), y = h * r.uniform(0.15, 0.8), kind = r.integer(4), radius = lesionRadius(r, side) * 1.2;
    if (kind === 0) {
      p.lay(r, { x, y: y + radius * 1.8, rx: radius * 0.8, ry: radius * 1.2, angle: 0, softness: 1, wobble: 0 }, grey(0.7), 0.4);
      note(found, 'cyst', p.lay(r, shapeAt(r, x, y, radius, [0.05, 0.2], 0.05), grey(0.03), r.uniform(0.85, 1)));
    } else if (kind === 1) note(found, 'nodule', p.lay(r, shapeAt(r, x, y, radius, [0.2, 0.45], 0.1), grey(r.uniform(0.12, 0.22)), r.uniform(0.5, 0.85)));
    else if (kind === 2) note(found, 'mass', p.lay(r, shapeAt(r, x, y, side * r.uniform(0.06, 0.14), [0.15, 0.5], 0.4), grey(r.uniform(0.1, 0.25)), r.uniform(0.6, 0.9), 'mix', smoothNoise(r, w, h, side / 20, 2).map((v) => 0.8 + 0.4 * v)));
    else {
      const size = side * r.uniform(0.012, 0.035);
      p.lay(r, { x, y: y + size * 5, rx: size * 0.8, ry: size * 5, angle: 0, softness: 0.8, wobble: 0 }, grey(0.05), 0.75);
      note(found, 'stone', p.lay(r, shapeAt(r, x, y, size, [0.1, 0.3], 0.2), grey(1), r.uniform(0.8, 1)));
    }
  }
  const speckle = smoothNoise(r, w, h, r.uniform(2.5, 4.5), 1);
  p.field(speckle, grey(r.uniform(0.5, 0.9)), 'multiply');
  const depth = Float32Array.from({ length: w * h }, (_, i) => -Math.floor(i / w) / h);
  p.field(depth, grey(r.uniform(0, 0.5)), 'multiply');
  return { modality: 'ultrasound', plate: p, found, depth: 'uint8' };
}

export function fundus(r: Random, w: number, h: number): Scene {
  const p = new Plate(w, h, 3, [0.02, 0.01, 0.01]);
  const found: Found[] = [];
  const side = Math.min(w, h), cx = w / 2, cy = h / 2, radius = side * r.uniform(0.47, 0.56);
  const tone = [r.uniform(0.55, 0.85), r.uniform(0.25, 0.42), r.uniform(0.06, 0.2)];
  p.lay(r, { x: cx, y: cy, rx: radius, ry: radius, angle: 0, softness: 0.03, wobble: 0 }, tone, 1);
  p.field(smoothNoise(r, w, h, side / 3, 4), [0.2, 0.2, 0.15], 'multiply');
  const sign = r.chance(0.5) ? 1 : -1;
  const dx = cx + sign * radius * r.uniform(0.4, 0.6), dy = cy + radius * r.uniform(-0.15, 0.15);
  p.lay(r, { x: cx - sign * radius * 0.15, y: cy, rx: radius * 0.2, ry: radius * 0.18, angle: 0, softness: 1, wobble: 0 }, [tone[0] ?? 0, (tone[1] ?? 0) * 0.6, 0.04], 0.6);
  for (let i = 0, n = 6 + r.integer(6); i < n; i++) {
    const a = r.uniform(0, 2 * Math.PI), length = radius * r.uniform(0.6, 1.5), bend = r.uniform(-0.5, 0.5);
    const to = [dx + length * Math.cos(a), dy + length * Math.sin(a)] as const;
    p.curve(r, [dx, dy], [dx + 0.5 * length * Math.cos(a + bend), dy + 0.5 * length * Math.sin(a + bend)], to, side * r.uniform(0.005, 0.01), side * 0.002, [(tone[0] ?? 0) * 0.6, 0.06, 0.04], 0.55);
  }
  const disc = radius * r.uniform(0.13, 0.19);
  note(found, 'optic disc', p.lay(r, shapeAt(r, dx, dy, disc, [0.15, 0.45], 0.03), [0.98, r.uniform(0.7, 0.9), r.uniform(0.4, 0.65)], r.uniform(0.75, 0.95)));
  for (let i = 0, n = r.integer(11); i < n; i++) {
    const a = r.uniform(0, 2 * Math.PI), d = radius * Math.sqrt(r.uniform(0.01, 0.85));
    const x = cx + d * Math.cos(a), y = cy + d * Math.sin(a);
    if (Math.hypot(x - dx, y - dy) < disc * 1.6) continue;
    const kind = r.integer(3);
    if (kind === 0) note(found, 'haemorrhage', p.lay(r, shapeAt(r, x, y, side * r.uniform(0.008, 0.05), [0.2, 0.7], 0.4), [(tone[0] ?? 0) * r.uniform(0.3, 0.55), 0.05, 0.03], r.uniform(0.55, 0.95)));
    else if (kind === 1) {
      let box: Box | null = null;
      const spread = side * r.uniform(0.01, 0.05), many = 1 + r.integer(7);
      for (let k = 0; k < many; k++) box = union(box, p.lay(r, shapeAt(r, x + (many > 1 ? spread * r.normal() * 0.5 : 0), y + (many > 1 ? spread * r.normal() * 0.5 : 0), side * r.uniform(0.004, 0.014), [0.2, 0.5], 0.3), [0.97, 0.85, r.uniform(0.3, 0.5)], r.uniform(0.6, 0.95)));
      note(found, 'hard exudate', box);
    } else note(found, 'drusen', p.lay(r, shapeAt(r, x, y, side * r.uniform(0.008, 0.02), [0.5, 0.9], 0.1), [0.95, 0.75, 0.35], r.uniform(0.35, 0.65)));
  }
  const shade = Float32Array.from({ length: w * h }, (_, i) => -(((i % w) - cx) ** 2 + (Math.floor(i / w) - cy) ** 2) / radius ** 2);
  p.field(shade, [0.35, 0.4, 0.4], 'multiply');
  p.grain(r, r.uniform(0.005, 0.02));
  return { modality: 'colour fundus', plate: p, found, depth: 'uint8' };
}

export function microscopy(r: Random, w: number, h: number): Scene {
  const ground = [r.uniform(0.75, 0.95), r.uniform(0.72, 0.92), r.uniform(0.72, 0.92)];
  const p = new Plate(w, h, 3, ground);
  const found: Found[] = [];
  const side = Math.min(w, h);
  p.field(smoothNoise(r, w, h, side / 3, 2), [0.06, 0.06, 0.05]);
  const cell = side * r.uniform(0.05, 0.12), placed: { x: number; y: number; r: number }[] = [];
  const stain = [r.uniform(0.7, 0.88), r.uniform(0.45, 0.65), r.uniform(0.5, 0.7)];
  const free = (x: number, y: number, radius: number, near: number): boolean => placed.every((o) => Math.hypot(o.x - x, o.y - y) > near * (o.r + radius));
  const place = (radius: number, near: number): { x: number; y: number } | null => {
    for (let t = 0; t < 12; t++) { const x = r.uniform(0, w), y = r.uniform(0, h); if (free(x, y, radius, near)) { placed.push({ x, y, r: radius }); return { x, y }; } }
    return null;
  };
  for (let i = 0, n = r.chance(0.6) ? 1 + r.integer(2) : 0; i < n; i++) {
    const radius = cell * r.uniform(1.3, 2), at = place(radius, 1);
    if (at === null) continue;
    note(found, 'white cell', p.lay(r, shapeAt(r, at.x, at.y, radius, [0.1, 0.3], 0.1), [r.uniform(0.65, 0.85), 0.6, 0.8], 0.8));
    for (let k = 0, lobes = 1 + r.integer(4); k < lobes; k++) p.lay(r, shapeAt(r, at.x + radius * 0.3 * r.normal(), at.y + radius * 0.3 * r.normal(), radius * r.uniform(0.35, 0.6), [0.1, 0.3], 0.2), [r.uniform(0.25, 0.45), r.uniform(0.12, 0.3), r.uniform(0.5, 0.7)], 0.9);
  }
  for (let i = 0, n = 3 + r.integer(28); i < n; i++) {
    const radius = cell * r.uniform(0.85, 1.15), at = place(radius, r.uniform(0.72, 1));
    if (at === null) continue;
    note(found, 'red cell', p.lay(r, { x: at.x, y: at.y, rx: radius * r.uniform(0.9, 1.1), ry: radius * r.uniform(0.9, 1.1), angle: 0, softness: r.uniform(0.08, 0.25), wobble: 0.06 }, stain, r.uniform(0.6, 0.9)));
    if (r.chance(0.7)) p.lay(r, { x: at.x, y: at.y, rx: radius * 0.45, ry: radius * 0.45, angle: 0, softness: 0.9, wobble: 0 }, ground, r.uniform(0.2, 0.6));
  }
  for (let i = 0, n = r.integer(5); i < n; i++) {
    const radius = cell * r.uniform(0.22, 0.4), at = place(radius, 1);
    if (at !== null) note(found, 'platelet', p.lay(r, shapeAt(r, at.x, at.y, radius, [0.3, 0.7], 0.3), [r.uniform(0.4, 0.6), r.uniform(0.25, 0.45), r.uniform(0.55, 0.75)], r.uniform(0.6, 0.9)));
  }
  p.blur(r.integer(2));
  p.grain(r, r.uniform(0.005, 0.02));
  return { modality: 'microscopy', plate: p, found, depth: 'uint8' };
}

export function computedTomography(r: Random, w: number, h: number): Scene {
  const p = new Plate(w, h, 1, grey(0));
  const found: Found[] = [];
  const side = Math.min(w, h), cx = w / 2, cy = h / 2;
  const body = { x: cx, y: cy, rx: w * r.uniform(0.38, 0.46), ry: h * r.uniform(0.3, 0.42), angle: 0, softness: 0.04, wobble: 0.05 };
  p.lay(r, body, grey(0.35), 1);
  p.lay(r, { ...body, rx: body.rx * 0.9, ry: body.ry * 0.88 }, grey(r.uniform(0.48, 0.56)), 1);
  const organs: Shape[] = [];
  for (let i = 0, n = 3 + r.integer(3); i < n; i++) {
    const a = (2 * Math.PI * i) / n + r.uniform(-0.3, 0.3);
    const s = { x: cx + body.rx * 0.5 * Math.cos(a), y: cy + body.ry * 0.5 * Math.sin(a), rx: body.rx * r.uniform(0.2, 0.38), ry: body.ry * r.uniform(0.2, 0.38), angle: r.uniform(0, 3), softness: 0.1, wobble: 0.2 };
    organs.push(s);
    p.lay(r, s, grey(r.uniform(0.52, 0.68)), 1);
  }
  p.lay(r, { x: cx, y: cy + body.ry * 0.7, rx: side * 0.05, ry: side * 0.05, angle: 0, softness: 0.15, wobble: 0.3 }, grey(0.95), 1);
  p.field(smoothNoise(r, w, h, side / 10, 3), grey(0.04), 'multiply');
  for (let i = 0, n = r.integer(5); i < n; i++) {
    const organ = organs[r.integer(organs.length)];
    if (organ === undefined) break;
    const x = organ.x + organ.rx * r.uniform(-0.6, 0.6), y = organ.y + organ.ry * r.uniform(-0.6, 0.6), kind = r.integer(4), radius = lesionRadius(r, side) * 0.8;
    if (kind === 0) note(found, 'cyst', p.lay(r, shapeAt(r, x, y, radius, [0.05, 0.2], 0.03), grey(r.uniform(0.38, 0.43)), r.uniform(0.8, 1)));
    else if (kind === 1) note(found, 'haemorrhage', p.lay(r, shapeAt(r, x, y, radius, [0.1, 0.5], 0.4), grey(r.uniform(0.72, 0.82)), r.uniform(0.6, 1)));
    else if (kind === 2) note(found, 'mass', p.lay(r, shapeAt(r, x, y, Math.max(radius, side * 0.04), [0.15, 0.5], 0.35), grey(r.uniform(0.43, 0.48)), r.uniform(0.7, 1)));
    else note(found, 'calcification', p.lay(r, shapeAt(r, x, y, side * r.uniform(0.008, 0.022), [0.1, 0.3], 0.3), grey(1), r.uniform(0.7, 1)));
  }
  p.grain(r, r.uniform(0.01, 0.035));
  return { modality: 'CT', plate: p, found, depth: 'hounsfield' };
}

function union(a: Box | null, b: Box | null): Box | null {
  if (a === null || b === null) return a ?? b;
  const x = Math.min(a.x, b.x), y = Math.min(a.y, b.y);
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}
