import type { SpeechAudio, SpeechProvider, SpeechRequest } from '@parlance/contracts';
import { within, type Caller } from './check-tools.js';
import type { ProviderSettings, SpeechBench } from './provider-bench.js';

/** What is said where it does not matter what. */
export const SENTENCE = 'The rain in Spain stays mainly in the plain.';

export interface Spoken {
  audio: SpeechAudio;
  bytes: Buffer;
}

/** Runs `use` with a provider made for it and closed after it. */
export async function withSpeech(
  bench: SpeechBench,
  settings: Partial<ProviderSettings>,
  use: (provider: SpeechProvider) => Promise<void>,
): Promise<void> {
  const { provider, close } = bench.create({ key: bench.goodKey, ...settings });
  try {
    await use(provider);
  } finally {
    await within(bench, close(), 'Closing the provider');
  }
}

/** The same, with a request that works as the call. */
export async function withSpeechCaller(
  bench: SpeechBench,
  settings: Partial<ProviderSettings>,
  use: (caller: Caller) => Promise<void>,
): Promise<void> {
  await withSpeech(bench, settings, (provider) =>
    use({ name: provider.name, call: (signal) => speakAll(provider, bench.request({ text: SENTENCE }), signal) }),
  );
}

/** One whole call: asks, and reads to the end. */
export async function speakAll(provider: SpeechProvider, request: SpeechRequest, signal = new AbortController().signal): Promise<Spoken> {
  const audio = await provider.speak(request, signal);
  const parts: Uint8Array[] = [];
  for await (const part of audio.chunks) parts.push(part);
  return { audio, bytes: Buffer.concat(parts) };
}

/** The same within the patience of the bench. */
export function speakSoon(bench: SpeechBench, provider: SpeechProvider, changes: Partial<SpeechRequest> = {}): Promise<Spoken> {
  return within(bench, speakAll(provider, bench.request(changes)), 'Speaking');
}
