export { hasExpired, type AccessKey } from './access-key.js';
export { ConfigurationError } from './configuration-error.js';
export { parseKeys, readKeysFile } from './keys-file.js';
export { LOG_LEVELS, type LogLevelName } from './environment.js';
export { loadConfiguration, readConfiguration, type EnvironmentValues, type ReadConfiguration } from './load-configuration.js';
export { environmentGroups, environmentVariables, fileFields, forgetSecrets } from './variable-lists.js';
export { readRetirements } from './retirements.js';
export { ParlanceConfiguration, type JobSettings, type StopSettings } from './parlance-configuration.js';
export { closeEngines, createEngines, warmUp, type Engines } from './engines.js';
export { ParlanceModule, type ApplicationAgents, type ApplicationParts } from './parlance.module.js';
export { defaultPlans } from './default-plans.js';
export {
  allKeys,
  effectiveConfiguration,
  SourcedValue,
  type AccountPart,
  type ConfigurationPart,
  type EffectiveConfiguration,
} from './effective-configuration.js';
export { readAgents } from './read-agents.js';
export { withoutCredentials } from './redact.js';
