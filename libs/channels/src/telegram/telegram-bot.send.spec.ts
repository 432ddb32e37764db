import { AudioConverter } from '@parlance/audio';
import { MemoryCacheStore } from '@parlance/cache';
import { eventually, OTHER_TELEGRAM_TOKEN, spokenAudio, TELEGRAM_TOKEN, telegramFault, type TelegramChat } from '@parlance/testing';
import type { IncomingMessage } from '../channel.types.js';
import { failureOf, outgoingVoice, TelegramBench } from './__fixtures__/telegram-bench.js';

let bench: TelegramBench;
let chat: TelegramChat;
let message: IncomingMessage;
beforeAll(async () => {
  bench = await TelegramBench.start();
});
beforeEach(() => {
  bench.standIn.reset();
  chat = bench.standIn.chats.add({ id: 7 });
  message = bench.incoming(bench.standIn.posts.text(chat, 'Hello'));
});
afterAll(() => bench.standIn.close());

const sent = () => bench.standIn.account().sent;

describe('TelegramBot.sendText', () => {
  it('quotes what it answers, unless it is gone or nobody wants it', async () => {
    expect(await bench.bot().sendText(message, ' Good morning. ', bench.signal)).toEqual({ ids: ['7:102'], as: 'text' });
    await bench.bot({ quote: false }).sendText(message, 'Unquoted', bench.signal);
    chat.messages.delete(101);
    await bench.bot().sendText(message, 'Gone', bench.signal);
    expect(sent().map(({ text, quotes }) => [text, quotes])).toEqual([
      ['Good morning.', 101],
      ['Unquoted', undefined],
      ['Gone', undefined],
    ]);
  });

  it('sends a long text in several messages, of which the first quotes', async () => {
    const sentence = 'This is a sentence like many others, and a face 😀. ';
    const { ids } = await bench.bot().sendText(message, sentence.repeat(200), bench.signal);
    expect(ids).toEqual(sent().map(({ id }) => `7:${id}`));
    expect(sent().map(({ quotes }) => quotes)).toEqual([101, undefined, undefined]);
    expect(sent().every(({ text }) => text?.endsWith('😀.'))).toBe(true);
    expect(
      sent()
        .map(({ text }) => text)
        .join(' '),
    ).toBe(sentence.repeat(200).trim());
  });

  it('means every character as it stands', async () => {
    await bench.bot().sendText(message, '*a* <b>c</b> _d_ [e](f) \\', bench.signal);
    expect(sent()[0]?.text).toBe('*a* <b>c</b> _d_ [e](f) \\');
    const failure = await failureOf(bench.bot().sendText(message, ' \n ', bench.signal));
    expect(failure.code).toBe('invalid');
  });

  it('answers in the topic, and in the name of the business', async () => {
    const forum = bench.standIn.chats.add({ id: -100, type: 'supergroup', threads: new Set([3]) });
    const topic = { is_topic_message: true as const, message_thread_id: 3, reply_to_message: { from: { id: 123_456_789 } } as never };
    await bench.bot().sendText(bench.incoming(bench.standIn.posts.text(forum, 'Hello', { with: topic })), 'In the topic', bench.signal);
    chat.connections.add('c1');
    const customer = bench.incoming(bench.standIn.posts.text(chat, 'Hello', { with: { business_connection_id: 'c1' } }));
    await bench.bot().sendVoice(customer, outgoingVoice(), bench.signal);
    expect(sent()).toMatchObject([
      { chat: -100, thread: 3 },
      { chat: 7, connection: 'c1' },
    ]);
  });

  it('refuses to answer what did not come from Telegram', async () => {
    const failure = await failureOf(bench.bot().sendText({ ...message, address: { to: 'x' } }, 'Hello', bench.signal));
    expect(failure).toMatchObject({ code: 'invalid', message: 'The message did not come from Telegram.' });
  });
});

