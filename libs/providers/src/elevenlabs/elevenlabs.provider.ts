import type { Provider, ProviderContext } from '../provider.js';
import type { ElevenlabsConnection } from './elevenlabs.connection.js';
import type { ElevenlabsOptions } from './elevenlabs.options.js';
import { ElevenlabsSpeech } from './elevenlabs.speech.js';
import { ElevenlabsTranscription } from './elevenlabs.transcription.js';

/** Speech and transcription by ElevenLabs. */
export class ElevenlabsProvider implements Provider {
  readonly speech: ElevenlabsSpeech;
  readonly transcription: ElevenlabsTranscription;
  readonly addresses: readonly string[];

  constructor(options: ElevenlabsOptions, context: ProviderContext) {
    const { apiKey } = options;
    const connection: ElevenlabsConnection = {
      ...context,
      baseUrl: options.baseUrl.replace(/\/+$/, ''),
      apiKey,
      headers: { 'xi-api-key': apiKey },
    };
    this.addresses = [connection.baseUrl];
    this.speech = new ElevenlabsSpeech(connection, options);
    this.transcription = new ElevenlabsTranscription(connection, options);
  }
}
