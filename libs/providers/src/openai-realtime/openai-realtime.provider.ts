import { probe } from '../http/probe.js';
import { vendorFailure } from '../http/vendor-failure.js';
import type { Provider, ProviderContext } from '../provider.js';
import { readRealtimeError } from './openai-realtime.errors.js';
import type { OpenaiRealtimeOptions } from './openai-realtime.options.js';
import { OpenaiRealtimeSpeech } from './openai-realtime.speech.js';

/** Speech by OpenAI's Realtime models. */
export class OpenaiRealtimeProvider implements Provider {
  readonly speech: OpenaiRealtimeSpeech;

  constructor(
    private readonly options: OpenaiRealtimeOptions,
    private readonly context: ProviderContext,
  ) {
    this.speech = new OpenaiRealtimeSpeech(options, context);
  }

  /** Asks for the list of models, by HTTP. */
  async probe(signal: AbortSignal): Promise<void> {
    const { apiKey, baseUrl } = this.options;
    const { name: provider, http } = this.context;
    const request = {
      method: 'GET',
      url: `${baseUrl.replace(/\/+$/, '')}/models`,
      headers: { authorization: `Bearer ${apiKey}` },
    } as const;
    await probe(
      {
        provider,
        ask: (within) => http.send(request, within),
        failure: (response) => vendorFailure(response, readRealtimeError, { provider, secrets: [apiKey] }),
      },
      signal,
    );
  }
}
