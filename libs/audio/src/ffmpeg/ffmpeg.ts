import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { throwIfAborted, TooLargeError, type RecordingFormat } from '@parlance/contracts';
import { FORMAT_NAMES, SLACK_SECONDS, type DecodedRecording, type DecodeLimits } from '../decode/decode-recording.js';
import { damaged, incomplete, withoutAudio } from '../format/damaged.js';
import { measureDuration } from '../format/measure-duration.js';
import { isCutMp4, isMuteMp4, mp4Channels } from '../format/mp4.js';
import { pcm16ToSamples, type Samples } from '../pcm/pcm.js';
import { PcmSink, tooLong } from '../pcm/pcm-sink.js';
import { FLOATS, INTEGERS } from '../pcm/sample-store.js';
import { FfmpegProcess } from './ffmpeg-process.js';

/** The formats that take ffmpeg, with its name for each: it never guesses, so that no file becomes a playlist. */
const DEMUXERS = { mp4: 'mov', aac: 'aac', amr: 'amr' } as const satisfies Partial<Record<RecordingFormat, string>>;
export type FfmpegFormat = keyof typeof DEMUXERS;

const PIPE = 'pipe:0';
const DEFAULT_RATE = 48_000;

export function isFfmpegFormat(format: RecordingFormat): format is FfmpegFormat {
  return format in DEMUXERS;
}

/** Whether `program` is there and runs. */
export async function runsFfmpeg(program: string): Promise<boolean> {
  try {
    await promisify(execFile)(program, ['-hide_banner', '-version'], { timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/**
 * Decodes with the system's ffmpeg, in a process of its own.
 * @throws InvalidRequestError, TooLargeError, AbortedError, ParlanceError `timeout`
 */
export async function decodeWithFfmpeg(
  program: string,
  bytes: Uint8Array,
  format: FfmpegFormat,
  limits: DecodeLimits,
  signal: AbortSignal,
): Promise<DecodedRecording<Samples>> {
  const announced = measureDuration(bytes, format);
  if (announced !== undefined && announced > limits.maximumSeconds) throw tooLong(limits.maximumSeconds);
  if (format !== 'mp4') return decodeInput(program, PIPE, bytes, format, limits, announced, signal);
  // It would take what is there for the whole, and a film without sound for a damaged one.
  if (isCutMp4(bytes)) throw incomplete(FORMAT_NAMES[format]);
  if (isMuteMp4(bytes)) throw withoutAudio(FORMAT_NAMES[format]);
  // An MP4 may have its table of contents at the end, so that ffmpeg must be able to go back.
  const directory = await mkdtemp(join(tmpdir(), 'parlance-audio-'));
  try {
    const file = join(directory, 'input.mp4');
    await writeFile(file, bytes, { mode: 0o600, signal });
    const decoded = await decodeInput(program, `file:${file}`, bytes, format, limits, announced, signal);
    if (announced !== undefined && decoded.duration < announced - SLACK_SECONDS) throw incomplete(FORMAT_NAMES[format]);
    return decoded;
  } catch (error) {
    // The file system has an error of its own for a caller who has left.
    throwIfAborted(signal);
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function decodeInput(
  program: string,
  input: string,
  bytes: Uint8Array,
  format: FfmpegFormat,
  limits: DecodeLimits,
  announced: number | undefined,
  signal: AbortSignal,
): Promise<DecodedRecording<Samples>> {
  const sampleRate = limits.sampleRate ?? DEFAULT_RATE;
  const name = FORMAT_NAMES[format];
  const ffmpeg = new FfmpegProcess(program, decodeParameters(input, format, sampleRate, limits.maximumSeconds), signal);
  const sink = new PcmSink<Samples>(sampleRate, limits.maximumSeconds, limits.asIntegers ? INTEGERS : FLOATS, announced);
  let failure: TooLargeError | undefined;
  let odd = new Uint8Array(0);
  ffmpeg.onOutput((output) => {
    if (failure !== undefined) return;
    const joined = Buffer.concat([odd, output]);
    odd = new Uint8Array(joined.subarray(joined.length & ~1));
    try {
      sink.write({ channels: [pcm16ToSamples(joined)], sampleRate });
    } catch (error) {
      failure = error as TooLargeError;
      ffmpeg.kill();
    }
  });
  if (input === PIPE) await ffmpeg.write(bytes);
  ffmpeg.endInput();
  const { exitCode } = await ffmpeg.end();
  if (failure !== undefined) throw failure;
  if (exitCode !== 0 || sink.duration === 0) throw damaged(name);
  return { ...sink.finish(), channels: channelsOf(bytes, format), duration: sink.duration };
}

function decodeParameters(input: string, format: FfmpegFormat, sampleRate: number, maximumSeconds: number): string[] {
  return [
    ['-protocol_whitelist', input === PIPE ? 'pipe' : 'file', '-f', DEMUXERS[format], '-i', input],
    ['-map', '0:a:0', '-vn', '-sn', '-dn', '-map_metadata', '-1', '-t', String(Math.ceil(maximumSeconds) + 1)],
    ['-ac', '1', '-ar', String(sampleRate), '-f', 's16le', 'pipe:1'],
  ].flat();
}

/** What the header says: ADTS in its first frame, AMR always one, MP4 in its description of the track. */
function channelsOf(bytes: Uint8Array, format: FfmpegFormat): number {
  if (format === 'amr') return 1;
  if (format === 'aac') return (((bytes[2] ?? 0) & 1) << 2) | ((bytes[3] ?? 0) >> 6) || 1;
  return mp4Channels(bytes) ?? 1;
}
