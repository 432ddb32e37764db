import type { Provider, ProviderContext } from '../provider.js';
import { PollyConnection } from './polly.connection.js';
import type { PollyOptions } from './polly.options.js';
import { PollySpeech } from './polly.speech.js';

/** Speech by AWS Polly. */
export class PollyProvider implements Provider {
  readonly speech: PollySpeech;

  constructor(options: PollyOptions, context: ProviderContext) {
    this.speech = new PollySpeech(new PollyConnection(options, context));
  }
}
