import type { AudioFormat, SpeechAudio, SpeechCapabilities, SpeechProvider, SpeechRequest } from '@parlance/contracts';
import { readAudio } from '../http/audio-body.js';
import { checkSpeechRequest } from '../requests/check-request.js';
import { vendorFailure } from '../http/vendor-failure.js';
import { ignored } from '../requests/ignored.js';
import { nearestRate } from '../requests/nearest-rate.js';
import { deepgramRequestIds, deepgramUrl, readDeepgramError, type DeepgramConnection } from './deepgram.connection.js';
import { DEEPGRAM_SPEECH_LANGUAGES, DEEPGRAM_VOICES, takesSpeed } from './deepgram.voices.js';

interface Encoding {
  encoding: string;
  container?: string;
  /** Hz; what it is unless something else is wished for. */
  sampleRate: number;
  /** Hz; absent: it cannot be chosen. */
  sampleRates?: readonly number[];
}

const linear16 = { encoding: 'linear16', sampleRate: 24_000, sampleRates: [8000, 16_000, 24_000, 32_000, 48_000] };
const ENCODINGS: Readonly<Record<AudioFormat, Encoding>> = {
  mp3: { encoding: 'mp3', sampleRate: 22_050 },
  opus: { encoding: 'opus', container: 'ogg', sampleRate: 48_000 },
  wav: { ...linear16, container: 'wav' },
  pcm: { ...linear16, container: 'none' },
  flac: { encoding: 'flac', sampleRate: 48_000, sampleRates: [8000, 16_000, 22_050, 32_000, 48_000] },
  aac: { encoding: 'aac', sampleRate: 22_050 },
};

/** `POST /v1/speak`: the audio comes as it is made. */
export class DeepgramSpeech implements SpeechProvider {
  readonly name: string;
  readonly capabilities: SpeechCapabilities;

  constructor(
    private readonly connection: DeepgramConnection,
    maximumCharacters: number,
  ) {
    this.name = connection.name;
    this.capabilities = {
      models: [{ id: 'aura-2' }, { id: 'aura', description: 'The first generation, English only.' }],
      voices: DEEPGRAM_VOICES,
      anyVoice: true,
      anyModel: true,
      languages: DEEPGRAM_SPEECH_LANGUAGES,
      formats: Object.keys(ENCODINGS) as AudioFormat[],
      maximumText: { unit: 'characters', value: maximumCharacters },
      speed: { min: 0.7, max: 1.5 },
      instructions: false,
      streaming: true,
    };
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    checkSpeechRequest(request, this.capabilities, this.name, signal);
    const { http, headers, apiKey } = this.connection;
    const { text, voice, format, speed, options } = request;
    const { encoding, container, sampleRates, sampleRate: usual } = ENCODINGS[format];
    const sampleRate = sampleRates === undefined ? usual : nearestRate(sampleRates, request.sampleRate ?? usual);
    const withSpeed = takesSpeed(voice);
    const url = deepgramUrl(this.connection, '/v1/speak', {
      ...options,
      // The voice's name has the model's in it.
      model: voice,
      encoding,
      container,
      sample_rate: sampleRates === undefined ? undefined : sampleRate,
      speed: withSpeed && speed !== 1 ? speed : undefined,
    });
    const response = await http.send(
      { method: 'POST', url, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ text }) },
      signal,
    );
    if (response.status !== 200) {
      const context = { provider: this.name, secrets: [apiKey, text], requestIdHeaders: deepgramRequestIds };
      throw await vendorFailure(response, readDeepgramError, context);
    }
    return {
      format,
      sampleRate,
      ...(await readAudio(response, this.name)),
      usage: { characters: countOf(response.header('dg-char-count')) ?? text.length },
      warnings: ignored(this.name, request, ['pitch', 'volumeGain', 'instructions'], withSpeed ? [] : ['speed']),
    };
  }
}

function countOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}
