import { probe } from '../http/probe.js';
import { vendorFailure } from '../http/vendor-failure.js';
import type { Provider, ProviderContext } from '../provider.js';
import { readCartesiaError, type CartesiaConnection } from './cartesia.connection.js';
import type { CartesiaOptions } from './cartesia.options.js';
import { CartesiaSpeech } from './cartesia.speech.js';
import { CartesiaTranscription } from './cartesia.transcription.js';

/** Speech and transcription by Cartesia. */
export class CartesiaProvider implements Provider {
  readonly speech: CartesiaSpeech;
  readonly transcription: CartesiaTranscription;
  readonly addresses: readonly string[];
  private readonly connection: CartesiaConnection;

  constructor(options: CartesiaOptions, context: ProviderContext) {
    const { apiKey, apiVersion } = options;
    this.connection = {
      ...context,
      baseUrl: options.baseUrl.replace(/\/+$/, ''),
      apiKey,
      headers: { authorization: `Bearer ${apiKey}`, 'cartesia-version': apiVersion },
    };
    this.addresses = [this.connection.baseUrl];
    this.speech = new CartesiaSpeech(this.connection, options);
    this.transcription = new CartesiaTranscription(this.connection, options);
  }

  /** Asks for one voice. */
  async probe(signal: AbortSignal): Promise<void> {
    const { name: provider, http, baseUrl, headers, apiKey } = this.connection;
    await probe(
      {
        provider,
        ask: (within) => http.send({ method: 'GET', url: `${baseUrl}/voices?limit=1`, headers }, within),
        failure: (response) => vendorFailure(response, readCartesiaError, { provider, secrets: [apiKey] }),
      },
      signal,
    );
  }
}
