// First: options classes with @Type need it while they are loaded.
import 'reflect-metadata';
import { AzureOptions, azureAccounts } from './azure/azure.options.js';
import { AzureProvider } from './azure/azure.provider.js';
import { CartesiaOptions, cartesiaAccounts } from './cartesia/cartesia.options.js';
import { CartesiaProvider } from './cartesia/cartesia.provider.js';
import { DeepgramOptions, deepgramAccounts } from './deepgram/deepgram.options.js';
import { DeepgramProvider } from './deepgram/deepgram.provider.js';
import { ElevenlabsOptions, elevenlabsAccounts } from './elevenlabs/elevenlabs.options.js';
import { ElevenlabsProvider } from './elevenlabs/elevenlabs.provider.js';
import { GoogleOptions, googleAccounts } from './google/google.options.js';
import { GoogleProvider } from './google/google.provider.js';
import { LocalOptions } from './local/local.options.js';
import { LocalProvider } from './local/local.provider.js';
import { OpenaiCompatibleOptions, openaiCompatibleAccounts } from './openai-compatible/openai-compatible.options.js';
import { OpenaiCompatibleProvider } from './openai-compatible/openai-compatible.provider.js';
import { OpenaiRealtimeOptions, openaiRealtimeAccounts } from './openai-realtime/openai-realtime.options.js';
import { OpenaiRealtimeProvider } from './openai-realtime/openai-realtime.provider.js';
import { PollyOptions, pollyAccounts } from './polly/polly.options.js';
import { PollyProvider } from './polly/polly.provider.js';
import { defineProvider } from './provider.js';
import { YandexOptions, yandexAccounts } from './yandex/yandex.options.js';
import { YandexProvider } from './yandex/yandex.provider.js';

/** Every provider there is: one folder and one entry each. The order is the order in which they are planned; `local` is the last resort. */
export const PROVIDERS = {
  'openai-compatible': defineProvider({
    options: OpenaiCompatibleOptions,
    secrets: ['apiKey'],
    accounts: openaiCompatibleAccounts,
    create: (options, context) => new OpenaiCompatibleProvider(options, context),
  }),
  google: defineProvider({
    options: GoogleOptions,
    secrets: ['apiKey'],
    credentials: ['credentialsFile'],
    machineIdentity: true,
    accounts: googleAccounts,
    create: (options, context) => new GoogleProvider(options, context),
  }),
  yandex: defineProvider({
    options: YandexOptions,
    secrets: ['apiKey', 'iamToken'],
    accounts: yandexAccounts,
    create: (options, context) => new YandexProvider(options, context),
  }),
  elevenlabs: defineProvider({
    options: ElevenlabsOptions,
    secrets: ['apiKey'],
    accounts: elevenlabsAccounts,
    create: (options, context) => new ElevenlabsProvider(options, context),
  }),
  deepgram: defineProvider({
    options: DeepgramOptions,
    secrets: ['apiKey'],
    accounts: deepgramAccounts,
    create: (options, context) => new DeepgramProvider(options, context),
  }),
  azure: defineProvider({
    options: AzureOptions,
    secrets: ['apiKey'],
    accounts: azureAccounts,
    create: (options, context) => new AzureProvider(options, context),
  }),
  polly: defineProvider({
    options: PollyOptions,
    secrets: ['accessKeyId', 'secretAccessKey', 'sessionToken'],
    accounts: pollyAccounts,
    create: (options, context) => new PollyProvider(options, context),
  }),
  cartesia: defineProvider({
    options: CartesiaOptions,
    secrets: ['apiKey'],
    accounts: cartesiaAccounts,
    create: (options, context) => new CartesiaProvider(options, context),
  }),
  'openai-realtime': defineProvider({
    options: OpenaiRealtimeOptions,
    secrets: ['apiKey'],
    accounts: openaiRealtimeAccounts,
    create: (options, context) => new OpenaiRealtimeProvider(options, context),
  }),
  local: defineProvider({
    options: LocalOptions,
    secrets: [],
    builtIn: true,
    accounts: [],
    create: (options) => new LocalProvider(options),
  }),
};

export type ProviderName = keyof typeof PROVIDERS;

export const PROVIDER_NAMES = Object.keys(PROVIDERS) as ProviderName[];
