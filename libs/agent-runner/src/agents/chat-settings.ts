import type { AgentWarning } from '../settings/agent-warning.js';
import { resolveReferences, variableOf, type Environment } from '../settings/secret-references.js';
import type { ChatFields } from './agent-fields.js';
import type { ChatSettings } from './agent.types.js';

const OPENAI_KEY = 'OPENAI_API_KEY';

interface ReadChat {
  chat: ChatSettings;
  warnings: AgentWarning[];
  problems: string[];
}

/**
 * The model of an agent with its key, which is OpenAI's only where it is OpenAI that is asked.
 * @param lookUp whether `api_key` is looked up; without, it is passed over, and refused elsewhere
 */
export function chatSettings(fields: ChatFields, environment: Environment, lookUp: boolean): ReadChat {
  const { model, base_url: baseUrl, api_key: reference, system_prompt: systemPrompt, history_depth: historyDepth, temperature } = fields;
  const read: ReadChat = { chat: { model, historyDepth }, warnings: [], problems: [] };
  Object.assign(read.chat, {
    ...(baseUrl !== undefined && { baseUrl }),
    ...(systemPrompt !== undefined && { systemPrompt }),
    ...(temperature !== undefined && { temperature }),
  });
  if (reference === undefined) {
    if (baseUrl === undefined) useOpenai(read, environment);
  } else if (lookUp) lookUpKey(read, reference, environment);
  return read;
}

function useOpenai({ chat, warnings }: ReadChat, environment: Environment): void {
  const key = environment[OPENAI_KEY]?.trim() ?? '';
  if (key !== '') setKey(chat, key);
  else warnings.push({ path: 'chat.api_key', message: `Set ${OPENAI_KEY}, or write env:NAME here: without a key OpenAI does not answer.` });
}

function lookUpKey({ chat, problems }: ReadChat, reference: unknown, environment: Environment): void {
  if (typeof reference === 'string' && variableOf(reference) !== undefined) {
    setKey(chat, resolveReferences(reference, 'chat.api_key', environment, problems));
    return;
  }
  problems.push(`chat.api_key must be env:NAME, where NAME is the environment variable with the key; default env:${OPENAI_KEY}`);
}

function setKey(chat: ChatSettings, apiKey: string): void {
  Object.defineProperty(chat, 'apiKey', { value: apiKey, enumerable: false });
}
