import { listField } from '../http/json-fields.js';
import { withinProbe } from '../http/probe.js';
import type { Provider, ProviderContext, ProviderDiagnosis } from '../provider.js';
import { callGoogle, googleJson, type GoogleConnection } from './google.connection.js';
import { GoogleCredentials } from './google.credentials.js';
import type { GoogleOptions } from './google.options.js';
import { GoogleSpeech } from './google.speech.js';
import { GoogleTranscription } from './google.transcription.js';

/** Speech by Google Cloud Text-to-Speech, transcription by Google Cloud Speech-to-Text. */
export class GoogleProvider implements Provider {
  readonly speech: GoogleSpeech;
  readonly transcription: GoogleTranscription;
  readonly addresses: readonly string[];
  private readonly connection: GoogleConnection;
  private readonly speechBaseUrl: string;

  constructor(options: GoogleOptions, context: ProviderContext) {
    const { apiKey, speechBaseUrl, transcriptionBaseUrl, storageBaseUrl, apiVersion, location } = options;
    const regional = apiVersion === 'v2' && location !== 'global' ? `${location}-` : '';
    this.connection = { ...context, apiKey, credentials: new GoogleCredentials(context.name, options) };
    this.speechBaseUrl = withoutSlash(speechBaseUrl ?? 'https://texttospeech.googleapis.com');
    this.speech = new GoogleSpeech(this.connection, this.speechBaseUrl, options);
    const transcriptionUrl = withoutSlash(transcriptionBaseUrl ?? `https://${regional}speech.googleapis.com`);
    this.addresses = [this.speechBaseUrl, transcriptionUrl];
    this.transcription = new GoogleTranscription(this.connection, options, {
      transcription: transcriptionUrl,
      storage: withoutSlash(storageBaseUrl ?? 'https://storage.googleapis.com'),
    });
  }

  /** Asks for the voices of one language. */
  async probe(signal: AbortSignal): Promise<void> {
    const url = `${this.speechBaseUrl}/v1/voices?languageCode=en-US`;
    await withinProbe(this.connection.name, signal, async (within) => {
      googleJson(this.connection, await callGoogle(this.connection, { method: 'GET', url }, within), []);
    });
  }

  /** Asks for the list of voices, which costs nothing. */
  async diagnose(): Promise<readonly ProviderDiagnosis[]> {
    const { name: provider } = this.connection;
    try {
      const url = `${this.speechBaseUrl}/v1/voices`;
      const answer = await callGoogle(this.connection, { method: 'GET', url }, new AbortController().signal);
      const voices = listField(googleJson(this.connection, answer, []), 'voices').length;
      return [{ provider, part: 'speech', state: 'ok', detail: `${voices} voices.` }];
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'It cannot be asked.';
      const remedy = 'Check the key or the key file, and that Text-to-Speech and Speech-to-Text are enabled in the project.';
      return [{ provider, part: 'speech', state: 'broken', detail, remedy }];
    }
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
