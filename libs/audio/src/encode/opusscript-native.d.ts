/** The WebAssembly build inside opusscript. Its own wrapper keeps its buffers outside of what it allocated. */
declare module 'opusscript/build/opusscript_native_wasm.js' {
  interface OpusHandler {
    /** @returns bytes written to `output`, or a negative libopus error. `input` holds 16-bit samples, every byte in a 16-bit place of its own. */
    _encode(input: number, inputBytes: number, output: number, frameSamples: number): number;
    _encoder_ctl(control: number, value: number): number;
  }
  interface OpusModule {
    readonly HEAPU8: Uint8Array;
    readonly OpusScriptHandler: {
      new (sampleRate: number, channels: number, application: number): OpusHandler;
      destroy_handler(handler: OpusHandler): void;
    };
    _malloc(bytes: number): number;
    _free(pointer: number): void;
  }
  function createModule(): OpusModule;
  export = createModule;
}
