export { accountsFromEnvironment, isProviderName, providerVariables, type MissingAccount, type ProviderAccount } from './accounts.js';
export { LocalOptions } from './local/local.options.js';
export { type ProviderDiagnosis } from './provider.js';
export { describeRetirement, vendorOf, type Retirement, type RetiringModel } from './retirements.js';
export { ProviderFactoryModule } from './provider-factory.module.js';
export { ProviderFactory, type ProviderFactoryModuleOptions, type ProviderLoan } from './provider-factory.js';
export { vendorNames } from './vendor-names.js';
