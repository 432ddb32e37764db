import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentedRows, fieldRow } from '@parlance/testing';
import { AgentFields, ChatFields } from './agents/agent-fields.js';
import { knownFields, readFields, type Fields } from './settings/read-fields.js';
import { ProviderSettings, SttConfig, TtsConfig, VoiceSettings } from './settings/voice-settings.js';

const SECTIONS: readonly (readonly [string, new () => Fields])[] = [
  ['The agent', AgentFields],
  ['`chat`', ChatFields],
  ['`voice_settings`', VoiceSettings],
  ['`voice_settings.providers[]`', ProviderSettings],
  ['`stt_config`', SttConfig],
  ['`tts_config`', TtsConfig],
];
const document = readFileSync(join(__dirname, '../../../docs/agents.md'), 'utf8');

it.each(SECTIONS)('docs/agents.md has the fields, ranges and defaults of %s', (title, type) => {
  const rows = [...knownFields(type)].map((name) => fieldRow(name, readFields(type, { [name]: () => undefined }, '').problems));
  expect(documentedRows(document, title)).toEqual(rows);
});
