import type { Provider, ProviderContext } from '../provider.js';
import { azureAddresses } from './azure.addresses.js';
import type { AzureConnection } from './azure.connection.js';
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

  constructor(options: AzureOptions, context: ProviderContext) {
    const { apiKey, maximumCharacters, transcription, candidateLanguages = [] } = options;
    const connection: AzureConnection = {
      ...context,
      addresses: azureAddresses(options),
      headers: { 'ocp-apim-subscription-key': apiKey, 'user-agent': 'parlance' },
      apiKey,
    };
    this.addresses = Object.values(connection.addresses) as string[];
    this.speech = new AzureSpeech(connection, maximumCharacters);
    this.transcription = new AzureTranscription(
      connection,
      transcription === 'short' ? azureShort(candidateLanguages) : azureFast(options),
    );
  }
}
