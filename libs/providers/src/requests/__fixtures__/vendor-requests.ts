import type { SpeechAudio, SpeechRequest, TranscriptionRequest } from '@parlance/contracts';
import type { ProviderSettings } from '@parlance/testing';
import type { ProviderAccount } from '../../accounts.js';
import { createProvider } from '../../create-provider.js';
import { ConnectionPools } from '../../http/connection-pools.js';
import type { Provider } from '../../provider.js';

/** Makes providers of one kind, named after it, that ask the server at `baseUrl` with connections of their own. */
export function providerMaker(name: string, provider: ProviderAccount['provider']) {
  return (baseUrl: string, { key, ...limits }: ProviderSettings, options: Record<string, unknown> = {}) => {
    const pools = new ConnectionPools();
    const account = { name, provider, options: { apiKey: key, baseUrl, ...options } };
    return { ...sidesOf(createProvider(account, pools, limits)), close: () => pools.close() };
  };
}

/** What the suites ask of a provider that speaks and transcribes. */
export function sidesOf(provider: Provider) {
  return { speech: provider.speech!, transcription: provider.transcription!, probe: provider.probe?.bind(provider) };
}

/** A plain sentence; model and voice are the vendor's. */
export function speechRequestWith(vendor: Pick<SpeechRequest, 'model' | 'voice'>) {
  return (changes: Partial<SpeechRequest> = {}): SpeechRequest => ({
    text: 'Hello.',
    language: 'en',
    format: 'mp3',
    speed: 1,
    pitch: 0,
    volumeGain: 0,
    ...vendor,
    ...changes,
  });
}

/** Two seconds of mp3; the model is the vendor's. */
export function transcriptionRequestWith(model: string) {
  return (bytes: Uint8Array, changes: Partial<TranscriptionRequest> = {}): TranscriptionRequest => ({
    recording: { bytes, format: 'mp3', duration: 2 },
    model,
    ...changes,
  });
}

/** All of an answer's audio. */
export async function sound({ chunks }: SpeechAudio): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return Buffer.concat(parts);
}