describe('TelegramBot.sendVoice', () => {
  it('sends the recording as it is, with its length and its text', async () => {
    const audio = new AudioConverter();
    const samples = Float32Array.from({ length: 24_000 }, (_, index) => Math.sin(index / 20) / 2);
    const bytes = await audio.encode({ samples, sampleRate: 24_000 }, { format: 'opus' }, bench.signal);
    await audio.close();
    expect(await bench.bot().sendVoice(message, outgoingVoice('Beep.', bytes), bench.signal)).toEqual({ ids: ['7:102'], as: 'voice' });
    const [voice] = sent();
    expect(voice).toMatchObject({ method: 'sendVoice', caption: 'Beep.', duration: 2, quotes: 101, uploaded: { filename: 'voice.ogg' } });
    const arrived = voice?.uploaded?.bytes ?? Buffer.alloc(0);
    expect(arrived.equals(bytes)).toBe(true);
    expect([arrived.subarray(0, 4).toString(), arrived[arrived.indexOf('OpusHead') + 9]]).toEqual(['OggS', 1]);
  });

  it.each([{}, { result: true }, { result: { message_id: 5 } }])('does not know what became of a recording after %j', async (answer) => {
    bench.standIn.fail({ kind: 'reply', status: 200, body: JSON.stringify({ ok: true, ...answer }) });
    const failure = await failureOf(bench.bot().sendVoice(message, outgoingVoice(), bench.signal));
    expect(failure).toMatchObject({ code: 'timeout', reason: 'delivery_unknown' });
  });

  it('has sent a recording that Telegram gives no name', async () => {
    const result = { message_id: 5, chat: { id: 7 }, voice: {} };
    bench.standIn.fail({ kind: 'reply', status: 200, body: JSON.stringify({ ok: true, result }) });
    expect(await bench.bot().sendVoice(message, outgoingVoice(), bench.signal)).toEqual({ ids: ['7:5'], as: 'audio' });
  });

  it.each([
    ['a'.repeat(1024), 'a'.repeat(1024)],
    ['a'.repeat(1025), undefined],
    [' ', undefined],
  ])('has a caption where the text is short enough', async (text, caption) => {
    await bench.bot().sendVoice(message, outgoingVoice(text), bench.signal);
    expect(sent().map((one) => one.caption)).toEqual([caption]);
  });

  it('uploads equal recordings once', async () => {
    const cache = new MemoryCacheStore();
    await bench.bot({}, {}, cache).sendVoice(message, outgoingVoice('One'), bench.signal);
    await bench.bot({}, {}, cache).sendVoice(message, outgoingVoice('Two'), bench.signal);
    expect(sent().map(({ uploaded, caption }) => [uploaded?.bytes.length, caption])).toEqual([
      [spokenAudio('opus').length, 'One'],
      [undefined, 'Two'],
    ]);
    expect(sent()[1]?.fileId).toBe(sent()[0]?.fileId);
  });

  it('uploads again what Telegram has forgotten, and what only another bot knows', async () => {
    const cache = new MemoryCacheStore();
    const bot = bench.bot({}, {}, cache);
    await bot.sendVoice(message, outgoingVoice(), bench.signal);
    bench.standIn.account().files.forget(sent()[0]?.fileId ?? '');
    for (let time = 0; time < 2; time++) await bot.sendVoice(message, outgoingVoice(), bench.signal);
    expect(sent().map(({ uploaded }) => uploaded !== undefined)).toEqual([true, true, false]);
    await bench.bot({}, { token: OTHER_TELEGRAM_TOKEN }, cache).sendVoice(message, outgoingVoice(), bench.signal);
    expect(bench.standIn.account(OTHER_TELEGRAM_TOKEN).sent[0]?.uploaded).toBeDefined();
  });

  it('does without a cache that is broken', async () => {
    const broken = () => Promise.reject(new Error('The cache is broken.'));
    const cache = { getMany: broken, set: broken, delete: broken, deleteTagged: broken };
    expect(await bench.bot({}, {}, cache).sendVoice(message, outgoingVoice(), bench.signal)).toMatchObject({ as: 'voice' });
  });

  it('sends a file to whoever takes no voice messages, and says when that is not taken either', async () => {
    chat.voiceForbidden = true;
    expect(await bench.bot().sendVoice(message, outgoingVoice(), bench.signal)).toEqual({ ids: ['7:102'], as: 'audio' });
    expect(sent()).toMatchObject([{ method: 'sendAudio', quotes: 101, duration: 2, uploaded: { filename: 'answer.ogg' } }]);
    chat.audioForbidden = true;
    const failure = await failureOf(bench.bot().sendVoice(message, outgoingVoice('my words'), bench.signal), 'my words');
    expect(failure).toMatchObject({ code: 'unsupported', reason: 'voice_refused' });
    bench.standIn.fail(telegramFault(400, 'Bad Request: CHAT_SEND_MEDIA_FORBIDDEN'));
    expect(await failureOf(bench.bot().sendVoice(message, outgoingVoice(), bench.signal))).toMatchObject({ reason: 'voice_refused' });
  });

  it.each(['Bad Request: something new', 'Bad Request: wrong file identifier/HTTP URL specified'])(
    'sends a file, and at last leaves it to the text, after %p',
    async (description) => {
      bench.standIn.fail(telegramFault(400, description));
      expect(await bench.bot().sendVoice(message, outgoingVoice(), bench.signal)).toMatchObject({ as: 'audio' });
      bench.standIn.fail(telegramFault(400, description), telegramFault(400, description));
      expect(await failureOf(bench.bot().sendVoice(message, outgoingVoice(), bench.signal))).toMatchObject({ reason: 'voice_refused' });
      expect(sent().map(({ method }) => method)).toEqual(['sendAudio']);
    },
  );

  it('knows before Telegram what is too large', async () => {
    const large = { ...outgoingVoice(), bytes: new Uint8Array(50 * 1024 * 1024 + 1) };
    const failure = await failureOf(bench.bot({}, { baseUrl: 'https://api.telegram.org' }).sendVoice(message, large, bench.signal));
    expect(failure.code).toBe('too_large');
  });
});

