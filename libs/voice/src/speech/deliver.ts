import { audioFormatInfo } from '@parlance/audio';
import type { Account } from '../account.js';
import type { Speech } from '../voice.types.js';
import type { SpeechJob } from './utterance.js';

/** The result of a request whose first audio is there; its account is closed when the last has been read. */
export function deliver(
  { utterance }: SpeechJob,
  made: { sampleRate: number; chunks: AsyncIterable<Uint8Array> },
  account: Account,
): Speech {
  account.firstAudio();
  const { format } = utterance;
  return {
    format,
    mediaType: audioFormatInfo(format).mediaType,
    sampleRate: made.sampleRate,
    chunks: closing(made.chunks, account),
    trace: account.trace,
    usage: account.usage,
    warnings: account.warnings,
  };
}

async function* closing(chunks: AsyncIterable<Uint8Array>, account: Account): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } finally {
    account.finish();
  }
}
