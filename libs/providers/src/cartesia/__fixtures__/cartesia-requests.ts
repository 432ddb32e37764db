import type { SpeechAudio, SpeechRequest, TranscriptionRequest } from '@parlance/contracts';
import { createProvider } from '../../create-provider.js';
import { ConnectionPools } from '../../http/connection-pools.js';
import type { TimeLimits } from '../../http/http-client.js';

/** A provider that asks the server at `baseUrl`. */
export function make(baseUrl: string, { key, ...limits }: TimeLimits & { key: string }, options: Record<string, unknown> = {}) {
  const pools = new ConnectionPools();
  const account = { name: 'cartesia', provider: 'cartesia' as const, options: { apiKey: key, baseUrl, ...options } };
  const { speech, transcription } = createProvider(account, pools, limits);
  return { speech: speech!, transcription: transcription!, close: () => pools.close() };
}

export const speechRequest = (changes: Partial<SpeechRequest> = {}): SpeechRequest => ({
  text: 'Hello.',
  model: 'sonic-3',
  voice: 'f786b574-daa5-4673-aa0c-cbe3e8534c02',
  language: 'en',
  format: 'mp3',
  speed: 1,
  pitch: 0,
  volumeGain: 0,
  ...changes,
});

export const transcriptionRequest = (bytes: Uint8Array, changes: Partial<TranscriptionRequest> = {}): TranscriptionRequest => ({
  recording: { bytes, format: 'mp3', duration: 2 },
  model: 'ink-whisper',
  ...changes,
});

/** All of an answer's audio. */
export async function sound({ chunks }: SpeechAudio): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return Buffer.concat(parts);
}
