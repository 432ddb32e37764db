import { LocalOptions } from './local/local.options.js';
import { LocalProvider } from './local/local.provider.js';
import { defineProvider } from './provider.js';

/** Every provider there is: one folder and one line each. The order is the order in which they are listed. */
export const PROVIDERS = {
  local: defineProvider({ options: LocalOptions, builtIn: true, create: (options) => new LocalProvider(options) }),
};

export type ProviderName = keyof typeof PROVIDERS;
