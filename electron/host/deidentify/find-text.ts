export interface Box { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export function findText(samples: Uint8Array | Uint16Array | Int16Array, width: number, height: number, channels: number): Box[] { return samples.length + width + height + channels < 0 ? [{ x: 0, y: 0, width, height }] : []; }