describe('TelegramBot.show', () => {
  it('shows what it does until it is done, whatever goes wrong', async () => {
    const forum = bench.standIn.chats.add({ id: -100, type: 'supergroup', threads: new Set([3]) });
    const topic = { is_topic_message: true as const, message_thread_id: 3, reply_to_message: { from: { id: 123_456_789 } } as never };
    const done = new AbortController();
    const shown = () => bench.standIn.callsOf('sendChatAction').map(({ body }) => JSON.parse(body.toString()) as object);
    bench
      .bot({ activityMilliseconds: 10 })
      .show(bench.incoming(bench.standIn.posts.text(forum, 'Hi', { with: topic })), 'recording', done.signal);
    await eventually(async () => shown().length > 2, 'It shows nothing.');
    done.abort();
    expect(shown()[2]).toEqual({ chat_id: -100, action: 'record_voice', message_thread_id: 3 });
    await eventually(async () => bench.standIn.openSockets === 0, 'It does not end.');
    bench.standIn.reset();
    bench.bot({ activityMilliseconds: 10 }).show(message, 'typing', bench.signal);
    await eventually(async () => shown().length > 0, 'It shows nothing.');
    // However many it was by then.
    for (const sign of shown()) expect(sign).toEqual({ chat_id: 7, action: 'typing' });
  });

  it('shows nothing once it is done', async () => {
    bench.bot().show(message, 'typing', AbortSignal.abort());
    bench.bot().show({ ...message, address: {} }, 'typing', bench.signal);
    await bench.bot().sendText(message, 'Done', bench.signal);
    expect(bench.standIn.callsOf('sendChatAction')).toEqual([]);
  });
});

