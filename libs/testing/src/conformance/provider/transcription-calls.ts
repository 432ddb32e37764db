import type { Transcript, TranscriptionProvider, TranscriptionRequest } from '@parlance/contracts';
import { within, type Caller } from './check-tools.js';
import type { ProviderSettings, TranscriptionBench } from './provider-bench.js';

/** What the caller says he expects to hear, where the provider takes such words. */
export const EXPECTED_WORDS = 'Xylander, Quendolin';

/** Runs `use` with a provider made for it and closed after it. */
export async function withTranscription(
  bench: TranscriptionBench,
  settings: Partial<ProviderSettings>,
  use: (provider: TranscriptionProvider) => Promise<void>,
): Promise<void> {
  const { provider, close } = bench.create({ key: bench.goodKey, ...settings });
  try {
    await use(provider);
  } finally {
    await within(bench, close(), 'Closing the provider');
  }
}

/** The same, with a request that works as the call. */
export async function withTranscriptionCaller(
  bench: TranscriptionBench,
  settings: Partial<ProviderSettings>,
  use: (caller: Caller) => Promise<void>,
): Promise<void> {
  await withTranscription(bench, settings, (provider) => {
    const prompt = provider.capabilities.prompt ? { prompt: EXPECTED_WORDS } : {};
    return use({
      name: provider.name,
      call: (signal = new AbortController().signal) => provider.transcribe(bench.request(prompt), signal),
    });
  });
}

/** One call within the patience of the bench. */
export function hearSoon(
  bench: TranscriptionBench,
  provider: TranscriptionProvider,
  changes: Partial<TranscriptionRequest> = {},
): Promise<Transcript> {
  return within(bench, provider.transcribe(bench.request(changes), new AbortController().signal), 'Transcribing');
}
