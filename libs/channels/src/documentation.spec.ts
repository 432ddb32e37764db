import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownFields, readFields, type Fields } from '@parlance/agent-runner';
import { documentedRows, fieldRow } from '@parlance/testing';
import { PHRASES } from './catalogue/phrases.js';
import { ChannelSettings, TelegramSettings, WhatsAppSettings } from './settings/channel-settings.js';

const SECTIONS: readonly (readonly [string, new () => Fields])[] = [
  ['`channels`', ChannelSettings],
  ['`channels.telegram`', TelegramSettings],
  ['`channels.whatsapp`', WhatsAppSettings],
];
const document = readFileSync(join(__dirname, '../../../docs/channels.md'), 'utf8');

describe('docs/channels.md', () => {
  it.each(SECTIONS)('has the fields, ranges and defaults of %s', (title, type) => {
    const rows = [...knownFields(type)].map((name) => fieldRow(name, readFields(type, { [name]: () => undefined }, '').problems));
    expect(documentedRows(document, title)).toEqual(rows);
  });

  it('has all phrases, and when they are said', () => {
    const rows = documentedRows(document, 'What people are told').map(([name, when]) => [name, when]);
    expect(rows).toEqual(Object.entries(PHRASES).map(([name, when]) => [`\`${name}\``, when]));
  });
});
