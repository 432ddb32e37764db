import { isRecord, pathOf, plainSecrets, readFields, resolveReferences, unknownFields, type SectionReader } from '@parlance/agent-runner';
import { PHRASES } from '../catalogue/phrases.js';
import { isWebhookSecret } from '../telegram/webhook-secret.js';
import { ChannelSettings } from './channel-settings.js';

/** Reads `channels` of an agent; its tokens and secrets are variables of the environment. */
export const readChannelSettings: SectionReader = (value, where, environment) => {
  const { fields, warnings, problems } = readFields(ChannelSettings, value, where);
  problems.push(...plainSecrets(value, where));
  const messages = readMessages(fields.messages, `${where}.messages`);
  problems.push(...messages.problems);
  const settings = problems.length > 0 ? fields : resolveReferences(fields, where, environment, problems);
  const secret = settings.telegram?.webhook_secret;
  if (problems.length === 0 && secret !== undefined && !isWebhookSecret(secret)) {
    problems.push(`${where}.telegram.webhook_secret must stand for 1 to 256 of A-Z, a-z, 0-9, _ and -; it may be left out`);
  }
  return { settings, warnings: [...warnings, ...unknownFields(messages.unknown)], problems };
};

/** What people are told is text; a name that is not known here is never said. */
function readMessages(messages: ChannelSettings['messages'], where: string): { problems: string[]; unknown: string[] } {
  const problems: string[] = [];
  const unknown: string[] = [];
  for (const [language, phrases] of Object.entries(isRecord(messages) ? messages : {})) {
    const path = pathOf(where, language);
    if (!isRecord(phrases)) problems.push(`${path} must be a map of texts`);
    for (const [name, words] of Object.entries(isRecord(phrases) ? phrases : {})) {
      if (!Object.hasOwn(PHRASES, name)) unknown.push(pathOf(path, name));
      else if (typeof words !== 'string' || words.trim() === '') problems.push(`${pathOf(path, name)} must be a text`);
    }
  }
  return { problems, unknown };
}
