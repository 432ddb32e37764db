import { readChannelSettings } from './read-channel-settings.js';

const ENVIRONMENT = { BOT: '123:abc', SECRET: 'a-secret', PHONE_TOKEN: 'EAAJ', APP: 'app', WORD: 'word', ODD: 'no secret!' };
const WHATSAPP = { phone_number_id: '1', token: 'env:PHONE_TOKEN', app_secret: 'env:APP', verify_token: 'env:WORD' };
const read = (value: unknown) => readChannelSettings(value, 'channels', ENVIRONMENT);

describe('readChannelSettings', () => {
  it('has the variables in the place of their names, and defaults for the rest', () => {
    const { settings, warnings, problems } = read({ telegram: { token: 'env:BOT', webhook_secret: 'env:SECRET' }, whatsapp: WHATSAPP });
    expect({ warnings, problems }).toEqual({ warnings: [], problems: [] });
    expect(settings).toMatchObject({
      telegram: { token: '123:abc', webhook_secret: 'a-secret', mode: 'polling' },
      whatsapp: { phone_number_id: '1', token: 'EAAJ', app_secret: 'app', verify_token: 'word', api_version: 'v25.0' },
      show_transcript: false,
      quote: true,
      max_voice_seconds: 120,
      messages: {},
    });
  });

  it.each([
    ['no map', 'channels must be a map'],
    [{ telegram: {} }, 'channels.telegram.token must be a text of 1 to 256 characters; it has to be there'],
    [{ telegram: { token: 'env:BOT', mode: 'push' } }, 'channels.telegram.mode must be one of webhook, polling; default "polling"'],
    [{ telegram: { token: 'env:BOT', base_url: 'ftp://x' } }, expect.stringMatching(/^channels\.telegram\.base_url must be an address/)],
    [{ whatsapp: { ...WHATSAPP, phone_number_id: '' } }, expect.stringMatching(/^channels\.whatsapp\.phone_number_id must be a text/)],
    [{ max_voice_seconds: 0 }, expect.stringMatching(/^channels\.max_voice_seconds must be a whole number from 1 to 3600/)],
    [{ quote: 'yes' }, 'channels.quote must be true or false; default true'],
    [{ messages: 'none' }, 'channels.messages must be a map; default {}'],
    [{ messages: { en: 'none' } }, 'channels.messages.en must be a map of texts'],
    [{ messages: { en: { error: 5 } } }, 'channels.messages.en.error must be a text'],
    [{ messages: { en: { error: ' ' } } }, 'channels.messages.en.error must be a text'],
  ])('says where it is wrong: %j', (value, problem) => {
    expect(read(value).problems).toEqual([problem]);
  });

  it.each([
    [{ telegram: { token: '123456789:AAF-plain' } }, 'telegram.token', 'AAF-plain'],
    [{ telegram: { token: 'env:BOT', webhook_secret: 'plain-one' } }, 'telegram.webhook_secret', 'plain-one'],
    [{ whatsapp: { ...WHATSAPP, token: 'EAAJplain' } }, 'whatsapp.token', 'EAAJplain'],
    [{ whatsapp: { ...WHATSAPP, app_secret: 'plain-app' } }, 'whatsapp.app_secret', 'plain-app'],
    [{ whatsapp: { ...WHATSAPP, verify_token: 'plain-word' } }, 'whatsapp.verify_token', 'plain-word'],
  ])('takes no secret as it is: %j', (value, path, secret) => {
    const { problems } = read(value);
    const advice = 'looks like a key: write env:NAME there and put the key into the environment variable NAME';
    expect(problems).toEqual([`channels.${path} ${advice}`]);
    expect(problems.join()).not.toContain(secret);
  });

  it('names the variable that is not set', () => {
    expect(read({ telegram: { token: 'env:MISSING' } }).problems).toEqual([
      'channels.telegram.token refers to the environment variable MISSING, which is not set',
    ]);
  });

  it('takes no secret that Telegram would not send, and does not repeat it', () => {
    const { problems } = read({ telegram: { token: 'env:BOT', webhook_secret: 'env:ODD' } });
    expect(problems).toEqual(['channels.telegram.webhook_secret must stand for 1 to 256 of A-Z, a-z, 0-9, _ and -; it may be left out']);
  });

  it('warns of what it does not know', () => {
    const { warnings, problems } = read({ signal: {}, messages: { en: { farewell: 'Bye.' } } });
    expect(problems).toEqual([]);
    expect(warnings.map(({ path }) => path)).toEqual(['channels.signal', 'channels.messages.en.farewell']);
  });
});
