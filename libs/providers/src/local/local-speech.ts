import {
  InvalidRequestError,
  NotFoundError,
  supportsLanguage,
  throwIfAborted,
  TooLargeError,
  UnsupportedError,
  type SpeechAudio,
  type SpeechCapabilities,
  type SpeechProvider,
  type SpeechRequest,
  type Warning,
} from '@parlance/contracts';
import { ESPEAK_MODEL } from './espeak/espeak-voices.js';
import type { SpeechEngine } from './speech-engine.js';

const MAXIMUM_CHARACTERS = 1000;

/** Speech by the engines of this machine. Each has its own model and its own voices. */
export class LocalSpeech implements SpeechProvider {
  readonly name = 'local';
  readonly capabilities: SpeechCapabilities;

  /** @param engines the first is the default */
  constructor(private readonly engines: readonly SpeechEngine[]) {
    this.capabilities = {
      models: engines.map(({ model }) => model),
      voices: engines.flatMap(({ voices }) => voices),
      languages: [...new Set(engines.flatMap(({ languages }) => languages))],
      formats: ['pcm'],
      maximumText: { unit: 'characters', value: MAXIMUM_CHARACTERS },
      speed: { min: 0.25, max: 4 },
      pitch: { min: -20, max: 20 },
      volumeGain: { min: -20, max: 20 },
      instructions: false,
      streaming: true,
    };
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    throwIfAborted(signal);
    this.check(request);
    const warnings = ignoredOptions(request);
    const engine = this.choose(request);
    const text = request.text.replaceAll(/[^\P{Cc}\n\t]+/gu, ' ').trim();
    const audio = await engine.speak({ ...request, text }, signal);
    return { ...audio, usage: { characters: charactersOf(request.text), ...audio.usage }, warnings: [...warnings, ...audio.warnings] };
  }

  private check({ text, format, speed, pitch, volumeGain }: SpeechRequest): void {
    if (charactersOf(text) > MAXIMUM_CHARACTERS)
      throw new TooLargeError(`The local voices take at most ${MAXIMUM_CHARACTERS} characters at once.`, 'text');
    if (format !== 'pcm') throw new UnsupportedError('The local voices give pcm only.', 'format', { provider: this.name });
    if (!(speed >= 0.25 && speed <= 4)) throw new InvalidRequestError('speed must be 0.25 to 4.', 'speed');
    if (!(pitch >= -20 && pitch <= 20)) throw new InvalidRequestError('pitch must be -20 to 20 semitones.', 'pitch');
    if (!(volumeGain >= -20 && volumeGain <= 20)) throw new InvalidRequestError('volumeGain must be -20 to 20 decibels.', 'volumeGain');
  }

  private choose({ model, voice, language }: SpeechRequest): SpeechEngine {
    const { models, voices } = this.capabilities;
    const named = this.engines.find((engine) => engine.model.id === model);
    if (named === undefined) {
      const names = models.map(({ id }) => id);
      throw new NotFoundError('model', model, names, { provider: this.name, param: 'model', reason: 'model_not_found' });
    }
    const owner = this.engines.find((engine) => engine.ownsVoice(voice));
    if (owner === undefined) {
      const names = voices.map(({ id }) => id);
      throw new NotFoundError('voice', voice, names, { provider: this.name, param: 'voice', reason: 'voice_not_found' });
    }
    if (owner !== named) {
      const message = `The voice '${voice}' belongs to the model '${owner.model.id}', not to '${model}'.`;
      throw new UnsupportedError(message, 'voice', { provider: this.name });
    }
    const languages = owner.voices.find(({ id }) => id === voice)?.languages ?? owner.languages;
    if (supportsLanguage(languages, language)) return owner;
    const install = models.some(({ id }) => id === ESPEAK_MODEL) ? '' : 'install espeak-ng, ';
    const message =
      `The voice '${voice}' does not speak ${language}. Choose a voice of that language, ${install}set ` +
      'PARLANCE_LOCAL_SPEECH_MODEL (or the option customSpeechModel) to a model for the language, or configure another speech provider.';
    throw new UnsupportedError(message, 'language', { provider: this.name, reason: 'language_unsupported' });
  }
}

/** Counted as the limit is meant: one for each code point. */
function charactersOf(text: string): number {
  return Array.from(text).length;
}

function ignoredOptions({ instructions, options }: SpeechRequest): Warning[] {
  const ignored: Warning[] = [];
  const message = 'The local voices do not take it.';
  if (instructions !== undefined) ignored.push({ code: 'unsupported_option', param: 'instructions', message });
  for (const param of Object.keys(options ?? {})) ignored.push({ code: 'unsupported_option', param, message });
  return ignored;
}
