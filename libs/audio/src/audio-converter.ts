import {
  AUDIO_FORMATS,
  InvalidRequestError,
  TooLargeError,
  UnsupportedError,
  throwIfAborted,
  type AudioFormat,
  type RecordingFormat,
} from '@parlance/contracts';
import { ThreadEncoder, type AudioEncoder } from './audio-encoder.js';
import { FORMAT_NAMES, type DecodedRecording } from './decode/decode-recording.js';
import { encodeRate } from './encode/encode-rate.js';
import { AacEncoder } from './ffmpeg/aac-encoder.js';
import { decodeWithFfmpeg, isFfmpegFormat, runsFfmpeg } from './ffmpeg/ffmpeg.js';
import { joinBytes } from './format/bytes.js';
import { nameUnreadable } from './format/name-unreadable.js';
import { sniffFormat } from './format/sniff-format.js';
import { integer16ToSamples, type IntegerPcm, type Pcm, type Samples } from './pcm/pcm.js';
import { ThreadPool } from './threads/thread-pool.js';

export interface AudioConverterOptions {
  /** Threads for decoding, and as many for encoding; started when needed. Default: one per core, at most four. */
  threads?: number;
  /** Of a recording. Default 26 214 400 (25 MiB). */
  maximumBytes?: number;
  /** Of a recording. Default 1800. */
  maximumSeconds?: number;
  /** The program for MP4, AAC and AMR; `false`: none. Default: `ffmpeg` on the PATH, where there is one. */
  ffmpeg?: string | false;
}

export interface DecodeOptions {
  /** Hz, 8000-48000; default: the source's own (48000 for what ffmpeg decodes). */
  sampleRate?: number;
  /** Below the converter's own limit. */
  maximumSeconds?: number;
}

export interface EncodeOptions {
  format: AudioFormat;
  /** Hz, 8000-48000; formats with few rates take their next higher one. Default: the format's own. */
  sampleRate?: number;
}

/** A recording as mono samples. */
export interface DecodedAudio<Kept extends Samples = Float32Array> extends DecodedRecording<Kept> {
  format: RecordingFormat;
}

/** Many times what the slowest decoder takes: only one that never comes back is ended. */
const DECODE_MILLISECONDS = 30_000;
const DECODE_MILLISECONDS_PER_SECOND = 100;

/** Turns any recording into samples, and samples into any format, on threads of its own. */
export class AudioConverter {
  private readonly decoders: ThreadPool;
  /** Apart from the decoders: speech that somebody is listening to never waits behind a long recording. */
  private readonly encoders: ThreadPool;
  private readonly maximumBytes: number;
  private readonly maximumSeconds: number;
  private readonly program: string | false;
  private readonly closing = new AbortController();
  private warming: Promise<void> | undefined;
  private foundFfmpeg: Promise<boolean> | undefined;

  constructor(options: AudioConverterOptions = {}) {
    const entry = new URL('./codec.thread.js', import.meta.url);
    this.decoders = new ThreadPool(entry, options.threads);
    this.encoders = new ThreadPool(entry, options.threads);
    this.maximumBytes = options.maximumBytes ?? 26_214_400;
    this.maximumSeconds = options.maximumSeconds ?? 1800;
    this.program = options.ffmpeg ?? 'ffmpeg';
  }

  /** All formats; `aac` only where there is an ffmpeg. */
  async encodableFormats(): Promise<readonly AudioFormat[]> {
    return (await this.ffmpeg()) === undefined ? AUDIO_FORMATS.filter((format) => format !== 'aac') : AUDIO_FORMATS;
  }

  /**
   * @throws InvalidRequestError (no audio, damaged, incomplete), TooLargeError (bytes, seconds), UnsupportedError,
   * AbortedError, ParlanceError `timeout`; `param` is `file`
   */
  async decode(bytes: Uint8Array, options: DecodeOptions, signal: AbortSignal): Promise<DecodedAudio> {
    return this.decodeAs<Float32Array>(false, bytes, options, signal);
  }

  /** The same in half of the memory, as signed 16-bit samples, which is all that a recogniser is sent. Throws as `decode` does. */
  async decodeToIntegers(bytes: Uint8Array, options: DecodeOptions, signal: AbortSignal): Promise<DecodedAudio<Int16Array>> {
    return this.decodeAs<Int16Array>(true, bytes, options, signal);
  }

