import {
  UnsupportedError,
  type SpeechAudio,
  type SpeechCapabilities,
  type SpeechProvider,
  type SpeechRequest,
  type Warning,
} from '@parlance/contracts';
import { readAudio } from '../http/audio-body.js';
import { checkSpeechRequest } from '../requests/check-request.js';
import { vendorFailure } from '../http/vendor-failure.js';
import { ignored } from '../requests/ignored.js';
import { azureRequestIds, readAzureError, type AzureConnection } from './azure.connection.js';
import { AZURE_FORMATS, azureOutput } from './azure.output-formats.js';
import { AZURE_SPEECH_OPTIONS, azureSsml, escapeXml } from './azure.ssml.js';
import { AZURE_SPEECH_LANGUAGES, AZURE_VOICES } from './azure.voices.js';

/** `POST /cognitiveservices/v1`: the audio comes as it is made. */
export class AzureSpeech implements SpeechProvider {
  readonly name: string;
  readonly capabilities: SpeechCapabilities;

  constructor(
    private readonly connection: AzureConnection,
    maximumCharacters: number,
  ) {
    this.name = connection.name;
    this.capabilities = {
      models: [{ id: 'neural' }],
      voices: AZURE_VOICES,
      anyVoice: true,
      languages: AZURE_SPEECH_LANGUAGES,
      formats: AZURE_FORMATS,
      maximumText: { unit: 'characters', value: maximumCharacters },
      speed: { min: 0.5, max: 2 },
      // Half to one and a half of the frequency.
      pitch: { min: -12, max: 7 },
      // Silence to one and a half of the amplitude.
      volumeGain: { min: -40, max: 3.5 },
      instructions: false,
      streaming: true,
    };
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    checkSpeechRequest(request, this.capabilities, this.name, signal);
    const output = azureOutput(request.format, request.sampleRate);
    if (output === undefined)
      throw new UnsupportedError(`${this.name} does not make ${request.format}.`, 'format', { provider: this.name });
    const { http, headers, addresses, apiKey } = this.connection;
    const response = await http.send(
      {
        method: 'POST',
        url: `${addresses.speech}/cognitiveservices/v1`,
        headers: { ...headers, 'content-type': 'application/ssml+xml', 'x-microsoft-outputformat': output.name },
        body: azureSsml(request),
      },
      signal,
    );
    if (response.status !== 200) {
      const context = { provider: this.name, secrets: [apiKey, request.text, escapeXml(request.text)], requestIdHeaders: azureRequestIds };
      throw await vendorFailure(response, readAzureError, context);
    }
    return {
      format: request.format,
      sampleRate: output.sampleRate,
      ...(await readAudio(response, this.name)),
      usage: { characters: request.text.length },
      warnings: [...ignored(this.name, request, ['instructions']), ...this.unknownOptions(request)],
    };
  }

  private unknownOptions({ options = {} }: SpeechRequest): Warning[] {
    return Object.keys(options)
      .filter((option) => !AZURE_SPEECH_OPTIONS.includes(option))
      .map((option) => ({
        code: 'unsupported_option',
        param: 'options',
        message: `${this.name} takes ${AZURE_SPEECH_OPTIONS.join(', ')}; '${option.slice(0, 64)}' was left out.`,
      }));
  }
}
