import { audioFormatInfo } from '@parlance/audio';
import type { Account } from '../account.js';
import { once, whenOver } from '../streams/async-streams.js';
import type { Speech } from '../voice.types.js';
import type { SpeechJob } from './utterance.js';

/**
 * The result of a request whose first audio is there; its account is closed when the last has been read, or the caller
 * leaves, and at once where all of it is there.
 */
export function deliver(
  { utterance }: SpeechJob,
  audio: { sampleRate: number } & ({ bytes: Uint8Array } | { bytes?: undefined; chunks: AsyncIterable<Uint8Array> }),
  account: Account,
  signal: AbortSignal,
): Speech {
  account.firstAudio();
  const { format } = utterance;
  if (audio.bytes !== undefined) account.finish();
  return {
    format,
    mediaType: audioFormatInfo(format).mediaType,
    sampleRate: audio.sampleRate,
    ...(audio.bytes === undefined
      ? { chunks: whenOver(audio.chunks, (failure) => account.finish(failure), signal) }
      : { chunks: once(audio.bytes), bytes: audio.bytes }),
    trace: account.trace,
    usage: account.usage,
    warnings: account.warnings,
  };
}
