import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
const sections = readFileSync(join(__dirname, '../../../docs/agents.md'), 'utf8').split(/^##+ /m);

/** The rows of a section's table: field, what it takes, default. */
function rowsOf(title: string): string[][] {
  const section = sections.find((one) => one.startsWith(`${title}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, 4)
      .map((cell) => cell.trim()),
  );
}

/** What a field says of itself when it is given something that nothing takes. */
function rowOf(type: new () => Fields, name: string): string[] {
  const problem = readFields(type, { [name]: () => undefined }, '').problems.find((one) => one.startsWith(`${name} must be`)) ?? '';
  const [, takes = '', , standard] = /^\w+ must be (.*?)(; (?:default (.*)|.*))?$/.exec(problem) ?? [];
  return [`\`${name}\``, takes, standard === undefined ? '' : `\`${standard}\``];
}

it.each(SECTIONS)('docs/agents.md has the fields, ranges and defaults of %s', (title, type) => {
  expect(rowsOf(title)).toEqual([...knownFields(type)].map((name) => rowOf(type, name)));
});
