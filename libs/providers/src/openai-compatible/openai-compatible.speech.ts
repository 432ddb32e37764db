import type { SpeechAudio, SpeechCapabilities, SpeechProvider, SpeechRequest } from '@parlance/contracts';
import { readAudio } from '../http/audio-body.js';
import { checkSpeechRequest } from '../requests/check-request.js';
import { vendorFailure } from '../http/vendor-failure.js';
import { ignored } from '../requests/ignored.js';
import { readOpenaiError, type OpenaiCompatibleConnection } from './openai-compatible.connection.js';
import type { Server } from './servers.js';

/** What `pcm` of these servers is. */
const sampleRate = 24_000;

/** `POST /audio/speech`: the audio comes as it is made. */
export class OpenaiCompatibleSpeech implements SpeechProvider {
  readonly name: string;
  readonly capabilities: SpeechCapabilities;

  constructor(
    private readonly connection: OpenaiCompatibleConnection,
    private readonly server: NonNullable<Server['speech']>,
  ) {
    const { models, voices, formats, languages, maximumText, withoutInstructions } = server;
    this.name = connection.name;
    this.capabilities = {
      models: models.map((id) => ({ id })),
      voices: voices.map((id) => ({ id, name: id, languages })),
      languages,
      formats,
      maximumText,
      speed: { min: 0.25, max: 4 },
      instructions: withoutInstructions !== true,
      streaming: true,
    };
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    checkSpeechRequest(request, this.capabilities, this.name, signal);
    const { http, baseUrl, headers, apiKey } = this.connection;
    const { text, model, voice, format, speed, instructions, options } = request;
    const instructed = instructions !== undefined && this.takesInstructions(model);
    const body = {
      ...options,
      model,
      input: text,
      voice,
      response_format: format,
      ...(speed === 1 ? {} : { speed }),
      ...(instructed ? { instructions } : {}),
    };
    const response = await http.send(
      {
        method: 'POST',
        url: `${baseUrl}/audio/speech`,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
      signal,
    );
    if (response.status !== 200)
      throw await vendorFailure(response, readOpenaiError, { provider: this.name, secrets: [apiKey, text, instructions] });
    return {
      format,
      sampleRate,
      ...(await readAudio(response, this.name)),
      usage: { characters: text.length },
      warnings: ignored(this.name, request, instructed ? [] : ['instructions'], ['pitch', 'volumeGain', 'sampleRate']),
    };
  }

  private takesInstructions(model: string): boolean {
    const { withoutInstructions } = this.server;
    return withoutInstructions !== true && !withoutInstructions.includes(model);
  }
}
