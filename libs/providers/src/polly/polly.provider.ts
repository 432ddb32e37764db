import type { Provider, ProviderContext } from '../provider.js';
import { PollyConnection } from './polly.connection.js';
import type { PollyOptions } from './polly.options.js';
import { PollySpeech } from './polly.speech.js';

/** Speech by AWS Polly. */
export class PollyProvider implements Provider {
  readonly speech: PollySpeech;

  readonly addresses: readonly string[];

  constructor(options: PollyOptions, context: ProviderContext) {
    const connection = new PollyConnection(options, context);
    this.addresses = [connection.baseUrl];
    this.speech = new PollySpeech(connection);
  }
}
