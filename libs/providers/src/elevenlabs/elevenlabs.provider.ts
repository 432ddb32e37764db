import { probe } from '../http/probe.js';
import { vendorFailure } from '../http/vendor-failure.js';
import type { Provider, ProviderContext } from '../provider.js';
import { readElevenlabsError, type ElevenlabsConnection } from './elevenlabs.connection.js';
import type { ElevenlabsOptions } from './elevenlabs.options.js';
import { ElevenlabsSpeech } from './elevenlabs.speech.js';
import { ElevenlabsTranscription } from './elevenlabs.transcription.js';

/** Speech and transcription by ElevenLabs. */
export class ElevenlabsProvider implements Provider {
  readonly speech: ElevenlabsSpeech;
  readonly transcription: ElevenlabsTranscription;
  readonly addresses: readonly string[];
  private readonly connection: ElevenlabsConnection;

  constructor(options: ElevenlabsOptions, context: ProviderContext) {
    const { apiKey } = options;
    this.connection = {
      ...context,
      baseUrl: options.baseUrl.replace(/\/+$/, ''),
      apiKey,
      headers: { 'xi-api-key': apiKey },
    };
    this.addresses = [this.connection.baseUrl];
    this.speech = new ElevenlabsSpeech(this.connection, options);
    this.transcription = new ElevenlabsTranscription(this.connection, options);
  }

  /** Asks for the list of models. */
  async probe(signal: AbortSignal): Promise<void> {
    const { name: provider, http, baseUrl, headers, apiKey } = this.connection;
    await probe(
      {
        provider,
        ask: (within) => http.send({ method: 'GET', url: `${baseUrl}/v1/models`, headers }, within),
        failure: (response) => vendorFailure(response, readElevenlabsError, { provider, secrets: [apiKey] }),
      },
      signal,
    );
  }
}
