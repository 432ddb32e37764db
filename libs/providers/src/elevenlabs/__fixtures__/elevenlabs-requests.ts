import type { SpeechAudio, SpeechRequest, TranscriptionRequest } from '@parlance/contracts';
import { createProvider } from '../../create-provider.js';
import { ConnectionPools } from '../../http/connection-pools.js';
import type { TimeLimits } from '../../http/http-client.js';

/** A provider that asks the server at `baseUrl`. */
export function make(baseUrl: string, { key, ...limits }: TimeLimits & { key: string }, options: Record<string, unknown> = {}) {
  const pools = new ConnectionPools();
  const account = { name: 'elevenlabs', provider: 'elevenlabs' as const, options: { apiKey: key, baseUrl, ...options } };
  const { speech, transcription } = createProvider(account, pools, limits);
  return { speech: speech!, transcription: transcription!, close: () => pools.close() };
}

export const speechRequest = (changes: Partial<SpeechRequest> = {}): SpeechRequest => ({
  text: 'Hello.',
  model: 'eleven_flash_v2_5',
  voice: 'JBFqnCBsd6RMkjVDRZzb',
  language: 'en',
  format: 'mp3',
  speed: 1,
  pitch: 0,
  volumeGain: 0,
  ...changes,
});

export const transcriptionRequest = (bytes: Uint8Array, changes: Partial<TranscriptionRequest> = {}): TranscriptionRequest => ({
  recording: { bytes, format: 'mp3', duration: 2 },
  model: 'scribe_v2',
  ...changes,
});

/** All of an answer's audio. */
export async function sound({ chunks }: SpeechAudio): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return Buffer.concat(parts);
}
