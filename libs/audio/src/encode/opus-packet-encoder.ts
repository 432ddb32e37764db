import createOpus from 'opusscript/build/opusscript_native_wasm.js';

type OpusModule = ReturnType<typeof createOpus>;

/** Not `voip`, which filters what clean speech does not need filtered: nearer to the original at the same size. */
const APPLICATION_AUDIO = 2049;
const SET_BITRATE = 4002;
const SET_COMPLEXITY = 4010;
const SET_SIGNAL = 4024;
const SIGNAL_VOICE = 3001;
const BITS_PER_SECOND = 32_000;
/** Of 10; above 5 only the time changes for speech at this bit rate. */
const COMPLEXITY = 5;
const MAXIMUM_PACKET_BYTES = 4000;

let loaded: OpusModule | undefined;

/** libopus for one mono stream, in packets of 20 ms. */
export class OpusPacketEncoder {
  private readonly opus: OpusModule;
  private readonly handler: InstanceType<OpusModule['OpusScriptHandler']>;
  private readonly input: number;
  private readonly output: number;
  private closed = false;
  /** Samples of one packet. */
  readonly frameSamples: number;

  /** @param sampleRate 8000, 12000, 16000, 24000 or 48000 Hz */
  constructor(sampleRate: number) {
    this.opus = loaded ??= createOpus();
    this.frameSamples = sampleRate / 50;
    this.handler = new this.opus.OpusScriptHandler(sampleRate, 1, APPLICATION_AUDIO);
    this.handler._encoder_ctl(SET_BITRATE, BITS_PER_SECOND);
    this.handler._encoder_ctl(SET_COMPLEXITY, COMPLEXITY);
    this.handler._encoder_ctl(SET_SIGNAL, SIGNAL_VOICE);
    this.input = this.opus._malloc(this.frameSamples * 4);
    this.output = this.opus._malloc(MAXIMUM_PACKET_BYTES);
  }

  /** @param frame `frameSamples` samples */
  encode(frame: Int16Array): Uint8Array {
    // Taken anew each time: the memory moves when it grows. The binding reads every byte from a 16-bit place.
    const places = new Uint16Array(this.opus.HEAPU8.buffer, this.input, this.frameSamples * 2);
    for (let index = 0; index < frame.length; index++) {
      const sample = frame[index] ?? 0;
      places[index * 2] = sample & 0xff;
      places[index * 2 + 1] = (sample >> 8) & 0xff;
    }
    const length = this.handler._encode(this.input, this.frameSamples * 2, this.output, this.frameSamples);
    if (length < 0) throw new Error(`libopus answered ${length}.`);
    return this.opus.HEAPU8.slice(this.output, this.output + length);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.opus.OpusScriptHandler.destroy_handler(this.handler);
    this.opus._free(this.input);
    this.opus._free(this.output);
  }
}
