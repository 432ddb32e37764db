import { TooLargeError, type SpeechAudio, type SpeechCapabilities, type SpeechProvider, type SpeechRequest } from '@parlance/contracts';
import { readAudio } from '../http/audio-body.js';
import { checkSpeechRequest } from '../requests/check-request.js';
import { ignored } from '../requests/ignored.js';
import { nearestRate } from '../requests/nearest-rate.js';
import type { PollyConnection } from './polly.connection.js';
import { pollyFailure } from './polly.errors.js';
import { toSsml } from './polly.ssml.js';
import { languageCodeOf, POLLY_LANGUAGES, POLLY_VOICES } from './polly.voices.js';

type PollyFormat = 'mp3' | 'opus' | 'pcm';

/** Rates in Hz; `sampleRate` is what it is where nobody asks for anything. */
const wireFormats: Readonly<Record<PollyFormat, { outputFormat: string; sampleRates: readonly number[]; sampleRate: number }>> = {
  mp3: { outputFormat: 'mp3', sampleRates: [8000, 16_000, 22_050, 24_000, 44_100, 48_000], sampleRate: 24_000 },
  opus: { outputFormat: 'ogg_opus', sampleRates: [48_000], sampleRate: 48_000 },
  pcm: { outputFormat: 'pcm', sampleRates: [8000, 16_000], sampleRate: 16_000 },
};

/** Characters with all markup; those that are spoken have a limit of their own. */
const maximumSsml = 6000;

/** `POST /v1/speech`: the audio comes as it is made. */
export class PollySpeech implements SpeechProvider {
  readonly name: string;
  readonly capabilities: SpeechCapabilities = {
    models: ['neural', 'generative', 'long-form', 'standard'].map((id) => ({ id })),
    voices: POLLY_VOICES,
    anyVoice: true,
    languages: POLLY_LANGUAGES,
    formats: Object.keys(wireFormats) as PollyFormat[],
    maximumText: { unit: 'characters', value: 3000 },
    speed: { min: 0.2, max: 2 },
    // Of the engines only `standard` does it: the others warn.
    pitch: { min: -7, max: 7 },
    volumeGain: { min: -20, max: 4 },
    instructions: false,
    streaming: true,
  };

  constructor(private readonly connection: PollyConnection) {
    this.name = connection.name;
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    checkSpeechRequest(request, this.capabilities, this.name, signal);
    const { text, sampleRate: wanted, instructions } = request;
    const format = request.format as PollyFormat;
    const { sampleRates, sampleRate: usual } = wireFormats[format];
    const sampleRate = wanted === undefined ? usual : nearestRate(sampleRates, wanted);
    const response = await this.connection.post('/v1/speech', this.body(request, wireFormats[format].outputFormat, sampleRate), signal);
    if (response.status !== 200) {
      throw await pollyFailure(response, this.name, [...this.connection.secrets, text, instructions]);
    }
    const billed = Number(response.header('x-amzn-requestcharacters') ?? Number.NaN);
    return {
      format,
      sampleRate,
      ...(await readAudio(response, this.name)),
      usage: { characters: Number.isSafeInteger(billed) ? billed : text.length },
      warnings: ignored(
        this.name,
        request,
        ['instructions'],
        takesPitch(request) ? [] : ['pitch'],
        wanted === sampleRate ? [] : ['sampleRate'],
      ),
    };
  }

  private body(request: SpeechRequest, outputFormat: string, sampleRate: number): Record<string, unknown> {
    const { text, model, voice, language, options } = request;
    const ssml = toSsml(text, takesPitch(request) ? request : { ...request, pitch: 0 });
    if (ssml !== undefined && ssml.length > maximumSsml) {
      throw new TooLargeError(`${this.name} takes at most ${maximumSsml} characters with markup at once. Send the text in parts.`, 'input');
    }
    const languageCode = languageCodeOf(voice, language);
    return {
      ...options,
      Engine: model,
      ...(languageCode === undefined ? {} : { LanguageCode: languageCode }),
      OutputFormat: outputFormat,
      SampleRate: String(sampleRate),
      Text: ssml ?? text,
      TextType: ssml === undefined ? 'text' : 'ssml',
      VoiceId: voice,
    };
  }
}

function takesPitch({ model }: SpeechRequest): boolean {
  return model === 'standard';
}
