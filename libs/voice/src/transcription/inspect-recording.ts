import { describeRecording, measureDuration, nameUnreadable, sniffFormat, wavOf } from '@parlance/audio';
import {
  headOf,
  InvalidRequestError,
  readAll,
  sizeOf,
  TooLargeError,
  type Bytes,
  type Recording,
  type RecordingFormat,
} from '@parlance/contracts';
import type { RawRecording, TranscribeRequest } from '../voice.types.js';

export interface RecordingLimits {
  maximumBytes: number;
  maximumSeconds: number;
}

const RAW_NAMES = /\.(?:pcm|raw|l16|s16le)$/i;
const RAW_RATES: readonly number[] = [8000, 16_000, 22_050, 44_100, 48_000];
const MOST_CHANNELS = 8;
const HEADER_BYTES = 44;

/**
 * What the bytes really are. Everything that can be refused without decoding is refused here.
 * @throws InvalidRequestError, TooLargeError
 */
export async function inspectRecording(
  { audio: bytes, filename, raw }: Pick<TranscribeRequest, 'audio' | 'filename' | 'raw'>,
  limits: RecordingLimits,
): Promise<Recording> {
  if (raw !== undefined) checkRaw(raw);
  if (sizeOf(bytes) === 0) throw new InvalidRequestError('The file is empty. Send a recording.', 'file');
  refuseBytes(sizeOf(bytes), limits);
  if (raw !== undefined && filename !== undefined && RAW_NAMES.test(filename)) return rawRecording(await readAll(bytes), raw, limits);
  const format = await formatOf(bytes);
  if (format === undefined && raw !== undefined && filename === undefined) return rawRecording(await readAll(bytes), raw, limits);
  if (format === undefined) {
    const found = nameUnreadable(headOf(bytes));
    const message = found ?? 'no audio that is known here. Send wav, mp3, ogg, webm, flac, m4a, aac or amr.';
    throw new InvalidRequestError(`The file is ${message}`, 'file');
  }
  const duration = await durationOf(bytes, format);
  refuseSeconds(duration, limits);
  // Vendors that are told the rate of a WAV refuse one that has another.
  const sampleRate = format === 'wav' ? describeRecording(headOf(bytes), sizeOf(bytes))?.sampleRate : undefined;
  return { bytes, format, ...(sampleRate === undefined ? {} : { sampleRate }), ...(duration === undefined ? {} : { duration }) };
}

/** A picture in front of the sound may be longer than the beginning that is at hand. */
async function formatOf(bytes: Bytes): Promise<RecordingFormat | undefined> {
  return sniffFormat(headOf(bytes)) ?? (sizeOf(bytes) > headOf(bytes).byteLength ? sniffFormat(await readAll(bytes)) : undefined);
}

/** Seconds, where the container says. All of it is read only where the length is not what its header and its size make it. */
async function durationOf(bytes: Bytes, format: RecordingFormat): Promise<number | undefined> {
  const isInHeader = !(bytes instanceof Uint8Array) && (format === 'wav' || format === 'flac');
  const announced = isInHeader ? describeRecording(bytes.head, bytes.sizeBytes)?.durationSeconds : undefined;
  return announced ?? measureDuration(await readAll(bytes), format);
}

/** With a header it is as any other, and says by its bytes how it is to be read. */
function rawRecording(samples: Uint8Array, { sampleRate, channels }: RawRecording, limits: RecordingLimits): Recording {
  const frameBytes = channels * 2;
  const frames = Math.floor(samples.byteLength / frameBytes);
  if (frames === 0) throw new InvalidRequestError('The file has not even one sample. Send a recording.', 'file');
  refuseBytes(samples.byteLength + HEADER_BYTES, limits);
  const duration = frames / sampleRate;
  refuseSeconds(duration, limits);
  const bytes = wavOf(samples.subarray(0, frames * frameBytes), sampleRate, channels);
  return { bytes, format: 'wav', sampleRate, channels, duration };
}

function checkRaw({ sampleRate, channels }: RawRecording): void {
  if (!RAW_RATES.includes(sampleRate)) {
    throw new InvalidRequestError(`'raw.sampleRate' must be one of ${RAW_RATES.join(', ')}.`, 'raw.sampleRate');
  }
  if (!Number.isInteger(channels) || channels < 1 || channels > MOST_CHANNELS) {
    throw new InvalidRequestError(`'raw.channels' must be a whole number from 1 to ${MOST_CHANNELS}.`, 'raw.channels');
  }
}

function refuseBytes(bytes: number, { maximumBytes }: RecordingLimits): void {
  if (bytes <= maximumBytes) return;
  throw new TooLargeError(`The file has ${bytes} bytes; at most ${maximumBytes} are taken. Send it compressed or in parts.`, 'file');
}

function refuseSeconds(duration: number | undefined, { maximumSeconds }: RecordingLimits): void {
  if (duration === undefined || duration <= maximumSeconds) return;
  throw new TooLargeError(
    `The recording is ${Math.round(duration)} seconds long; at most ${maximumSeconds} are taken. Send it in parts.`,
    'file',
  );
}
