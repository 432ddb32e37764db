import type { Provider, ProviderContext } from '../provider.js';
import type { CartesiaConnection } from './cartesia.connection.js';
import type { CartesiaOptions } from './cartesia.options.js';
import { CartesiaSpeech } from './cartesia.speech.js';
import { CartesiaTranscription } from './cartesia.transcription.js';

/** Speech and transcription by Cartesia. */
export class CartesiaProvider implements Provider {
  readonly speech: CartesiaSpeech;
  readonly transcription: CartesiaTranscription;
  readonly addresses: readonly string[];

  constructor(options: CartesiaOptions, context: ProviderContext) {
    const { apiKey, apiVersion } = options;
    const connection: CartesiaConnection = {
      ...context,
      baseUrl: options.baseUrl.replace(/\/+$/, ''),
      apiKey,
      headers: { authorization: `Bearer ${apiKey}`, 'cartesia-version': apiVersion },
    };
    this.addresses = [connection.baseUrl];
    this.speech = new CartesiaSpeech(connection, options);
    this.transcription = new CartesiaTranscription(connection, options);
  }
}
