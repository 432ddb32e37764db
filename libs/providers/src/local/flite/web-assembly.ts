/** The part of WebAssembly that is used here: TypeScript declares it for browsers only. */
interface WebAssemblyNamespace {
  Module: new (bytes: Uint8Array) => WasmModule;
  Instance: new (module: WasmModule, imports: Record<string, WasmImports>) => { exports: Record<string, unknown> };
}

/** Compiled code; opaque. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export type WasmImports = Record<string, (...values: never[]) => unknown>;

export const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;
