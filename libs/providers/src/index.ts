export { LocalOptions } from './local/local.options.js';
export { type ProviderDiagnosis } from './provider.js';
export { ProviderFactoryModule } from './provider-factory.module.js';
export { ProviderFactory, type ProviderFactoryModuleOptions } from './provider-factory.js';
