import {
  NotFoundError,
  primaryLanguage,
  type SpeechAudio,
  type SpeechCapabilities,
  type SpeechProvider,
  type SpeechRequest,
} from '@parlance/contracts';
import { readAudio } from '../http/audio-body.js';
import { checkSpeechRequest } from '../requests/check-request.js';
import type { HttpResponse } from '../http/http-client.js';
import { vendorFailure } from '../http/vendor-failure.js';
import { ignored } from '../requests/ignored.js';
import { readElevenlabsError, written, type ElevenlabsConnection } from './elevenlabs.connection.js';
import type { ElevenlabsOptions } from './elevenlabs.options.js';
import { outputFormat } from './elevenlabs.output-formats.js';
import { FLASH_LANGUAGES, MODELS, takesLanguage, VOICES } from './elevenlabs.voices.js';

/** The vendor's options that go into the query. */
const queryOptions: readonly string[] = ['enable_logging', 'optimize_streaming_latency'];

/** `POST /v1/text-to-speech/{voice}/stream`: the audio comes as it is made. */
export class ElevenlabsSpeech implements SpeechProvider {
  readonly name: string;
  readonly capabilities: SpeechCapabilities;

  constructor(
    private readonly connection: ElevenlabsConnection,
    { speechModels = MODELS, voices, languages = FLASH_LANGUAGES, formats, maximumCharacters }: ElevenlabsOptions,
  ) {
    const named = voices?.map((id) => ({ id, name: VOICES.find((voice) => voice.id === id)?.name ?? id })) ?? VOICES;
    this.name = connection.name;
    this.capabilities = {
      models: speechModels.map((id) => ({ id })),
      anyModel: true,
      voices: named.map((voice) => ({ ...voice, languages })),
      anyVoice: true,
      languages,
      formats,
      maximumText: { unit: 'characters', value: maximumCharacters },
      speed: { min: 0.7, max: 1.2 },
      instructions: false,
      streaming: true,
    };
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    checkSpeechRequest(request, this.capabilities, this.name, signal);
    const { http, headers, apiKey } = this.connection;
    const { name, sampleRate } = outputFormat(request);
    const response = await http.send(
      {
        method: 'POST',
        url: this.address(request, name),
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(bodyOf(request)),
      },
      signal,
    );
    if (response.status !== 200)
      throw await vendorFailure(response, readElevenlabsError, { provider: this.name, secrets: [apiKey, request.text] });
    return {
      format: request.format,
      sampleRate,
      ...(await readAudio(response, this.name)),
      usage: { characters: costOf(response) ?? request.text.length },
      warnings: ignored(this.name, request, ['instructions', 'pitch', 'volumeGain']),
    };
  }

  private address({ voice, options = {} }: SpeechRequest, format: string): URL {
    // A path of dots alone would lead elsewhere.
    if (/^\.*$/.test(voice)) throw new NotFoundError('voice', voice, undefined, { provider: this.name, param: 'voice' });
    const url = new URL(`${this.connection.baseUrl}/v1/text-to-speech/${encodeURIComponent(voice)}/stream`);
    for (const option of queryOptions) if (options[option] !== undefined) url.searchParams.set(option, written(options[option]));
    url.searchParams.set('output_format', format);
    return url;
  }
}

function bodyOf({ text, model, language, speed, options = {} }: SpeechRequest): Record<string, unknown> {
  const { voice_settings: settings, ...others } = options;
  const given = Object.entries(others).filter(([option]) => !queryOptions.includes(option));
  const voiceSettings = { ...(settings as object | undefined), ...(speed === 1 ? {} : { speed }) };
  return {
    ...Object.fromEntries(given),
    text,
    model_id: model,
    ...(takesLanguage(model) ? { language_code: wireLanguage(language) } : {}),
    ...(Object.keys(voiceSettings).length === 0 ? {} : { voice_settings: voiceSettings }),
  };
}

/** ISO 639-1; Bokmål goes by the name of the whole language. */
function wireLanguage(language: string): string {
  const primary = primaryLanguage(language);
  return primary === 'nb' ? 'no' : primary;
}

/** What the account is charged, which differs from the characters of the text for some models. */
function costOf(response: HttpResponse): number | undefined {
  const cost = response.header('character-cost');
  return cost !== undefined && /^\d+$/.test(cost) ? Number(cost) : undefined;
}
