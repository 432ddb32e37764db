import { SERVERS } from './openai-compatible/servers.js';
import { PROVIDERS } from './providers.js';

/** Every vendor that an account could be of, as policies and retirements name them. */
export function vendorNames(): readonly string[] {
  return [...Object.keys(PROVIDERS), ...Object.keys(SERVERS)];
}
