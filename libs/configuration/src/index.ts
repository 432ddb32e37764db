export { SCOPES, type AccessKey, type Scope } from './access-key.js';
export { ConfigurationError } from './configuration-error.js';
export { parseKeys, readKeysFile } from './keys-file.js';
export { LOG_LEVELS, type LogLevelName } from './environment.js';
export { environmentVariables, forgetSecrets, loadConfiguration, type EnvironmentValues } from './load-configuration.js';
export { ParlanceConfiguration, type JobSettings } from './parlance-configuration.js';
export { ParlanceModule, type ApplicationAgents } from './parlance.module.js';
