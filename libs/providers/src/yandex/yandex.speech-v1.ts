import type { AudioFormat, SpeechAudio, SpeechCapabilities, SpeechProvider, SpeechRequest } from '@parlance/contracts';
import { readAudio } from '../http/audio-body.js';
import { checkSpeechRequest } from '../requests/check-request.js';
import { ignored } from '../requests/ignored.js';
import { nearestRate } from '../requests/nearest-rate.js';
import { readChoices } from './yandex.choices.js';
import { expectSuccess, failureContext, type YandexConnection } from './yandex.connection.js';
import { withoutMarkup } from './yandex.text.js';
import { splitVoice, withRegion, yandexVoices } from './yandex.voices.js';

const FORMATS: Readonly<Partial<Record<AudioFormat, string>>> = { pcm: 'lpcm', opus: 'oggopus', mp3: 'mp3' };
const pcmRates = [8000, 16_000, 48_000];

/** `POST /speech/v1/tts:synthesize`: the audio is the body. */
export class YandexSpeechV1 implements SpeechProvider {
  readonly name: string;
  readonly capabilities: SpeechCapabilities = {
    ...yandexVoices('v1'),
    models: [{ id: 'speechkit-v1' }],
    anyVoice: true,
    formats: ['pcm', 'opus', 'mp3'],
    // 5000 characters, but a form of 15 KB too, in which a byte of Cyrillic is three: less than 5000 of those, with room for the rest of the form.
    maximumText: { unit: 'utf8-bytes', value: 4800 },
    speed: { min: 0.1, max: 3 },
    instructions: false,
    streaming: true,
  };

  constructor(private readonly connection: YandexConnection) {
    this.name = connection.name;
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    checkSpeechRequest(request, this.capabilities, this.name, signal);
    const { http, speechUrl, authorization } = this.connection;
    const { text, format, options } = request;
    const { choices, warnings } = readChoices(this.name, { role: 'string', markup: 'boolean' }, options);
    const spoken = choices.markup === true ? text : withoutMarkup(text);
    const sampleRate = format === 'pcm' ? nearestRate(pcmRates, request.sampleRate ?? 48_000) : 48_000;
    const response = await http.send(
      {
        method: 'POST',
        url: `${speechUrl}/speech/v1/tts:synthesize`,
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
        body: this.form(request, spoken, sampleRate, choices.role).toString(),
      },
      signal,
    );
    await expectSuccess(response, failureContext(this.connection, text, spoken));
    return {
      format,
      sampleRate,
      ...(await readAudio(response, this.name)),
      usage: { characters: text.length },
      warnings: [
        ...ignored(this.name, request, ['instructions', 'pitch', 'volumeGain'], format === 'pcm' ? [] : ['sampleRate']),
        ...warnings,
      ],
    };
  }

  private form({ voice, language, format, speed }: SpeechRequest, text: string, sampleRate: number, chosen?: string): URLSearchParams {
    const { folderId } = this.connection;
    const { speaker, role = chosen } = splitVoice(voice);
    return new URLSearchParams({
      text,
      lang: withRegion(language, this.capabilities.languages),
      voice: speaker,
      ...(role === undefined ? {} : { emotion: role }),
      ...(speed === 1 ? {} : { speed: String(speed) }),
      format: FORMATS[format] ?? format,
      ...(format === 'pcm' ? { sampleRateHertz: String(sampleRate) } : {}),
      ...(folderId === undefined ? {} : { folderId }),
    });
  }
}
