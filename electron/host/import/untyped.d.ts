// What these packages bring no types for. The builds of codecs are factories of Emscripten modules.
declare module '@cornerstonejs/codec-charls/decode' { const factory: (options: { print: () => void; printErr: () => void }) => Promise<Readonly<Record<string, unknown>>>; export default factory; }
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decode' { const factory: (options: { print: () => void; printErr: () => void }) => Promise<Readonly<Record<string, unknown>>>; export default factory; }
declare module '@cornerstonejs/codec-openjpeg/decode' { const factory: (options: { print: () => void; printErr: () => void }) => Promise<Readonly<Record<string, unknown>>>; export default factory; }
declare module '@cornerstonejs/codec-openjph' { const factory: (options: { print: () => void; printErr: () => void }) => Promise<Readonly<Record<string, unknown>>>; export default factory; }
declare module 'jpeg-lossless-decoder-js' {
  export class Decoder {
    constructor();
    readonly xDim: number;
    readonly yDim: number;
    readonly numComp: number;
    /** The row that the next pixel goes to. */
    readonly yLoc: number;
    decode(buffer: ArrayBuffer, offset: number, length: number, bytesPerSample: number): Uint8Array | Uint16Array;
  }
}
declare module 'dicom-character-set' {
  export function convertBytes(specificCharacterSet: string, bytes: Uint8Array, options: { readonly vr: string }): string;
}
