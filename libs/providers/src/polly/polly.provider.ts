import { probe } from '../http/probe.js';
import type { Provider, ProviderContext } from '../provider.js';
import { PollyConnection } from './polly.connection.js';
import { pollyFailure } from './polly.errors.js';
import type { PollyOptions } from './polly.options.js';
import { PollySpeech } from './polly.speech.js';

/** Speech by AWS Polly. */
export class PollyProvider implements Provider {
  readonly speech: PollySpeech;
  readonly addresses: readonly string[];
  private readonly connection: PollyConnection;

  constructor(options: PollyOptions, context: ProviderContext) {
    this.connection = new PollyConnection(options, context);
    this.addresses = [this.connection.baseUrl];
    this.speech = new PollySpeech(this.connection);
  }

  /** Asks for the list of voices. */
  async probe(signal: AbortSignal): Promise<void> {
    const { name: provider, secrets } = this.connection;
    await probe(
      {
        provider,
        ask: (within) => this.connection.get('/v1/voices', within),
        failure: (response) => pollyFailure(response, provider, secrets),
      },
      signal,
    );
  }
}