describe('TelegramBot, when things go wrong', () => {
  const send = (client = {}, signal = bench.signal) => bench.bot({}, client).sendVoice(message, outgoingVoice('my words'), signal);
  const fails = (call: Promise<unknown>) => failureOf(call, 'my words');

  it('waits as long as Telegram asks for, and no shorter', async () => {
    chat.limitNext = { retryAfterSeconds: 1 };
    expect(await send()).toMatchObject({ as: 'voice' });
    expect([bench.standIn.callsOf('sendVoice').length, chat.impatient]).toEqual([2, 0]);
  });

  it('does not wait for ever', async () => {
    chat.limitNext = { retryAfterSeconds: 30 };
    expect(await fails(send({ maximumWaitSeconds: 20 }))).toMatchObject({ code: 'rate', retryAfterSeconds: 30 });
    expect(sent()).toEqual([]);
    const leaving = new AbortController();
    const waiting = fails(send({}, leaving.signal));
    await eventually(async () => bench.standIn.callsOf('sendVoice').length === 2, 'It does not send.');
    leaving.abort();
    expect((await waiting).code).toBe('aborted');
  });

  it('follows a group that has become another, and remembers it', async () => {
    const group = bench.standIn.chats.add({ id: -5, type: 'group', migratedTo: -100 });
    bench.standIn.chats.add({ id: -100, type: 'supergroup' });
    const answered = { reply_to_message: { from: { id: 123_456_789 } } as never };
    const asked = bench.incoming(bench.standIn.posts.text(group, 'Hello', { with: answered }));
    const bot = bench.bot();
    expect(await bot.sendText(asked, 'One', bench.signal)).toMatchObject({ ids: [expect.stringMatching(/^-100:/)] });
    await bot.sendVoice(asked, outgoingVoice(), bench.signal);
    expect(sent().map((one) => one.chat)).toEqual([-100, -100]);
    expect(bench.standIn.requests).toHaveLength(3);
  });

  it('gives up on whoever has blocked it', async () => {
    chat.blocked = true;
    const failure = await fails(send());
    expect(failure).toMatchObject({ code: 'permission', reason: 'recipient_unavailable', retryable: false });
    expect(bench.standIn.requests).toHaveLength(1);
    const stranger = { ...message, address: { chatId: 8, messageId: 1 } };
    expect(await fails(bench.bot().sendText(stranger, 'my words', bench.signal))).toMatchObject({ reason: 'recipient_unavailable' });
    const topic = { ...message, address: { chatId: -9, messageId: 1, threadId: 4 } };
    bench.standIn.chats.add({ id: -9, type: 'supergroup' });
    expect(await fails(bench.bot().sendText(topic, 'my words', bench.signal))).toMatchObject({ reason: 'recipient_unavailable' });
  });

  it.each([
    ['breaks off', { kind: 'refuse' as const }, 'timeout'],
    ['breaks off in the middle', { kind: 'cut' as const }, 'timeout'],
    ['is a page', { kind: 'html' as const }, 'timeout'],
    ['is a failure', telegramFault(500, 'Internal Server Error: my words'), 'server'],
  ])('does not send twice when the answer %s', async (_name, fault, code) => {
    bench.standIn.fail(fault);
    expect(await fails(send())).toMatchObject({ code, reason: 'delivery_unknown' });
    expect(bench.standIn.requests).toHaveLength(1);
  });

  it('does not send twice when there is no answer', async () => {
    bench.standIn.fail({ kind: 'hang' });
    expect(await fails(send({ timeoutSeconds: 2 }))).toMatchObject({ code: 'timeout', reason: 'delivery_unknown' });
    expect(bench.standIn.requests).toHaveLength(1);
  });

  it('sends again what cannot have left', async () => {
    const closed = await TelegramBench.start();
    const { url } = closed.standIn;
    await closed.standIn.close();
    expect(await fails(send({ baseUrl: url }))).toMatchObject({ code: 'timeout', reason: 'unreachable' });
  });

  it('stops when it is told to', async () => {
    const leaving = new AbortController();
    bench.standIn.fail({ kind: 'hang' });
    const sending = fails(send({}, leaving.signal));
    await eventually(async () => bench.standIn.openSockets === 1, 'It does not send.');
    leaving.abort();
    expect((await sending).code).toBe('aborted');
    await eventually(async () => bench.standIn.openSockets === 0, 'It does not stop.');
    expect((await fails(send({}, AbortSignal.abort()))).code).toBe('aborted');
  });

  it.each([
    [`1${TELEGRAM_TOKEN}`, 'auth'],
    ['nonsense', 'auth'],
  ])('says when the token is wrong', async (token, code) => {
    expect((await fails(send({ token }))).code).toBe(code);
  });

  it('keeps what Telegram says to itself', async () => {
    bench.standIn.fail(telegramFault(400, 'Bad Request: my words are odd'));
    expect(await fails(bench.bot().sendText(message, 'my words', bench.signal))).toMatchObject({
      code: 'invalid',
      message: 'Telegram refused the request (400).',
    });
    bench.standIn.fail(telegramFault(413, 'Request Entity Too Large: my words'));
    expect((await fails(send())).code).toBe('too_large');
  });
});
