import { NotFoundError, type Operation, type SpeechProvider, type TranscriptionProvider } from '@parlance/contracts';
import { ProviderFactory } from '@parlance/providers';
import { Inject, Injectable } from '@nestjs/common';
import { nameOf } from './plan/name-of.js';
import { planSpeech } from './plan/plan-speech.js';
import { planTranscription } from './plan/plan-transcription.js';
import type { PlanEntry } from './plan/plan.types.js';
import type { BreakerCause } from './resilience/circuit-breaker.js';
import { openCause } from './resilience/standing.js';
import { Upstreams } from './resilience/upstreams.js';
import { prepareUtterance } from './speech/utterance.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from './voice.module-definition.js';

/** Why an account cannot serve: what has opened its circuit breaker (`manual`: somebody), or what it lacks. */
export type AwayReason = BreakerCause | 'credentials_missing' | 'model_retired' | 'not_loaded';

/** A configured account as it stands for one operation. */
export interface Standing {
  provider: string;
  operation: Operation;
  /** What it is asked for where a request names nothing. */
  model: string;
  /** Why it cannot serve just now; absent: as far as is known it can. */
  away?: AwayReason;
}

/**
 * Says who could serve just now, from what is known: nobody is asked for it. Tenants and accounts of callers' own do
 * not count, nor does what else a request may want.
 */
@Injectable()
export class VoiceReadiness {
  constructor(
    private readonly factory: ProviderFactory,
    private readonly upstreams: Upstreams,
    @Inject(VOICE_OPTIONS) private readonly options: VoiceModuleOptions,
  ) {}

  /** Those who are there for requests that name no provider, in the order of the plan; none: it has nobody for that. */
  plan(operation: Operation): readonly Standing[] {
    const { factory, options } = this;
    const entries =
      operation === 'speak' ? (options.speechPlan ?? factory.speechNames()) : (options.transcriptionPlan ?? factory.transcriptionNames());
    return entries.flatMap((entry) => this.standing(entry, operation) ?? []);
  }

  /** A configured account, for each operation it has. */
  of(name: string): readonly Standing[] {
    return [
      ...(this.factory.speechNames().includes(name) ? [this.standing(name, 'speak')] : []),
      ...(this.factory.transcriptionNames().includes(name) ? [this.standing(name, 'transcribe')] : []),
    ].filter((standing) => standing !== undefined);
  }

  /**
   * Whether requests that name no provider can be served: for each operation that the plan has somebody for, one at
   * least can. A plan that has nobody for either serves nothing.
   */
  canServe(): boolean {
    const plans = [this.plan('speak'), this.plan('transcribe')].filter((plan) => plan.length > 0);
    return plans.length > 0 && plans.every((plan) => plan.some(({ away }) => away === undefined));
  }

  private standing(entry: PlanEntry, operation: Operation): Standing | undefined {
    const provider = nameOf(entry);
    const wanted = this.defaultModel(entry, operation);
    const model = wanted ?? this.port(provider, operation).capabilities.models[0]?.id;
    if (model === undefined) return undefined;
    const away = wanted === undefined ? 'not_found' : this.awayReason(provider, operation, model);
    return { provider, operation, model, ...(away !== undefined && { away }) };
  }

  private awayReason(name: string, operation: Operation, model: string): AwayReason | undefined {
    const { factory, upstreams } = this;
    if (upstreams.isHeld(name)) return 'manual';
    const listed = [model, ...this.port(name, operation).capabilities.models.map(({ id }) => id)];
    const known = upstreams
      .ofProvider(name, factory.fingerprintOf(name))
      // Callers may make up names of models.
      .filter((upstream) => upstream.operation === operation && listed.includes(upstream.model));
    const cause = openCause(known, model);
    if (cause !== undefined) return cause;
    // What has worked in spite of everything does.
    if (known.find((upstream) => upstream.model === model)?.calls.lastWorked === true) return undefined;
    return this.lacking(name, operation, model);
  }

  private lacking(name: string, operation: Operation, model: string): AwayReason | undefined {
    const loaded = this.factory.hasLoaded(name, operation);
    if (loaded === false) return 'not_loaded';
    if (this.factory.credentialsOf(name) === 'missing') return 'credentials_missing';
    const isOver = this.factory.retiringModels().some((end) => end.account === name && end.model === model && end.daysLeft < 0);
    // Nobody can shut down what was loaded into this process.
    return isOver && loaded !== true ? 'model_retired' : undefined;
  }

  /** As it is planned where a request says nothing; `undefined`: the plan names a model or a voice that there is not. */
  private defaultModel(entry: PlanEntry, operation: Operation): string | undefined {
    const { factory, options } = this;
    const name = nameOf(entry);
    const preferences = new Map(typeof entry === 'string' ? [] : [[name, { priority: 0, weight: 1, ...entry }]]);
    try {
      if (operation === 'transcribe')
        return planTranscription({}, [factory.transcriptionProvider(name)], options.models ?? {}, { preferences }).candidates[0].model;
      const utterance = prepareUtterance({ text: 'a' }, 1);
      return planSpeech(utterance, [factory.speechProvider(name)], options, { preferences }).candidates[0].request.model;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      // One that speaks no English, say, has its turn when another language is asked for.
      return this.port(name, operation).capabilities.models[0]?.id;
    }
  }

  private port(name: string, operation: Operation): SpeechProvider | TranscriptionProvider {
    return operation === 'speak' ? this.factory.speechProvider(name) : this.factory.transcriptionProvider(name);
  }
}
