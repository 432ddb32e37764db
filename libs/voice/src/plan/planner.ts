import type { SpeechProvider, TranscriptionProvider } from '@parlance/contracts';
import { ProviderFactory, type RetiringModel } from '@parlance/providers';
import { Inject, Injectable } from '@nestjs/common';
import type { Utterance } from '../speech/utterance.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import type { ListedModel, ListedVoice } from '../voice.types.js';
import { planSpeech } from './plan-speech.js';
import { planTranscription, type TranscriptionWish } from './plan-transcription.js';
import type { Plan, SpeechCandidate, TranscriptionCandidate } from './plan.types.js';
import { pinnedProvider, resolveModel } from './resolve-names.js';

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

  /** Models whose end is announced, the next to end first. */
  retiringModels(): readonly RetiringModel[] {
    return this.factory.retiringModels();
  }

  /** Every name a caller may give as `model`: aliases first. */
  models(): ListedModel[] {
    const retiring = this.retiringModels();
    const own = (operation: ListedModel['operation'], providers: readonly (SpeechProvider | TranscriptionProvider)[]) =>
      providers.flatMap(({ name, capabilities }) =>
        capabilities.models.map(({ id }): ListedModel => {
          const end = retiring.find(({ account, model }) => account === name && model === id);
          return { id: `${name}/${id}`, ownedBy: name, operation, ...(end === undefined ? {} : endOf(end)) };
        }),
      );
    const speakers = this.speakers();
    const listeners = this.listeners();
    const aliases = Object.keys(this.options.models ?? {}).flatMap((id): ListedModel[] => {
      const means = (providers: readonly (SpeechProvider | TranscriptionProvider)[]) =>
        providers.some((provider) => resolveModel(id, provider, this.options.models ?? {}) !== undefined);
      return [
        ...(means(speakers) ? [{ id, ownedBy: 'parlance', operation: 'speak' as const }] : []),
        ...(means(listeners) ? [{ id, ownedBy: 'parlance', operation: 'transcribe' as const }] : []),
      ];
    });
    return [...aliases, ...own('speak', speakers), ...own('transcribe', listeners)];
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

function endOf({ retires, successor }: RetiringModel): Pick<ListedModel, 'retires' | 'successor'> {
  return { retires, ...(successor === undefined ? {} : { successor }) };
}
