import { plainSecrets, readFields, resolveReferences, type SectionReader } from '@parlance/agent-runner';
import { ChannelSettings } from './channel-settings.js';

/** Reads `channels` of an agent; its tokens and secrets are variables of the environment. */
export const readChannelSettings: SectionReader = (value, where, environment) => {
  const { fields, warnings, problems } = readFields(ChannelSettings, value, where);
  problems.push(...plainSecrets(value, where));
  const settings = problems.length > 0 ? fields : resolveReferences(fields, where, environment, problems);
  return { settings, warnings, problems };
};
