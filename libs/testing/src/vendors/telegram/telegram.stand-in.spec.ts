import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api, Bot, GrammyError, InputFile, webhookCallback } from 'grammy';
import { eventually } from '../../conformance/check.js';
import { spokenAudio } from '../audio/spoken-audio.js';
import { OTHER_TELEGRAM_TOKEN, startTelegramStandIn, TELEGRAM_TOKEN, type TelegramStandIn } from './telegram.stand-in.js';

const voice = () => spokenAudio('opus');

let standIn: TelegramStandIn;
beforeAll(async () => {
  standIn = await startTelegramStandIn();
});
afterEach(() => standIn.reset());
afterAll(() => standIn.close());

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => 'granted',
    (error: unknown) => (error instanceof GrammyError ? `${error.error_code} ${error.description}` : String(error)),
  );

describe('the stand-in for Telegram, as grammY sees it', () => {
  const api = (token = TELEGRAM_TOKEN) => new Api(token, { apiRoot: standIn.url });

  it('knows its bots by their tokens', async () => {
    expect(await api().getMe()).toMatchObject({ id: 123_456_789, is_bot: true, username: 'parlance_bot' });
    expect(await refusal(api(`1${TELEGRAM_TOKEN}`).getMe())).toBe('401 Unauthorized');
    expect(await refusal(api('no-token').getMe())).toBe('404 Not Found');
    expect(await refusal((api().raw as unknown as { sing(): Promise<unknown> }).sing())).toBe('404 Not Found');
  });

  it('takes text of a certain length, into chats it knows', async () => {
    const chat = standIn.chats.add({ id: 7 });
    expect(await api().sendMessage(7, 'Hello')).toMatchObject({ chat: { id: 7, type: 'private' }, text: 'Hello' });
    expect(await refusal(api().sendMessage(8, 'Hello'))).toBe('400 Bad Request: chat not found');
    expect(await refusal(api().sendMessage(7, ' '))).toBe('400 Bad Request: message text is empty');
    expect(await refusal(api().sendMessage(7, 'a'.repeat(4097)))).toBe('400 Bad Request: message is too long');
    expect(await refusal(api().sendMessage(7, 'half \uD83D'))).toContain('UTF-8');
    expect(await refusal(api().sendMessage(7, 'Hello', { colour: 'red' } as object))).toContain('"colour"');
    chat.blocked = true;
    expect(await refusal(api().sendMessage(7, 'Hello'))).toBe('403 Forbidden: bot was blocked by the user');
    expect(standIn.account().sent).toHaveLength(1);
  });

  it('takes a voice message once, and then by its name, from the same bot', async () => {
    standIn.chats.add({ id: 7 });
    const sent = await api().sendVoice(7, new InputFile(voice(), 'voice.ogg'), { caption: 'Good morning', duration: 2 });
    expect(sent).toMatchObject({ caption: 'Good morning', voice: { duration: 2, mime_type: 'audio/ogg', file_size: voice().length } });
    expect(standIn.account().sent[0]).toMatchObject({ method: 'sendVoice', duration: 2, uploaded: { filename: 'voice.ogg' } });
    expect(standIn.account().sent[0]?.uploaded?.bytes.equals(voice())).toBe(true);
    const again = await api().sendVoice(7, sent.voice.file_id);
    expect(again.voice.file_id).toBe(sent.voice.file_id);
    expect(standIn.account().sent[1]?.uploaded).toBeUndefined();
    const unknown = '400 Bad Request: wrong file identifier/HTTP URL specified';
    expect(await refusal(api(OTHER_TELEGRAM_TOKEN).sendVoice(7, sent.voice.file_id))).toBe(unknown);
    expect(await refusal(api().sendAudio(7, sent.voice.file_id))).toContain("can't use file of type voice as audio");
  });

  it('refuses what is no voice message', async () => {
    const chat = standIn.chats.add({ id: 7 });
    const stereo = voice();
    stereo[stereo.indexOf('OpusHead') + 9] = 2;
    expect(await refusal(api().sendVoice(7, new InputFile(stereo)))).toContain('more than one channel');
    expect(await refusal(api().sendVoice(7, new InputFile(spokenAudio('wav'))))).toContain('no Opus in Ogg');
    expect(await refusal(api().sendVoice(7, new InputFile(voice()), { caption: 'a'.repeat(1025) }))).toContain('caption is too long');
    chat.voiceForbidden = true;
    expect(await refusal(api().sendVoice(7, new InputFile(voice())))).toBe('400 Bad Request: VOICE_MESSAGES_FORBIDDEN');
    expect(await api().sendAudio(7, new InputFile(voice(), 'a.ogg'))).toMatchObject({ audio: { duration: 0 } });
    expect(await api().sendDocument(7, new InputFile(Buffer.from('any'), 'a.txt'))).toMatchObject({ document: { file_size: 3 } });
    chat.audioForbidden = true;
    expect(await refusal(api().sendAudio(7, new InputFile(voice())))).toBe('400 Bad Request: CHAT_SEND_AUDIOS_FORBIDDEN');
  });

  it('knows topics, connections and messages that can be quoted', async () => {
    const chat = standIn.chats.add({ id: -100, type: 'supergroup', threads: new Set([3]), connections: new Set(['c1']) });
    const { message_id: id } = await api().sendMessage(-100, 'In the topic', { message_thread_id: 3, business_connection_id: 'c1' });
    expect(await refusal(api().sendMessage(-100, 'Hello', { message_thread_id: 4 }))).toContain('message thread not found');
    expect(await refusal(api().sendMessage(-100, 'Hello', { business_connection_id: 'c2' }))).toContain('business connection not found');
    await api().sendMessage(-100, 'Quoting', { reply_parameters: { message_id: id } });
    chat.messages.delete(id);
    const gone = { message_id: id };
    expect(await refusal(api().sendMessage(-100, 'Quoting', { reply_parameters: gone }))).toContain('message to be replied not found');
    await api().sendMessage(-100, 'Quoting', { reply_parameters: { ...gone, allow_sending_without_reply: true } });
    expect(standIn.account().sent.map(({ thread, connection, quotes }) => [thread, connection, quotes])).toEqual([
      [3, 'c1', undefined],
      [undefined, undefined, id],
      [undefined, undefined, undefined],
    ]);
    expect(await api().sendChatAction(-100, 'record_voice', { message_thread_id: 3 })).toBe(true);
    expect(await refusal(api().sendChatAction(-100, 'sing' as 'typing'))).toContain('wrong parameter action');
  });

  it('tells where a group has gone, and when it has had enough', async () => {
    standIn.chats.add({ id: -5, type: 'group', migratedTo: -100 });
    const moved = await api()
      .sendMessage(-5, 'Hello')
      .catch((error: unknown) => error);
    expect((moved as GrammyError).parameters).toEqual({ migrate_to_chat_id: -100 });
    const chat = standIn.chats.add({ id: 7, limitNext: { retryAfterSeconds: 30 } });
    const limited = await api()
      .sendMessage(7, 'Hello')
      .catch((error: unknown) => error);
    expect(limited).toMatchObject({ error_code: 429, parameters: { retry_after: 30 } });
    expect([await refusal(api().sendMessage(7, 'Hello')), chat.impatient]).toEqual(['429 Too Many Requests: retry after 30', 1]);
    chat.limitedUntil = 0;
    expect(await refusal(api().sendMessage(7, 'Hello'))).toBe('granted');
  });

  it('hands over files, by links that do not hold for ever', async () => {
    const chat = standIn.chats.add({ id: 7 });
    const { message } = standIn.posts.voice(chat, voice());
    const id = message?.voice?.file_id ?? '';
    const file = await api().getFile(id);
    const link = `${standIn.url}/file/bot${TELEGRAM_TOKEN}/${file.file_path}`;
    expect(file).toMatchObject({ file_id: id, file_size: voice().length, file_path: 'voice/file_0.oga' });
    expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(voice())).toBe(true);
    expect((await fetch(link.replace(TELEGRAM_TOKEN, OTHER_TELEGRAM_TOKEN))).status).toBe(404);
    Object.assign(standIn.account().files.find(id) ?? {}, { expired: 1 });
    expect([(await fetch(link)).status, (await fetch(link)).status]).toEqual([404, 200]);
    expect(await refusal(api().getFile('AwACnothing'))).toBe('400 Bad Request: wrong file_id or the file is temporarily unavailable');
    const large = standIn.posts.voice(chat, voice(), { announcedBytes: 21 * 1024 * 1024 });
    expect(await refusal(api().getFile(large.message?.voice?.file_id ?? ''))).toBe('400 Bad Request: file is too big');
  });

  it('is polled, and forgets what was confirmed', async () => {
    const chat = standIn.chats.add({ id: 7 });
    standIn.enqueue(standIn.posts.text(chat, 'One'), standIn.posts.voice(chat, voice()), standIn.posts.text(chat, 'Three'));
    const [first] = await api().getUpdates({ limit: 1 });
    expect(first?.message?.text).toBe('One');
    const rest = await api().getUpdates({ offset: (first?.update_id ?? 0) + 1 });
    expect(rest.map(({ message }) => message?.text ?? message?.voice?.mime_type)).toEqual(['audio/ogg', 'Three']);
    expect((await api().getUpdates({ offset: -1 })).map(({ message }) => message?.text)).toEqual(['Three']);
    expect(await api().getUpdates({ offset: (rest[1]?.update_id ?? 0) + 1 })).toEqual([]);
    const waiting = refusal(api().getUpdates({ timeout: 30 }));
    await eventually(async () => standIn.openSockets === 1, 'Nobody waits.');
    await api().getUpdates();
    expect(await waiting).toContain('409 Conflict: terminated by other getUpdates request');
  });

  it("is polled by grammY's bot, which answers", async () => {
    const chat = standIn.chats.add({ id: 7 });
    const bot = new Bot(TELEGRAM_TOKEN, { client: { apiRoot: standIn.url } });
    bot.on('message:voice', (context) => context.replyWithVoice(context.message.voice.file_id));
    const running = bot.start();
    standIn.enqueue(standIn.posts.voice(chat, voice()));
    await eventually(async () => standIn.account().sent.length === 1, 'There was no answer.');
    await bot.stop();
    await running;
    expect(standIn.account().queue).toHaveLength(0);
  });

  it("calls the webhook of grammY's bot until it is heard", async () => {
    const bot = new Bot(TELEGRAM_TOKEN, { client: { apiRoot: standIn.url } });
    bot.on('message:text', (context) => context.reply(context.message.text));
    const callback = webhookCallback(bot, 'http', { secretToken: 'a-secret' });
    let busy = 1;
    const server = createServer((request, response) => {
      if (busy-- > 0) response.writeHead(503).end();
      else void callback(request, response);
    });
    await listen(server);
    await bot.api.setWebhook(urlOf(server), { secret_token: 'a-secret', max_connections: 10, allowed_updates: ['message'] });
    const chat = standIn.chats.add({ id: 7 });
    expect(await standIn.deliver(standIn.posts.text(chat, 'Hello'))).toEqual([503, 200]);
    expect(await standIn.deliver(standIn.posts.text(chat, 'Twice'), { times: 2, atOnce: true })).toEqual([200, 200]);
    expect(standIn.account().sent.map(({ text }) => text)).toEqual(['Hello', 'Twice', 'Twice']);
    expect(await standIn.deliver({ update_id: 1, poll: {} } as never)).toEqual([]);
    await bot.api.setWebhook(urlOf(server), { secret_token: 'another' });
    expect(await standIn.deliver(standIn.posts.text(chat, 'Hello'), { attempts: 2 })).toEqual([401, 401]);
    expect(await bot.api.getWebhookInfo()).toMatchObject({
      url: urlOf(server),
      pending_update_count: 1,
      max_connections: 40,
      last_error_message: 'Wrong response from the webhook: 401',
    });
    expect(await refusal(bot.api.getUpdates())).toContain("409 Conflict: can't use getUpdates method while webhook is active");
    await bot.api.deleteWebhook({ drop_pending_updates: true });
    expect([await bot.api.getUpdates(), (await bot.api.getWebhookInfo()).url]).toEqual([[], '']);
    server.closeAllConnections();
    server.close();
  });

  it('tells apart who refuses and who does not answer', async () => {
    const silent = createServer(() => undefined);
    await listen(silent);
    const chat = standIn.chats.add({ id: 7 });
    await api().setWebhook(urlOf(silent));
    const options = { attempts: 1, timeoutMilliseconds: 50 };
    expect(await standIn.deliver(standIn.posts.text(chat, 'Hello'), options)).toEqual(['timeout']);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    expect(await standIn.deliver(standIn.posts.text(chat, 'Hello'), options)).toEqual(['refused']);
    await expect(
      api()
        .setWebhook('http://parlance.example/hook')
        .catch((error: Error) => error.message),
    ).resolves.toContain('HTTPS');
    expect(await refusal(api().setWebhook('https://parlance.example', { secret_token: 'white space' }))).toContain('secret token');
    expect(await refusal(api().setWebhook('https://parlance.example', { max_connections: 101 }))).toContain('max_connections');
  });
});

