import type { Provider, ProviderContext } from '../provider.js';
import type { DeepgramConnection } from './deepgram.connection.js';
import type { DeepgramOptions } from './deepgram.options.js';
import { DeepgramSpeech } from './deepgram.speech.js';
import { DeepgramTranscription } from './deepgram.transcription.js';

/** Speech and transcription by Deepgram, in its cloud or self-hosted. */
export class DeepgramProvider implements Provider {
  readonly speech: DeepgramSpeech;
  readonly transcription: DeepgramTranscription;
  readonly addresses: readonly string[];

  constructor(options: DeepgramOptions, context: ProviderContext) {
    const { apiKey, baseUrl, maximumCharacters, modelImprovementOptOut } = options;
    const connection: DeepgramConnection = {
      ...context,
      baseUrl: baseUrl.replace(/\/+$/, ''),
      apiKey,
      headers: { authorization: `Token ${apiKey}` },
      query: modelImprovementOptOut === true ? { mip_opt_out: true } : {},
    };
    this.addresses = [connection.baseUrl];
    this.speech = new DeepgramSpeech(connection, maximumCharacters);
    this.transcription = new DeepgramTranscription(connection);
  }
}
