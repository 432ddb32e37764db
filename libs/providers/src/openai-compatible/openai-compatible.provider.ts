import { probe } from '../http/probe.js';
import { vendorFailure } from '../http/vendor-failure.js';
import type { Provider, ProviderContext } from '../provider.js';
import { readOpenaiError, type OpenaiCompatibleConnection } from './openai-compatible.connection.js';
import type { OpenaiCompatibleOptions } from './openai-compatible.options.js';
import { OpenaiCompatibleSpeech } from './openai-compatible.speech.js';
import { OpenaiCompatibleTranscription } from './openai-compatible.transcription.js';
import { SERVERS, type Server } from './servers.js';

/** Speech and transcription by any server with OpenAI's audio API. */
export class OpenaiCompatibleProvider implements Provider {
  readonly speech?: OpenaiCompatibleSpeech;
  readonly transcription?: OpenaiCompatibleTranscription;
  readonly addresses: readonly string[];
  private readonly connection: OpenaiCompatibleConnection;

  constructor(options: OpenaiCompatibleOptions, context: ProviderContext) {
    const server: Server = SERVERS[options.server];
    const { apiKey, organization, project, speechModels, voices, transcriptionModels } = options;
    this.connection = {
      ...context,
      baseUrl: (options.baseUrl ?? server.baseUrl ?? '').replace(/\/+$/, ''),
      apiKey,
      headers: {
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(organization === undefined ? {} : { 'openai-organization': organization }),
        ...(project === undefined ? {} : { 'openai-project': project }),
      },
    };
    this.addresses = [this.connection.baseUrl];
    if (server.speech !== undefined) {
      const { speech } = server;
      this.speech = new OpenaiCompatibleSpeech(this.connection, {
        ...speech,
        models: speechModels ?? speech.models,
        voices: voices ?? speech.voices,
      });
    }
    if (server.transcription !== undefined) {
      const { transcription } = server;
      this.transcription = new OpenaiCompatibleTranscription(this.connection, {
        ...transcription,
        models: transcriptionModels ?? transcription.models,
      });
    }
  }

  /** Asks for the list of models. */
  async probe(signal: AbortSignal): Promise<void> {
    const { name: provider, http, baseUrl, headers, apiKey } = this.connection;
    await probe(
      {
        provider,
        ask: (within) => http.send({ method: 'GET', url: `${baseUrl}/models`, headers }, within),
        failure: (response) => vendorFailure(response, readOpenaiError, { provider, secrets: [apiKey] }),
      },
      signal,
    );
  }
}
