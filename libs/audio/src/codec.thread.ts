import { setImmediate } from 'node:timers/promises';
import { ParlanceError, throwIfAborted } from '@parlance/contracts';
import { decodeRecording, type DecodedRecording, type DecodeLimits, type EmbeddedFormat } from './decode/decode-recording.js';
import { StreamEncoder, type EmbeddedAudioFormat } from './encode/create-encoder.js';
import { joinBytes } from './format/bytes.js';
import { integer16ToSamples, requireRate, type IntegerPcm, type Pcm, type Samples } from './pcm/pcm.js';
import type { ThreadContext, ThreadMethods } from './threads/serve-thread.js';

// The WASM decoders print what is wrong with a recording besides returning it: anyone could fill the log.
console.error = () => undefined;

const encoders = new Map<number, StreamEncoder>();

function encoderOf(id: number): StreamEncoder {
  const encoder = encoders.get(id);
  if (encoder === undefined)
    throw new ParlanceError('server', 'The audio worker that was encoding has been restarted: encode again from the start.');
  return encoder;
}

function closeEncoder(id: number): void {
  encoders.get(id)?.close();
  encoders.delete(id);
}

function given<Bytes extends Uint8Array>(bytes: Bytes, context: ThreadContext): Bytes {
  context.transfer(bytes.buffer);
  return bytes;
}

async function encodeWhole({ samples, sampleRate }: Pcm | IntegerPcm, encoder: StreamEncoder, signal: AbortSignal): Promise<Uint8Array> {
  requireRate(sampleRate);
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < samples.length; start += sampleRate) {
    const piece = samples.subarray(start, start + sampleRate);
    pieces.push(encoder.write({ samples: piece instanceof Int16Array ? integer16ToSamples(piece) : piece, sampleRate }));
    await setImmediate();
    throwIfAborted(signal);
  }
  pieces.push(encoder.finish());
  return encoder.complete(joinBytes(pieces));
}

export const methods: ThreadMethods = {
  decode: async (
    { bytes, format, limits }: { bytes: Uint8Array; format: EmbeddedFormat; limits: DecodeLimits },
    context,
  ): Promise<DecodedRecording<Samples>> => {
    const decoded = await decodeRecording(bytes, format, limits, context.signal);
    context.transfer(decoded.samples.buffer);
    return decoded;
  },
  encode: async ({ pcm, format, sampleRate }: { pcm: Pcm | IntegerPcm; format: EmbeddedAudioFormat; sampleRate: number }, context) => {
    const encoder = await StreamEncoder.open(format, sampleRate);
    try {
      return given(await encodeWhole(pcm, encoder, context.signal), context);
    } finally {
      encoder.close();
    }
  },
  open: async ({ id, format, sampleRate }: { id: number; format: EmbeddedAudioFormat; sampleRate: number }) => {
    encoders.set(id, await StreamEncoder.open(format, sampleRate));
  },
  write: ({ id, pcm }: { id: number; pcm: Pcm }, context) => given(encoderOf(id).write(pcm), context),
  finish: ({ id }: { id: number }, context) => {
    try {
      return given(encoderOf(id).finish(), context);
    } finally {
      closeEncoder(id);
    }
  },
  close: ({ id }: { id: number }) => closeEncoder(id),
  warmUpDecoders: async () => {
    await Promise.all([import('./decode/decode-ogg-opus.js'), import('./decode/decode-mp3.js'), import('./decode/decode-webm.js')]);
  },
  warmUpEncoders: async () => {
    const silence = { samples: new Float32Array(4800), sampleRate: 24_000 };
    for (const format of ['opus', 'mp3'] as const) {
      const encoder = await StreamEncoder.open(format, 24_000);
      encoder.write(silence);
      encoder.finish();
      encoder.close();
    }
  },
};
