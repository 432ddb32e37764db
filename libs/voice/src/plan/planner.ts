import type { SpeechProvider, TranscriptionProvider } from '@parlance/contracts';
import { ProviderFactory } from '@parlance/providers';
import { Inject, Injectable } from '@nestjs/common';
import type { Utterance } from '../speech/utterance.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import type { ListedModel, ListedVoice } from '../voice.types.js';
import { planSpeech } from './plan-speech.js';
import { planTranscription, type TranscriptionWish } from './plan-transcription.js';
import type { Plan, SpeechCandidate, TranscriptionCandidate } from './plan.types.js';
import { pinnedProvider } from './resolve-names.js';

/** Who is there, under which names, and in which order they are asked. */
@Injectable()
export class Planner {
  constructor(
    private readonly factory: ProviderFactory,
    @Inject(VOICE_OPTIONS) private readonly options: VoiceModuleOptions,
  ) {}

  get maximumTextCharacters(): number {
    return this.options.maximumTextCharacters ?? 100_000;
  }

  speech(utterance: Utterance, asked?: readonly string[]): Plan<SpeechCandidate> {
    return planSpeech(utterance, this.speakers(asked, utterance.model), this.options);
  }

  transcription(wish: TranscriptionWish, asked?: readonly string[]): Plan<TranscriptionCandidate> {
    return planTranscription(wish, this.listeners(asked, wish.model), this.options.models ?? {});
  }

  async warmUp(): Promise<void> {
    await this.factory.warmUp();
  }

  /** Every name a caller may give as `model`. */
  models(): ListedModel[] {
    const own = <Operation extends ListedModel['operation']>(
      operation: Operation,
      providers: readonly (SpeechProvider | TranscriptionProvider)[],
    ) =>
      providers.flatMap(({ name, capabilities }) =>
        capabilities.models.map(({ id }) => ({ id: `${name}/${id}`, ownedBy: name, operation })),
      );
    const speaking = own('speak', this.speakers());
    const listening = own('transcribe', this.listeners());
    const aliases = Object.entries(this.options.models ?? {}).flatMap(([id, mapping]): ListedModel[] => {
      const means = (listed: readonly ListedModel[]) =>
        Object.entries(mapping).some(([name, model]) => listed.some((one) => one.id === `${name}/${model}`));
      return [
        ...(means(speaking) ? [{ id, ownedBy: 'parlance', operation: 'speak' as const }] : []),
        ...(means(listening) ? [{ id, ownedBy: 'parlance', operation: 'transcribe' as const }] : []),
      ];
    });
    return [...aliases, ...speaking, ...listening];
  }

  /** Every name a caller may give as `voice`: aliases first. */
  voices(): ListedVoice[] {
    const providers = this.speakers();
    const own = providers.flatMap(({ name, capabilities }) =>
      capabilities.voices.map((voice) => ({ id: voice.id, name: voice.name, providers: [name], languages: voice.languages, alias: false })),
    );
    const aliases = Object.entries(this.options.voices ?? {}).map(([id, mapping]) => {
      const mapped = providers.filter(({ name }) => mapping[name] !== undefined);
      const languages = new Set(mapped.flatMap(({ capabilities }) => capabilities.languages));
      return { id, name: id, providers: mapped.map(({ name }) => name), languages: [...languages], alias: true };
    });
    return [...aliases.filter(({ providers: mapped }) => mapped.length > 0), ...own];
  }

  private speakers(asked?: readonly string[], model?: string): SpeechProvider[] {
    const all = this.factory.speechNames();
    return namesFor(asked ?? this.options.speechPlan ?? all, all, model).map((name) => this.factory.speechProvider(name));
  }

  private listeners(asked?: readonly string[], model?: string): TranscriptionProvider[] {
    const all = this.factory.transcriptionNames();
    return namesFor(asked ?? this.options.transcriptionPlan ?? all, all, model).map((name) => this.factory.transcriptionProvider(name));
  }
}

/** `provider/model` asks for that provider, whether or not the plan has it. */
function namesFor(plan: readonly string[], all: readonly string[], model: string | undefined): readonly string[] {
  const { provider } = pinnedProvider(model, all);
  return provider === undefined ? plan : [provider];
}
