import type { SpeechProvider, SpeechRequest, TranscriptionProvider, TranscriptionRequest } from '@parlance/contracts';
import { createProvider } from '../../create-provider.js';
import { ConnectionPools } from '../../http/connection-pools.js';
import type { TimeLimits } from '../../http/http-client.js';

export interface YandexAccount {
  speech: SpeechProvider;
  transcription: TranscriptionProvider;
  close: () => Promise<void>;
}

/** An account that asks a stand-in, and asks it often. */
export function yandexAccount(url: string, options: Record<string, unknown>, limits: TimeLimits = {}): YandexAccount {
  const pools = new ConnectionPools();
  const addresses = { speechUrl: url, transcriptionUrl: url, operationUrl: url };
  const account = { name: 'yandex', provider: 'yandex' as const, options: { ...addresses, pollingMilliseconds: 5, ...options } };
  const { speech, transcription } = createProvider(account, pools, limits);
  return { speech: speech!, transcription: transcription!, close: () => pools.close() };
}

export function yandexSpeech(changes: Partial<SpeechRequest> = {}): SpeechRequest {
  return {
    text: 'Привет.',
    model: 'speechkit',
    voice: 'marina',
    language: 'ru-RU',
    format: 'mp3',
    speed: 1,
    pitch: 0,
    volumeGain: 0,
    ...changes,
  };
}

export function yandexRecording(opus: Uint8Array, changes: Partial<TranscriptionRequest> = {}): TranscriptionRequest {
  return {
    recording: { bytes: opus, format: 'ogg-opus', sampleRate: 48_000, duration: 2 },
    model: 'general',
    language: 'ru-RU',
    ...changes,
  };
}
