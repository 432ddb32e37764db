import { audioFormatInfo } from '@parlance/audio';
import type { Account } from '../account.js';
import { whenOver } from '../streams/async-streams.js';
import type { Speech } from '../voice.types.js';
import type { SpeechJob } from './utterance.js';

/** The result of a request whose first audio is there; its account is closed when the last has been read, or the caller leaves. */
export function deliver(
  { utterance }: SpeechJob,
  made: { sampleRate: number; chunks: AsyncIterable<Uint8Array> },
  account: Account,
  signal: AbortSignal,
): Speech {
  account.firstAudio();
  const { format } = utterance;
  return {
    format,
    mediaType: audioFormatInfo(format).mediaType,
    sampleRate: made.sampleRate,
    chunks: whenOver(made.chunks, (failure) => account.finish(failure), signal),
    trace: account.trace,
    usage: account.usage,
    warnings: account.warnings,
  };
}
