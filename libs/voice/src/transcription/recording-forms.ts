import { describeRecording, isPlain, type AudioConverter, type DecodedAudio, type IntegerPcm } from '@parlance/audio';
import { headOf, readAll, sizeOf, type Bytes, type Recording, type TranscriptionCapabilities } from '@parlance/contracts';
import { cutAtPauses } from './cut-at-pauses.js';

/** A stretch of a recording in a form that a provider takes. */
export interface RecordingPart {
  /** Seconds from the start of the whole. */
  offset: number;
  load: () => Promise<Recording>;
}

/** What samples are sent as. */
type PartFormat = 'pcm' | 'flac' | 'wav';

/** Room for the header of a file beside its samples. */
const headerBytes = 4096;

/**
 * One recording in the forms that its candidates take; it is decoded once for all that want the same rate, and kept as
 * 16-bit samples: what is sent as samples is these, and no copy.
 */
export class RecordingForms {
  private readonly decoded = new Map<number, Promise<DecodedAudio<Int16Array>>>();
  private readonly converted = new Map<string, Promise<Recording>>();

  constructor(
    private readonly recording: Recording,
    private readonly converter: AudioConverter,
    private readonly maximumSeconds: number,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * The recording as it is where the provider takes it; else as samples, or as samples in a file; in several parts
   * where it is longer than the provider hears at once.
   * @throws ParlanceError when it cannot be decoded
   */
  async partsFor(capabilities: TranscriptionCapabilities): Promise<RecordingPart[]> {
    const { recording } = this;
    const { formats, pcmSampleRate: rate } = capabilities;
    const { channels = 1 } = recording;
    if (channels === 1 && formats.includes(recording.format) && (await fits(recording, capabilities)))
      return [{ offset: 0, load: () => Promise.resolve(recording) }];
    const { samples, duration } = await this.samples(rate);
    const target = formats.includes('pcm') ? 'pcm' : formats.includes('flac') ? 'flac' : 'wav';
    const ranges = cutAtPauses(samples, rate, longestPart(capabilities, duration));
    if (ranges.length === 1) return [{ offset: 0, load: () => this.convertWhole({ samples, sampleRate: rate }, target) }];
    // Of a long recording only the parts that are being sent are encoded: all of them would be the recording again.
    return ranges.map(({ start, end }) => ({
      offset: start / rate,
      load: () => this.encode({ samples: samples.subarray(start, end), sampleRate: rate }, target),
    }));
  }

  /** Seconds; the recording is decoded to find out. @throws ParlanceError when it cannot be */
  async duration(): Promise<number> {
    return (await this.samples(16_000)).duration;
  }

  /** All of it as signed 16-bit samples, mono. */
  async integers(sampleRate: number): Promise<Int16Array> {
    return (await this.samples(sampleRate)).samples;
  }

  private samples(sampleRate: number): Promise<DecodedAudio<Int16Array>> {
    const decoding = this.decoded.get(sampleRate) ?? this.decode(sampleRate);
    this.decoded.set(sampleRate, decoding);
    return decoding;
  }

  private async decode(sampleRate: number): Promise<DecodedAudio<Int16Array>> {
    const { recording, maximumSeconds } = this;
    return this.converter.decodeToIntegers(await readAll(recording.bytes), { sampleRate, maximumSeconds }, this.signal);
  }

  private convertWhole(pcm: IntegerPcm, format: PartFormat): Promise<Recording> {
    const key = `${format} ${pcm.sampleRate}`;
    const conversion = this.converted.get(key) ?? this.encode(pcm, format);
    this.converted.set(key, conversion);
    return conversion;
  }

  private async encode({ samples, sampleRate }: IntegerPcm, format: PartFormat): Promise<Recording> {
    const described = { format, sampleRate, duration: samples.length / sampleRate };
    if (format === 'pcm') return { ...described, bytes: new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength) };
    const bytes = await this.converter.encode({ samples, sampleRate }, { format, sampleRate }, this.signal);
    return { ...described, bytes };
  }
}

/** Whether the provider hears it as it is, at once. A length that nobody knows is one that has to be found out first. */
async function fits(
  { bytes, duration }: Recording,
  { maximumBytes, maximumSeconds, onlyPlain }: TranscriptionCapabilities,
): Promise<boolean> {
  if (maximumBytes !== undefined && sizeOf(bytes) > maximumBytes) return false;
  if (maximumSeconds !== undefined && (duration === undefined || duration > maximumSeconds)) return false;
  return onlyPlain !== true || isPlain(await describing(bytes), sizeOf(bytes));
}

/** The beginning; or all, where that does not say how many channels there are: an MP4 may say it at the end, an MP3 behind a picture. */
async function describing(bytes: Bytes): Promise<Uint8Array> {
  const head = headOf(bytes);
  return describeRecording(head, sizeOf(bytes))?.channels === undefined ? readAll(bytes) : head;
}

function longestPart({ maximumBytes, maximumSeconds, pcmSampleRate }: TranscriptionCapabilities, duration: number): number {
  const bySize = maximumBytes === undefined ? duration : (maximumBytes - headerBytes) / (pcmSampleRate * 2);
  return Math.min(maximumSeconds ?? duration, bySize);
}
