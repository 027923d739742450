// Text drawn into images, to be found again: a font of 5 × 7 dots, any size, sharp or smoothed as screens and printers
// smooth it, in any brightness. Where it was put is known, so recall can be counted.
import type { Box } from '../../../../electron/host/deidentify/find-text.ts';

/** Seven rows of five dots, top to bottom, as hexadecimal digits of five bits each. */
const font: Readonly<Record<string, readonly number[]>> = Object.fromEntries([
  'A0e11111f111111', 'B1e11111e11111e', 'C0e11101010110e', 'D1e11111111111e', 'E1f10101e10101f', 'F1f10101e101010', 'G0e11101713110f', 'H1111111f111111', 'I0e04040404040e', 'J0702020202120c', 'K11121418141211', 'L1010101010101f',
  'M111b1515111111', 'N11191513111111', 'O0e11111111110e', 'P1e11111e101010', 'Q0e11111115120d', 'R1e11111e141211', 'S0f10100e01011e', 'T1f040404040404', 'U1111111111110e', 'V11111111110a04', 'W11111115151b11', 'X11110a040a1111', 'Y11110a04040404', 'Z1f01020408101f',
  '00e11131519110e', '1040c040404040e', '20e11010608101f', '31f02040201110e', '402060a121f0202', '51f101e0101110e', '6060810 1e11110e'.replace(' ', ''), '71f010204080808', '80e11110e11110e', '90e11110f01020c', '-0000001f000000', '/01010204081010', '.000000000c0c00'.slice(0, 15), ':000c0c000c0c00',
].map((line) => [line.charAt(0), Array.from({ length: 7 }, (_, i) => parseInt(line.slice(1 + 2 * i, 3 + 2 * i), 16))]));

export interface Written { readonly text: string; readonly x: number; readonly y: number; /** Height of a capital, pixels. */ readonly height: number; readonly value: number; readonly smooth: boolean }

/** Draws into a grey image in place; answers the box around the letters. */
export function burnText(image: Uint8Array | Uint16Array | Int16Array, width: number, height: number, t: Written): Box {
  const dot = t.height / 7, end = { x: t.x, y: Math.min(height, t.y + t.height) };
  for (const [i, letter] of t.text.toUpperCase().split('').entries()) {
    const rows = font[letter];
    const left = t.x + i * 6 * dot;
    if (rows === undefined) continue;
    for (let y = Math.max(0, Math.floor(t.y - 1)); y < Math.min(height, t.y + t.height + 1); y++) for (let x = Math.max(0, Math.floor(left - 1)); x < Math.min(width, left + 5 * dot + 1); x++) {
      // Sixteen points a pixel where it is smoothed, one where it is not.
      const n = t.smooth ? 4 : 1;
      let inside = 0;
      for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) {
        const [cx, cy] = [Math.floor((x + (a + 0.5) / n - left) / dot), Math.floor((y + (b + 0.5) / n - t.y) / dot)];
        if (cx >= 0 && cx < 5 && cy >= 0 && cy < 7 && ((rows[cy] ?? 0) >> (4 - cx)) & 1) inside++;
      }
      const share = inside / n ** 2, at = y * width + x;
      if (share > 0) image[at] = Math.round((1 - share) * (image[at] ?? 0) + share * t.value);
    }
    end.x = Math.min(width, Math.ceil(left + 5 * dot));
  }
  return { x: Math.floor(t.x), y: Math.floor(t.y), width: end.x - Math.floor(t.x), height: end.y - Math.floor(t.y) };
}

/** The share of a box that other boxes cover. */
export function covered(box: Box, by: readonly Box[]): number {
  let inside = 0;
  for (let y = box.y; y < box.y + box.height; y++) for (let x = box.x; x < box.x + box.width; x++) if (by.some((b) => x >= b.x && x < b.x + b.width && y >= b.y && y < b.y + b.height)) inside++;
  return inside / (box.width * box.height);
}
