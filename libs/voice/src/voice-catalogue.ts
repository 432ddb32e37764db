import type { SpeechProvider, TranscriptionProvider, VoiceInfo } from '@parlance/contracts';
import { ProviderFactory, type RetiringModel } from '@parlance/providers';
import { Inject, Injectable } from '@nestjs/common';
import { nameOf } from './plan/name-of.js';
import { outlook } from './plan/outlook.js';
import { Planner } from './plan/planner.js';
import { resolveModel } from './plan/resolve-names.js';
import { strangeVoices } from './plan/strange-voices.js';
import { traceCandidate } from './speech/speak-once.js';
import { prepareUtterance } from './speech/utterance.js';
import { prepareWish } from './transcription/transcription-job.js';
import { transcriptionTrace } from './transcription/transcription-memory.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from './voice.module-definition.js';
import type { ListedModel, ListedVoice, PlanOutlook, SpeakRequest, TranscribeRequest } from './voice.types.js';

/** Who is there, under which names, and who would be asked. */
@Injectable()
export class VoiceCatalogue {
  constructor(
    private readonly factory: ProviderFactory,
    private readonly planner: Planner,
    @Inject(VOICE_OPTIONS) private readonly options: VoiceModuleOptions,
  ) {}

  /** The accounts there are, by what they can do. */
  providerNames(): { speech: readonly string[]; transcription: readonly string[] } {
    return { speech: this.factory.speechNames(), transcription: this.factory.transcriptionNames() };
  }

  /** Configured models whose end is announced, the next to end first. */
  retiringModels(): readonly RetiringModel[] {
    return this.factory.retiringModels();
  }

  /** Every name a caller may give as `model`: aliases first. */
  models(): readonly ListedModel[] {
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

  /** Every name a caller may give as `voice`, each once: aliases first. */
  voices(): readonly ListedVoice[] {
    const providers = this.speakers();
    const aliases = Object.entries(this.options.voices ?? {}).map(([id, mapping]): ListedVoice => {
      // OpenAI's own voices have the names of aliases: those need no mapping there.
      const speaking = providers.filter(
        ({ name, capabilities }) => mapping[name] !== undefined || capabilities.voices.some((own) => own.id === id),
      );
      const languages = new Set(speaking.flatMap(({ capabilities }) => capabilities.languages));
      return { id, name: id, providers: speaking.map(({ name }) => name), languages: [...languages], alias: true };
    });
    const listed = new Map(aliases.filter((alias) => alias.providers.length > 0).map((alias) => [alias.id, alias]));
    for (const { name, capabilities } of providers) for (const voice of capabilities.voices) addVoice(listed, name, voice);
    return [...listed.values()];
  }

  /** In a sentence each: names that mean a voice which their account does not have. */
  strangeVoices(): readonly string[] {
    return strangeVoices(this.speakers(), this.options.voices ?? {});
  }

  /** Who would speak just now; nobody is asked. @throws ParlanceError when nobody can */
  speechOutlook(request: Omit<SpeakRequest, 'text'>): PlanOutlook {
    const utterance = prepareUtterance({ ...request, text: 'a' }, this.planner.maximumTextCharacters);
    const plan = this.planner.speech(utterance, request.providers);
    plan.loans.giveBack();
    return outlook(plan, traceCandidate);
  }

  /** Who would transcribe a short recording just now; nobody is asked. @throws ParlanceError when nobody can */
  async transcriptionOutlook(request: Omit<TranscribeRequest, 'audio'>): Promise<PlanOutlook> {
    const wish = prepareWish({ ...request, audio: new Uint8Array() });
    const plan = await this.planner.transcription(wish, request.tenant ?? 'default', request.providers, () => Promise.resolve(0));
    plan.loans.giveBack();
    return outlook(plan, transcriptionTrace);
  }

  private speakers(): SpeechProvider[] {
    return (this.options.speechPlan ?? this.factory.speechNames()).map((entry) => this.factory.speechProvider(nameOf(entry)));
  }

  private listeners(): TranscriptionProvider[] {
    const plan = this.options.transcriptionPlan ?? this.factory.transcriptionNames();
    return plan.map((entry) => this.factory.transcriptionProvider(nameOf(entry)));
  }
}

/** Several accounts of one vendor have the same voices. */
function addVoice(listed: Map<string, ListedVoice>, provider: string, { id, name, languages }: VoiceInfo): void {
  const known = listed.get(id);
  if (known === undefined) listed.set(id, { id, name, providers: [provider], languages, alias: false });
  else if (!known.alias)
    listed.set(id, {
      ...known,
      providers: [...new Set([...known.providers, provider])],
      languages: [...new Set([...known.languages, ...languages])],
    });
}

function endOf({ retires, successor }: RetiringModel): Pick<ListedModel, 'retires' | 'successor'> {
  return { retires, ...(successor === undefined ? {} : { successor }) };
}
