import { TELEGRAM_TOKEN, telegramFault } from '@parlance/testing';
import { TelegramWorld } from './support/telegram-world.js';
import { voiceNote } from './support/voice-notes.js';
import { leaksOf } from './support/private-words.js';

const RUSSIAN = { id: 77, is_bot: false, first_name: 'Аня', language_code: 'ru' };

/** Whatever goes wrong, the person is told once or the answer arrives once, and the conversation goes on. */
describe('Telegram, when something goes wrong', () => {
  let world: TelegramWorld;
  let note: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    world = await TelegramWorld.start();
    note = await voiceNote(world.gateway, 'Good morning.');
  }, 180_000);
  afterAll(() => world.close());

  const posts = () => world.telegram.posts;
  const deliver = (...call: Parameters<TelegramWorld['telegram']['deliver']>) => world.telegram.deliver(...call);
  const callsTo = (chat: { id: number }, method: string) =>
    world.telegram.callsOf(method).filter(({ body }) => body.includes(String(chat.id))).length;

  it('voice is not taken: a file, and where that is not taken either, a text', async () => {
    const [file, text] = [world.chat({ voiceForbidden: true }), world.chat({ voiceForbidden: true, audioForbidden: true })];
    for (const chat of [file, text]) await deliver(posts().text(chat, 'Say hello.'));
    expect(await world.answers(file)).toMatchObject([{ method: 'sendAudio', caption: 'Say hello.' }]);
    expect(await world.answers(text)).toMatchObject([{ method: 'sendMessage', text: 'Say hello.' }]);
    expect([await world.allAnswers(file), await world.allAnswers(text)]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it('voice is refused for a reason that nobody knows: a text at last', async () => {
    const chat = world.chat();
    const refusal = telegramFault(400, 'Bad Request: something new');
    world.telegram.fail(refusal, refusal);
    await deliver(posts().text(chat, 'Say good evening.'));
    expect(await world.answers(chat)).toMatchObject([{ method: 'sendMessage', text: 'Say good evening.' }]);
    expect([callsTo(chat, 'sendVoice'), callsTo(chat, 'sendAudio')]).toEqual([1, 1]);
    expect(await world.allAnswers(chat)).toHaveLength(1);
  });

  it('the bot is blocked: it tries once, and answers again when it may', async () => {
    const chat = world.chat({ blocked: true });
    await deliver(posts().text(chat, 'Are you there?'));
    await deliver(posts().text(chat, 'Hello?'));
    while (callsTo(chat, 'sendMessage') < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    chat.blocked = false;
    expect(await world.allAnswers(chat)).toEqual([]);
    expect(callsTo(chat, 'sendMessage')).toBe(3);
  });

  it.each([
    ['announced', { announcedBytes: 26 * 2 ** 20 }, () => note],
    ['found out while it comes', { announcedBytes: 1000 }, () => Buffer.concat([note, Buffer.alloc(2 * 2 ** 20)])],
  ])('a recording is too large, which is %s', async (_how, announced, bytes) => {
    const chat = world.chat();
    await deliver(posts().voice(chat, bytes(), announced));
    expect(await world.answers(chat)).toMatchObject([{ text: 'This recording is too large: I take up to 1 MB.' }]);
    expect(await world.allAnswers(chat)).toHaveLength(1);
  });

  it('a recording is too long, in the language of the person', async () => {
    const chat = world.chat();
    const update = posts().voice(chat, note, { with: { from: RUSSIAN } });
    Object.assign(update.message?.voice ?? {}, { duration: 121 });
    await deliver(update);
    expect(await world.answers(chat)).toMatchObject([{ text: 'Запись слишком длинная: я принимаю до 120 секунд.' }]);
  });

  it('a link holds no more: it is asked for again, and at last the person', async () => {
    const [late, gone] = [world.chat(), world.chat()];
    for (const [chat, expired] of [
      [late, 1],
      [gone, 2],
    ] as const) {
      const update = posts().voice(chat, note);
      world.telegram.account().files.find(update.message?.voice?.file_id ?? '')!.expired = expired;
      await deliver(update);
    }
    expect(await world.answers(late)).toMatchObject([{ method: 'sendVoice' }]);
    expect(await world.answers(gone)).toMatchObject([{ text: 'I cannot find this recording any more. Please send it again.' }]);
  });

  it('nothing is said in a recording, or it is none', async () => {
    const chat = world.chat();
    await deliver(posts().voice(chat, Buffer.from('This is no recording at all.')));
    const [answer] = await world.answers(chat);
    expect(answer?.method).toBe('sendMessage');
    expect(answer?.text).not.toBe('');
    expect(await world.allAnswers(chat)).toHaveLength(1);
  });

  it('something comes that is neither text nor voice: the person is told, in their language', async () => {
    const [english, russian] = [world.chat(), world.chat()];
    await deliver(posts().post(english, { location: { latitude: 1, longitude: 2 } }));
    await deliver(posts().post(russian, { location: { latitude: 1, longitude: 2 } }, { with: { from: RUSSIAN } }));
    expect(await world.answers(english)).toMatchObject([
      { text: 'I cannot read this kind of message. Please send text or a voice message.' },
    ]);
    expect(await world.answers(russian)).toMatchObject([{ text: 'Такие сообщения я не понимаю. Пришлите текст или голосовое сообщение.' }]);
  });

  it('Telegram has enough: it is waited for as long as it asks, and the answer arrives once', async () => {
    const chat = world.chat();
    const refusal = { ok: false, error_code: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } };
    world.telegram.fail({ kind: 'reply', status: 429, body: JSON.stringify(refusal) });
    await deliver(posts().text(chat, 'Patience.'));
    expect(await world.answers(chat)).toMatchObject([{ text: 'Patience.' }]);
    expect(callsTo(chat, 'sendMessage')).toBe(2);
  });

  it('Telegram fails while it takes an answer, which may have arrived: it is not sent again', async () => {
    const chat = world.chat();
    world.telegram.fail(telegramFault(500, 'Internal Server Error'));
    await deliver(posts().text(chat, 'Perhaps.'));
    expect(await world.allAnswers(chat)).toEqual([]);
    expect(callsTo(chat, 'sendMessage')).toBe(2);
  });

  it('the log tells of it, and gives nothing away', () => {
    const log = world.gateway.log.text;
    expect(log).toContain('could not be delivered: permission (recipient_unavailable)');
    expect(leaksOf(log, { token: TELEGRAM_TOKEN.slice(10), text: 'Are you there', file: '/file/bot' })).toEqual([]);
  });
});
