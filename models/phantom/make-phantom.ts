// A phantom study from a number: the same seed gives the same study, pixel by pixel, with every finding's box, label
// and caption known. Base training, tests and the program's first look are made of these.
import { imageCaption, regionCaption, type Finding } from '../../shared/domain/caption.ts';
import type { PixelFormat } from '../../shared/domain/case.ts';
import type { Example } from '../../shared/domain/example.ts';
import type { PixelImage, Samples } from '../images/pixels.ts';
import { randomFrom, type Random } from '../random.ts';
import { computedTomography, fundus, microscopy, radiograph, ultrasound, type Scene } from './scenes.ts';

export interface PhantomStudy { readonly title: string; readonly image: PixelImage; readonly example: Example }

const scenes = [radiograph, ultrasound, fundus, microscopy, computedTomography] as const;

/** Every finding a phantom can show: the base bundle's list. */
export const phantomFindings: readonly Finding[] = [
  'calcification', 'cyst', 'drusen', 'effusion', 'haemorrhage', 'hard exudate', 'heart shadow', 'left lung', 'mass', 'nodule',
  'opacity', 'optic disc', 'platelet', 'red cell', 'right lung', 'stone', 'white cell',
].map((label) => ({ label, phrase: label }));

/** @param seed a whole number from 0. Sides are 320 to 640 pixels. */
export function makePhantom(seed: number): PhantomStudy {
  const random = randomFrom(seed, 4711);
  const side = (): number => 16 * Math.round(random.uniform(20, 40));
  const width = side(), height = random.chance(0.4) ? width : side();
  const scene = (scenes[seed % scenes.length] ?? radiograph)(random, width, height);
  const image = digitise(random, scene, width, height, seed);
  const name = `Phantom ${scene.modality} ${String(seed).padStart(4, '0')}`;
  const findings = scene.found.filter((f) => f.box.width >= 3 && f.box.height >= 3).map((f, i) => ({
    id: `phantom-${seed}-${i}`, box: f.box, label: f.label, caption: regionCaption(f.label, f.box, { width, height }), replacedCaption: null, missed: false,
  }));
  return {
    title: name, image,
    example: {
      caseId: `phantom-${seed}`, file: `${name.toLowerCase().replaceAll(' ', '-')}.png`, patient: `phantom-${seed}`, modality: scene.modality, phantom: true,
      pixels: image.format, text: imageCaption(scene.modality, findings.map((f) => f.label)), findings, rejected: [],
    },
  };
}

/** A device's gain and offset, then whole numbers of the depth such a device gives. */
function digitise(random: Random, scene: Scene, width: number, height: number, seed: number): PixelImage {
  const { plate, depth } = scene;
  const channels = plate.planes.length === 3 ? 3 : 1;
  const [full, bits] = depth === 'uint8' ? [255, 8] : [4095, 12];
  const gain = random.uniform(0.85, 1.12), offset = random.uniform(-0.04, 0.05);
  const samples: Samples = depth === 'uint8' ? new Uint8Array(width * height * channels) : new Uint16Array(width * height * channels);
  for (const [c, plane] of plate.planes.entries()) for (let i = 0; i < plane.length; i++) {
    const v = depth === 'hounsfield' ? (plane[i] ?? 0) * 0.5 : (plane[i] ?? 0) * gain + offset;
    samples[i * channels + c] = Math.round(full * Math.min(1, Math.max(0, v)));
  }
  const hounsfield = depth === 'hounsfield';
  const format: PixelFormat = {
    // Phantoms in memory have no blob; the seed stands for one so that two are never taken for the same.
    blob: seed.toString(16).padStart(64, '0'), width, height, channels, sample: depth === 'uint8' ? 'uint8' : 'uint16', bitsStored: bits,
    slope: 1, intercept: hounsfield ? -1024 : 0, inverted: false, spacing: hounsfield ? [0.7, 0.7] : null,
    window: hounsfield ? { centre: 60, width: random.uniform(700, 1100) } : { centre: full / 2, width: full },
  };
  return { format, samples };
}
