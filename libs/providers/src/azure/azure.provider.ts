import { probe } from '../http/probe.js';
import { vendorFailure } from '../http/vendor-failure.js';
import type { Provider, ProviderContext } from '../provider.js';
import { azureAddresses } from './azure.addresses.js';
import { azureRequestIds, readAzureError, type AzureConnection } from './azure.connection.js';
import { azureFast } from './azure.fast-transcription.js';
import type { AzureOptions } from './azure.options.js';
import { azureShort } from './azure.short-transcription.js';
import { AzureSpeech } from './azure.speech.js';
import { AzureTranscription } from './azure.transcription.js';

/** Speech and transcription by Azure Speech. */
export class AzureProvider implements Provider {
  readonly speech: AzureSpeech;
  readonly transcription: AzureTranscription;
  readonly addresses: readonly string[];
  private readonly connection: AzureConnection;

  constructor(options: AzureOptions, context: ProviderContext) {
    const { apiKey, maximumCharacters, transcription, candidateLanguages = [] } = options;
    this.connection = {
      ...context,
      addresses: azureAddresses(options),
      headers: { 'ocp-apim-subscription-key': apiKey, 'user-agent': 'parlance' },
      apiKey,
    };
    this.addresses = Object.values(this.connection.addresses) as string[];
    this.speech = new AzureSpeech(this.connection, maximumCharacters);
    this.transcription = new AzureTranscription(
      this.connection,
      transcription === 'short' ? azureShort(candidateLanguages) : azureFast(options),
    );
  }

  /** Asks for the list of voices. */
  async probe(signal: AbortSignal): Promise<void> {
    const { name: provider, http, addresses, headers, apiKey } = this.connection;
    await probe(
      {
        provider,
        ask: (within) => http.send({ method: 'GET', url: `${addresses.speech}/cognitiveservices/voices/list`, headers }, within),
        failure: (response) => vendorFailure(response, readAzureError, { provider, secrets: [apiKey], requestIdHeaders: azureRequestIds }),
      },
      signal,
    );
  }
}
