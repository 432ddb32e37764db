import { probe } from '../http/probe.js';
import { vendorFailure } from '../http/vendor-failure.js';
import type { Provider, ProviderContext } from '../provider.js';
import { deepgramRequestIds, readDeepgramError, type DeepgramConnection } from './deepgram.connection.js';
import type { DeepgramOptions } from './deepgram.options.js';
import { DeepgramSpeech } from './deepgram.speech.js';
import { DeepgramTranscription } from './deepgram.transcription.js';

/** Speech and transcription by Deepgram, in its cloud or self-hosted. */
export class DeepgramProvider implements Provider {
  readonly speech: DeepgramSpeech;
  readonly transcription: DeepgramTranscription;
  readonly addresses: readonly string[];
  private readonly connection: DeepgramConnection;

  constructor(options: DeepgramOptions, context: ProviderContext) {
    const { apiKey, baseUrl, maximumCharacters, modelImprovementOptOut } = options;
    this.connection = {
      ...context,
      baseUrl: baseUrl.replace(/\/+$/, ''),
      apiKey,
      headers: { authorization: `Token ${apiKey}` },
      query: modelImprovementOptOut === true ? { mip_opt_out: true } : {},
    };
    this.addresses = [this.connection.baseUrl];
    this.speech = new DeepgramSpeech(this.connection, maximumCharacters);
    this.transcription = new DeepgramTranscription(this.connection);
  }

  /** Asks for the projects of the key: the list of models is told to anybody. */
  async probe(signal: AbortSignal): Promise<void> {
    const { name: provider, http, baseUrl, headers, apiKey } = this.connection;
    await probe(
      {
        provider,
        ask: (within) => http.send({ method: 'GET', url: `${baseUrl}/v1/projects`, headers }, within),
        failure: (response) =>
          vendorFailure(response, readDeepgramError, { provider, secrets: [apiKey], requestIdHeaders: deepgramRequestIds }),
      },
      signal,
    );
  }
}
