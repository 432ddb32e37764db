import {
  ParlanceError,
  type AudioFormat,
  type SpeechAudio,
  type SpeechCapabilities,
  type SpeechProvider,
  type SpeechRequest,
  type Warning,
} from '@parlance/contracts';
import { checkSpeechRequest } from '../requests/check-request.js';
import { field, textField } from '../http/json-fields.js';
import { ignored } from '../requests/ignored.js';
import { callGoogle, googleJson, type GoogleConnection } from './google.connection.js';
import { speechTag } from './google.languages.js';
import type { GoogleOptions } from './google.options.js';
import { CHOSEN_BY_GOOGLE, isGemini, languagesSpoken, SPEECH_MODELS, takesPitch, voicesOf } from './google.voices.js';

/** LINEAR16 comes as a WAV file, PCM as bare samples. */
const encodings: Readonly<Partial<Record<AudioFormat, string>>> = { wav: 'LINEAR16', mp3: 'MP3', opus: 'OGG_OPUS', pcm: 'PCM' };
/** Hz, of nearly every voice. */
const usualRate = 24_000;
const opusRates = [8000, 12_000, 16_000, 24_000, 48_000];
const pieceBytes = 64 * 1024;

/** `POST /v1/text:synthesize`: all the audio in one JSON answer. */
export class GoogleSpeech implements SpeechProvider {
  readonly name: string;
  readonly capabilities: SpeechCapabilities;

  constructor(
    private readonly connection: GoogleConnection,
    private readonly baseUrl: string,
    options: Pick<GoogleOptions, 'voices' | 'maximumTextBytes'>,
  ) {
    const voices = voicesOf(options.voices);
    this.name = connection.name;
    this.capabilities = {
      models: SPEECH_MODELS,
      voices,
      anyVoice: true,
      anyModel: true,
      languages: languagesSpoken(voices),
      formats: Object.keys(encodings) as AudioFormat[],
      maximumText: { unit: 'utf8-bytes', value: options.maximumTextBytes },
      speed: { min: 0.25, max: 4 },
      pitch: { min: -20, max: 20 },
      volumeGain: { min: -96, max: 16 },
      instructions: true,
      streaming: false,
    };
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    checkSpeechRequest(request, this.capabilities, this.name, signal);
    const { text, model, voice, format, sampleRate: asked, instructions } = request;
    const secrets = [text, instructions];
    const sampleRate = fittingRate(asked ?? usualRate, format);
    const url = `${this.baseUrl}/v1/text:synthesize`;
    const answer = await callGoogle(this.connection, { method: 'POST', url, json: synthesis(request, sampleRate), secrets }, signal);
    const audio = this.audioOf(answer, secrets);
    return {
      format,
      sampleRate,
      chunks: pieces(audio),
      usage: { characters: text.length },
      warnings: [
        ...ignored(this.name, request, isGemini(model) ? [] : ['instructions'], takesPitch(model, voice) ? [] : ['pitch']),
        ...changedRate(asked, sampleRate, this.name),
      ],
    };
  }

  private audioOf(answer: string, secrets: readonly (string | undefined)[]): Buffer {
    const provider = this.name;
    const content = answer === '' ? undefined : textField(googleJson(this.connection, answer, secrets), 'audioContent');
    const audio = Buffer.from(content ?? '', 'base64');
    if (audio.byteLength === 0) throw new ParlanceError('empty', `${provider} answered without any audio.`, { provider });
    return audio;
  }
}

/** The vendor's own options stand beside ours and never against them. */
function synthesis(request: SpeechRequest, sampleRateHertz: number): unknown {
  const { text, model, voice, language, format, speed, pitch, volumeGain, instructions, options = {} } = request;
  const part = (name: string) => (field(options, name) ?? {}) as Record<string, unknown>;
  return {
    ...options,
    input: { ...part('input'), text, ...(instructions !== undefined && isGemini(model) ? { prompt: instructions } : {}) },
    voice: {
      ...part('voice'),
      languageCode: speechTag(language, voice),
      ...(voice === CHOSEN_BY_GOOGLE ? {} : { name: voice }),
      ...(isGemini(model) ? { modelName: model } : {}),
    },
    audioConfig: {
      ...part('audioConfig'),
      audioEncoding: encodings[format],
      sampleRateHertz,
      ...(speed === 1 ? {} : { speakingRate: speed }),
      ...(pitch !== 0 && takesPitch(model, voice) ? { pitch } : {}),
      ...(volumeGain === 0 ? {} : { volumeGainDb: volumeGain }),
    },
  };
}

/** Google refuses a rate that the format does not have. */
function fittingRate(asked: number, format: AudioFormat): number {
  const within = Math.min(48_000, Math.max(8000, Math.round(asked)));
  return format === 'opus' ? (opusRates.find((rate) => rate >= within) ?? usualRate) : within;
}

function changedRate(asked: number | undefined, became: number, provider: string): Warning[] {
  if (asked === undefined || asked === became) return [];
  return [{ code: 'clipped', param: 'sampleRate', message: `${provider} does not make ${asked} Hz: it is ${became} Hz.` }];
}

async function* pieces(audio: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < audio.byteLength; start += pieceBytes) yield audio.subarray(start, start + pieceBytes);
}
