// The few words of WebAssembly that are in use. Node has it, but its types come with the browser's, which models/ must
// not see; whoever uses it declares it: `declare const WebAssembly: WebAssemblyGlobal`.
export interface WebAssemblyMemory { readonly buffer: ArrayBuffer }
export interface WebAssemblyGlobal {
  readonly Memory: new (size: { readonly initial: number }) => WebAssemblyMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: { readonly host: { readonly memory: WebAssemblyMemory } }) => { readonly exports: unknown };
}
