import type { AudioFormat, SpeechAudio, SpeechCapabilities, SpeechProvider, SpeechRequest } from '@parlance/contracts';
import { readAudio } from '../http/audio-body.js';
import { checkSpeechRequest } from '../requests/check-request.js';
import { vendorFailure } from '../http/vendor-failure.js';
import { ignored } from '../requests/ignored.js';
import { nearestRate } from '../requests/nearest-rate.js';
import { readCartesiaError, type CartesiaConnection } from './cartesia.connection.js';
import type { CartesiaOptions } from './cartesia.options.js';
import { SPOKEN_LANGUAGES, wireLanguage } from './cartesia.languages.js';

/** Hz. */
const sampleRates = [8000, 16_000, 22_050, 24_000, 44_100, 48_000];
/** Decibels of the volume factor 2, and, below zero, of 0.5. */
const doubled = 20 * Math.log10(2);

/** Voices that every account has; with Sonic 3 each speaks every language. */
const VOICES: readonly { id: string; name: string }[] = [
  { id: 'f786b574-daa5-4673-aa0c-cbe3e8534c02', name: 'Katie' },
  { id: '228fca29-3a0a-435c-8728-5cb483251068', name: 'Kiefer' },
  { id: '6ccbfb76-1fc6-48f7-b71d-91ac6298247b', name: 'Tessa' },
  { id: 'c961b81c-a935-4c17-bfb3-ba2239de8c2f', name: 'Kyle' },
];

/** `POST /tts/bytes`: the audio comes as it is made. */
export class CartesiaSpeech implements SpeechProvider {
  readonly name: string;
  readonly capabilities: SpeechCapabilities;

  constructor(
    private readonly connection: CartesiaConnection,
    private readonly options: CartesiaOptions,
  ) {
    const { speechModels = ['sonic-3', 'sonic-3.5'], voices, maximumCharacters } = options;
    const named = voices?.map((id) => ({ id, name: VOICES.find((voice) => voice.id === id)?.name ?? id })) ?? VOICES;
    this.name = connection.name;
    this.capabilities = {
      models: speechModels.map((id) => ({ id })),
      anyModel: true,
      voices: named.map((voice) => ({ ...voice, languages: SPOKEN_LANGUAGES })),
      anyVoice: true,
      languages: SPOKEN_LANGUAGES,
      formats: ['mp3', 'wav', 'pcm'],
      maximumText: { unit: 'characters', value: maximumCharacters },
      speed: { min: 0.6, max: 1.5 },
      volumeGain: { min: -doubled, max: doubled },
      instructions: false,
      streaming: true,
    };
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    checkSpeechRequest(request, this.capabilities, this.name, signal);
    const { http, baseUrl, headers, apiKey } = this.connection;
    const { text, format, sampleRate: wish = format === 'mp3' ? 44_100 : 24_000 } = request;
    const sampleRate = nearestRate(sampleRates, wish);
    const response = await http.send(
      {
        method: 'POST',
        url: `${baseUrl}/tts/bytes`,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(this.body(request, sampleRate)),
      },
      signal,
    );
    if (response.status !== 200) throw await vendorFailure(response, readCartesiaError, { provider: this.name, secrets: [apiKey, text] });
    return {
      format,
      sampleRate,
      ...(await readAudio(response, this.name)),
      usage: { characters: text.length },
      warnings: ignored(this.name, request, ['instructions', 'pitch']),
    };
  }

  private body({ text, model, voice, language, format, speed, volumeGain, options = {} }: SpeechRequest, sampleRate: number) {
    const generation = {
      ...(options['generation_config'] as object | undefined),
      ...(speed === 1 ? {} : { speed }),
      ...(volumeGain === 0 ? {} : { volume: volumeFactor(volumeGain) }),
    };
    return {
      ...options,
      model_id: model,
      transcript: text,
      voice: { mode: 'id', id: voice },
      // A request has a language or a locale, never both.
      ...(options['locale'] === undefined ? { language: wireLanguage(language) } : {}),
      output_format: this.outputFormat(format, sampleRate),
      ...(Object.keys(generation).length === 0 ? {} : { generation_config: generation }),
    };
  }

  private outputFormat(format: AudioFormat, sampleRate: number): object {
    if (format === 'mp3') return { container: 'mp3', sample_rate: sampleRate, bit_rate: this.options.mp3BitRate };
    return { container: format === 'wav' ? 'wav' : 'raw', encoding: 'pcm_s16le', sample_rate: sampleRate };
  }
}

/** Decibels -> factor, within what the vendor takes in spite of rounding. */
function volumeFactor(decibels: number): number {
  return Math.min(2, Math.max(0.5, 10 ** (decibels / 20)));
}