  private async decodeAs<Kept extends Samples>(
    asIntegers: boolean,
    bytes: Uint8Array,
    options: DecodeOptions,
    signal: AbortSignal,
  ): Promise<DecodedAudio<Kept>> {
    throwIfAborted(signal);
    const format = this.recognise(bytes);
    const limits = {
      ...(options.sampleRate === undefined ? {} : { sampleRate: encodeRate('pcm', options.sampleRate) }),
      maximumSeconds: Math.min(options.maximumSeconds ?? Infinity, this.maximumSeconds),
      asIntegers,
    };
    if (isFfmpegFormat(format)) {
      const program = await this.requireFfmpeg(
        `${FORMAT_NAMES[format]} can be read only where ffmpeg is installed: install ffmpeg, or send WAV, MP3, Ogg, FLAC or WebM.`,
        'file',
      );
      const decoded = (await decodeWithFfmpeg(program, bytes, format, limits, this.untilClosed(signal))) as DecodedRecording<Kept>;
      return { format, ...decoded };
    }
    // A copy to hand over: the caller keeps its own, and a part of a larger buffer is not sent whole.
    const copy = new Uint8Array(bytes);
    const params = { bytes: copy, format, limits };
    const timeoutMilliseconds = DECODE_MILLISECONDS + limits.maximumSeconds * DECODE_MILLISECONDS_PER_SECOND;
    return {
      format,
      ...(await this.decoders.call<DecodedRecording<Kept>>('decode', params, { signal, timeoutMilliseconds, transfer: [copy.buffer] })),
    };
  }

  /** @throws InvalidRequestError (rate), UnsupportedError (AAC without ffmpeg), AbortedError */
  async openEncoder(options: EncodeOptions, signal: AbortSignal): Promise<AudioEncoder> {
    throwIfAborted(signal);
    const { format } = options;
    const sampleRate = encodeRate(format, options.sampleRate);
    if (format !== 'aac') return ThreadEncoder.open(this.encoders.leastBusy(), format, sampleRate, signal);
    return new AacEncoder(await this.requireFfmpegForAac(), sampleRate, this.untilClosed(signal));
  }

  /** The whole at once, with exact sizes in its header. Throws as `openEncoder` does. */
  async encode(pcm: Pcm | IntegerPcm, options: EncodeOptions, signal: AbortSignal): Promise<Uint8Array> {
    throwIfAborted(signal);
    const { format } = options;
    if (format === 'aac') return this.encodeStreaming(pcm, options, signal);
    const copy = pcm.samples.slice();
    const params = { pcm: { samples: copy, sampleRate: pcm.sampleRate }, format, sampleRate: encodeRate(format, options.sampleRate) };
    return this.encoders.call<Uint8Array>('encode', params, { signal, transfer: [copy.buffer] });
  }

  /** Loads what speech and voice notes need, on one thread for each; the others follow. Once: whoever asks again is told how it went. */
  warmUp(): Promise<void> {
    this.warming ??= this.loadAll();
    return this.warming;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([this.decoders.close(), this.encoders.close()]);
  }

  private async loadAll(): Promise<void> {
    await Promise.all([this.encoders.warmUp('warmUpEncoders', {}), this.decoders.warmUp('warmUpDecoders', {}), this.ffmpeg()]);
  }

  private recognise(bytes: Uint8Array): RecordingFormat {
    if (bytes.length > this.maximumBytes) {
      throw new TooLargeError(
        `The recording has ${bytes.length} bytes; ${this.maximumBytes} are the limit: send a shorter or a compressed one.`,
        'file',
      );
    }
    if (bytes.length === 0) throw new InvalidRequestError('The recording is empty: upload an audio file.', 'file', { reason: 'no_audio' });
    const format = sniffFormat(bytes);
    if (format !== undefined) return format;
    const found = nameUnreadable(bytes) ?? 'no audio that can be recognised: send WAV, MP3, Ogg, FLAC, WebM, MP4, AAC or AMR.';
    throw new InvalidRequestError(`The file is ${found}`, 'file', { reason: 'unknown_audio' });
  }

  private async encodeStreaming(pcm: Pcm | IntegerPcm, options: EncodeOptions, signal: AbortSignal): Promise<Uint8Array> {
    const encoder = await this.openEncoder(options, signal);
    const samples = pcm.samples instanceof Int16Array ? integer16ToSamples(pcm.samples) : pcm.samples;
    try {
      return joinBytes([await encoder.write({ samples, sampleRate: pcm.sampleRate }), await encoder.finish()]);
    } finally {
      await encoder.close();
    }
  }

  private untilClosed(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.closing.signal]);
  }

  private requireFfmpegForAac(): Promise<string> {
    return this.requireFfmpeg(
      'AAC can be made only where ffmpeg is installed: install ffmpeg, or ask for mp3, opus, flac, wav or pcm.',
      'response_format',
    );
  }

  private async requireFfmpeg(otherwise: string, param: string): Promise<string> {
    const program = await this.ffmpeg();
    if (program === undefined) throw new UnsupportedError(otherwise, param);
    return program;
  }

  private async ffmpeg(): Promise<string | undefined> {
    const { program } = this;
    if (program === false) return undefined;
    this.foundFfmpeg ??= runsFfmpeg(program);
    return (await this.foundFfmpeg) ? program : undefined;
  }
}
