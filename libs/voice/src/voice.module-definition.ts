import type { AudioConverter } from '@parlance/audio';
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { PlanEntry, Routing, VendorPolicy } from './plan/plan.types.js';
import type { Prices, TenantBudget } from './usage/usage.types.js';
import type { BreakerSettings } from './resilience/breaker-settings.js';

/** alias -> provider -> the provider's own voice, for all languages or per BCP 47 language. */
export type VoiceAliases = Readonly<Record<string, Readonly<Record<string, string | Readonly<Record<string, string>>>>>>;

/** alias -> provider -> the provider's own model. */
export type ModelAliases = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** How failures of providers are dealt with. Times are milliseconds. */
export interface ResilienceOptions {
  /** For one request, all of its attempts included, until its first audio or its transcript; default 60 000. */
  deadlineMilliseconds?: number;
  /** How long a provider may be silent before the next is asked; default 15 000. A recording's length is added to both. */
  firstByteMilliseconds?: number;
  /** How long it may pause once something has come; default as `firstByteMilliseconds`. A recording's length is added here, too. */
  idleMilliseconds?: number;
  /** Repeated calls to the same provider that one request may make over all providers; default 2. */
  retries?: number;
  breaker?: Partial<BreakerSettings>;
  /** The largest share of requests (0-1) for which a second provider is asked when the first is slow; default 0: none. */
  hedgedShare?: number;
  /** In which order providers of the same rank are asked; default `order`. */
  routing?: Routing;
}

export interface VoiceModuleOptions {
  /** Providers in the order to try; default: all that can speak, in list order. */
  speechPlan?: readonly PlanEntry[];
  /** Likewise for transcription. */
  transcriptionPlan?: readonly PlanEntry[];
  /** Which vendors a tenant allows, by tenant; `*` is for all that are not named. */
  tenants?: Readonly<Record<string, VendorPolicy>>;
  /** What tenants and their agents may use in a UTC day, by tenant; `*` is for each that is not named. */
  budgets?: Readonly<Record<string, TenantBudget>>;
  /** What is known of what models cost; default: nothing. */
  prices?: Prices;
  resilience?: ResilienceOptions;
  /** How often provider accounts may be asked, by name; others any number of times. */
  providerLimits?: Readonly<Record<string, { requestsPerMinute: number }>>;
  voices?: VoiceAliases;
  models?: ModelAliases;
  /** Default 86400 (a day). */
  cacheTtlSeconds?: number;
  /** Tenants that are answered with what was made for any of them; `*`: all. Default: none, each has a cache of its own. */
  sharedCacheTenants?: readonly string[];
  /**
   * Speech of more bytes than this goes to the object store, and the cache has only where it lies. For a cache and an
   * object store that the same processes share; needs `retention.cacheDays` of StorageModule, which deletes it. Default:
   * everything is in the cache.
   */
  cacheObjectBytes?: number;
  /** Default 100 000. */
  maximumTextCharacters?: number;
  /** Default 26 214 400 (25 MiB). */
  maximumAudioBytes?: number;
  /** Default 1800. */
  maximumAudioSeconds?: number;
  /** How long a caller waits at the most for speech to be stored, before it is handed out instead; default 5000. */
  storeMilliseconds?: number;
  /** What is taken from requests that say `long`; default: the same as from others. */
  longRecordings?: { maximumBytes: number; maximumSeconds: number };
  /** How long links to stored speech live; default 3600. */
  urlSeconds?: number;
  /** Made with the limits and the program below, which may be loading already; the module closes it. Default: made by the module. */
  converter?: AudioConverter;
  /** The ffmpeg program to use for aac and mp4, or `false` for none; default: the one on PATH. */
  ffmpeg?: string | false;
  /** How many pieces of a long text are spoken at a time; default 2. */
  segmentConcurrency?: number;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: VOICE_OPTIONS } = new ConfigurableModuleBuilder<VoiceModuleOptions>({
  moduleName: 'Voice',
})
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
