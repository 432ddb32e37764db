import type { AudioFormat, SpeechAudio, SpeechCapabilities, SpeechProvider, SpeechRequest } from '@parlance/contracts';
import { expectBytes } from '../http/audio-body.js';
import { checkSpeechRequest } from '../requests/check-request.js';
import type { HttpResponse } from '../http/http-client.js';
import { field, textField } from '../http/json-fields.js';
import type { FailureContext } from '../http/vendor-failure.js';
import { ignored } from '../requests/ignored.js';
import { jsonObjects } from './json-objects.js';
import { readChoices } from './yandex.choices.js';
import { expectSuccess, failureContext, failureWithin, v3Headers, type YandexConnection } from './yandex.connection.js';
import { withoutMarkup } from './yandex.text.js';
import { splitVoice, yandexVoices } from './yandex.voices.js';

const CHOICES = { role: 'string', pitchShift: 'number', markup: 'boolean', unsafeMode: 'boolean' } as const;
type Choices = ReturnType<typeof readChoices<typeof CHOICES>>['choices'];

/** What Yandex brings a voice to, LUFS. */
const usualLoudness = -19;
/** Slower than this, even a text that is not too long may last longer than the 24 seconds of one request. */
const slow = 0.8;

/**
 * `POST /tts/v3/utteranceSynthesis`: lines of JSON, each with a piece of the audio. WAV is left to libs/audio, which
 * makes it of the samples: a header that comes before the end cannot know the length.
 */
export class YandexSpeechV3 implements SpeechProvider {
  readonly name: string;
  readonly capabilities: SpeechCapabilities;

  constructor(
    private readonly connection: YandexConnection,
    private readonly unsafeMode: boolean,
  ) {
    this.name = connection.name;
    this.capabilities = {
      ...yandexVoices('v3'),
      models: [{ id: 'speechkit-v3' }],
      anyVoice: true,
      formats: ['pcm', 'opus', 'mp3'],
      // 5000 or 250, with room for what setting markup apart adds.
      maximumText: { unit: 'characters', value: unsafeMode ? 4900 : 240 },
      speed: { min: 0.1, max: 3 },
      volumeGain: { min: -96, max: 16 },
      instructions: false,
      streaming: true,
    };
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    checkSpeechRequest(request, this.capabilities, this.name, signal);
    const { http, speechUrl } = this.connection;
    const { text, format, options } = request;
    const { choices, warnings } = readChoices(this.name, CHOICES, options);
    const spoken = choices.markup === true ? text : withoutMarkup(text);
    const sampleRate = format === 'pcm' ? Math.min(48_000, Math.max(8000, Math.round(request.sampleRate ?? 24_000))) : usualRate[format];
    const response = await http.send(
      {
        method: 'POST',
        url: `${speechUrl}/tts/v3/utteranceSynthesis`,
        headers: { ...v3Headers(this.connection), 'content-type': 'application/json' },
        body: JSON.stringify(this.body(request, spoken, sampleRate, choices)),
      },
      signal,
    );
    const context = failureContext(this.connection, text, spoken);
    await expectSuccess(response, context);
    return {
      format,
      sampleRate,
      chunks: expectBytes(audioOf(response, context), this.name),
      usage: { characters: text.length },
      warnings: [...ignored(this.name, request, ['instructions', 'pitch'], format === 'pcm' ? [] : ['sampleRate']), ...warnings],
    };
  }

  private body({ voice, format, speed, volumeGain }: SpeechRequest, text: string, sampleRate: number, choices: Choices) {
    const { speaker, role = choices.role } = splitVoice(voice);
    const { pitchShift, unsafeMode = this.unsafeMode || speed < slow } = choices;
    return {
      text,
      // One setting to a hint: that is how Yandex takes them.
      hints: [
        { voice: speaker },
        ...(role === undefined ? [] : [{ role }]),
        ...(speed === 1 ? [] : [{ speed }]),
        ...(volumeGain === 0 ? [] : [{ volume: usualLoudness + volumeGain }]),
        ...(pitchShift === undefined ? [] : [{ pitchShift }]),
      ],
      outputAudioSpec:
        format === 'pcm'
          ? { rawAudio: { audioEncoding: 'LINEAR16_PCM', sampleRateHertz: String(sampleRate) } }
          : { containerAudio: { containerAudioType: format === 'opus' ? 'OGG_OPUS' : 'MP3' } },
      ...(volumeGain === 0 ? {} : { loudnessNormalizationType: 'LUFS' }),
      ...(unsafeMode ? { unsafeMode } : {}),
    };
  }
}

/** Hz, of what is not asked for with a rate. */
const usualRate: Readonly<Record<AudioFormat, number>> = { mp3: 22_050, opus: 48_000, wav: 22_050, pcm: 24_000, aac: 22_050, flac: 22_050 };

async function* audioOf(response: HttpResponse, context: FailureContext): AsyncGenerator<Uint8Array> {
  for await (const line of jsonObjects(response.body, context.provider)) {
    if (field(line, 'error') !== undefined) throw failureWithin(line, response, context);
    const chunk = field(field(line, 'result') ?? line, 'audioChunk');
    const data = textField(chunk, 'data');
    if (data !== undefined) yield Buffer.from(data, 'base64');
  }
}
