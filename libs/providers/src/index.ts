export {
  accountsFromEnvironment,
  accountVariables,
  credentialsOf,
  providerVariables,
  type CredentialState,
  type MissingAccount,
  type ProviderAccount,
} from './accounts.js';
export { abilitiesOf, type Abilities } from './abilities.js';
export { checkOptions, effectiveOptions, optionNames, type EffectiveOption } from './check-account.js';
export { LocalOptions } from './local/local.options.js';
export { type ProviderDiagnosis } from './provider.js';
export { describeRetirement, vendorOf, type Retirement, type RetiringModel } from './retirements.js';
export { ProviderFactoryModule } from './provider-factory.module.js';
export { ProviderFactory, type ProviderFactoryModuleOptions, type ProviderLoan } from './provider-factory.js';
export { PROVIDER_NAMES, type ProviderName } from './providers.js';
export { unknownProvider } from './unknown-provider.js';
export { vendorNames } from './vendor-names.js';