describe('the stand-in for Telegram, by plain requests', () => {
  const call = async (method: string, init: RequestInit = {}) => {
    const answer = await fetch(`${standIn.url}/bot${TELEGRAM_TOKEN}/${method}`, init);
    return [answer.status, await answer.json()];
  };

  it('takes the query, JSON and both kinds of forms', async () => {
    standIn.chats.add({ id: 7 });
    await call('sendMessage?chat_id=7&text=query');
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ chat_id: '7', text: 'json' }) };
    await call('sendMessage', json);
    await call('sendMessage', { method: 'POST', body: new URLSearchParams({ chat_id: '7', text: 'form' }) });
    const form = new FormData();
    form.set('chat_id', '7');
    form.set('reply_parameters', '{"message_id":101}');
    form.set('voice', new File([voice()], 'note.ogg', { type: 'audio/ogg' }));
    expect(await call('sendVoice', { method: 'POST', body: form })).toMatchObject([200, { ok: true, result: { voice: { duration: 0 } } }]);
    expect(standIn.account().sent.map(({ text }) => text)).toEqual(['query', 'json', 'form', undefined]);
    expect(standIn.account().sent[3]).toMatchObject({ quotes: 101, uploaded: { filename: 'note.ogg', type: 'audio/ogg' } });
  });

  it('refuses in the shape that is published', async () => {
    const bad = (text: string) => [400, { ok: false, error_code: 400, description: `Bad Request: ${text}` }];
    expect(await call('sendMessage')).toEqual(bad('chat_id is empty'));
    expect(await call('sendVoice?chat_id=x')).toEqual(bad('field "chat_id" must be of type Number'));
    const headers = { 'content-type': 'application/json' };
    expect(await call('getMe', { method: 'POST', headers, body: '{' })).toEqual(bad("can't parse request body JSON object"));
    const broken = { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x\r\n' };
    expect(await call('sendVoice', broken)).toEqual(bad("can't parse multipart body"));
    expect(await call('getMe', { method: 'DELETE' })).toEqual([404, { ok: false, error_code: 404, description: 'Not Found' }]);
    standIn.chats.add({ id: 7, migratedTo: -100 });
    expect(await call('sendMessage?chat_id=7&text=a')).toEqual([
      400,
      {
        ok: false,
        error_code: 400,
        description: 'Bad Request: group chat was upgraded to a supergroup chat',
        parameters: { migrate_to_chat_id: -100 },
      },
    ]);
  });
});

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}
