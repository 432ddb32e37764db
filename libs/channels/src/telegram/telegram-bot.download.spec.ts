import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually, spokenAudio, TELEGRAM_TOKEN, telegramFault, type TelegramChat } from '@parlance/testing';
import type { Update } from 'grammy/types';
import { failureOf, TelegramBench } from './__fixtures__/telegram-bench.js';

let bench: TelegramBench;
let chat: TelegramChat;
beforeAll(async () => {
  bench = await TelegramBench.start();
});
beforeEach(() => {
  bench.standIn.reset();
  chat = bench.standIn.chats.add({ id: 7 });
});
afterAll(() => bench.standIn.close());

const bytes = spokenAudio('opus');
const MEGABYTE = 1024 * 1024;
const download = (update: Update, { maximumBytes = MEGABYTE, client = {}, signal = bench.signal } = {}) =>
  bench.bot({}, client).download(bench.incoming(update), { maximumBytes }, signal);
const voice = (announcedBytes?: number) => bench.standIn.posts.voice(chat, bytes, announcedBytes === undefined ? {} : { announcedBytes });
const paths = () => bench.standIn.requests.map(({ path }) => path.replace(TELEGRAM_TOKEN, '(token)'));
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const granted = (result: object) => ({ kind: 'reply' as const, status: 200, body: JSON.stringify({ ok: true, result }) });

describe('TelegramBot.download', () => {
  it('hands over all of a recording, by a name others understand', async () => {
    const got = await download(voice());
    expect([sha256(got.bytes), got.filename]).toEqual([sha256(bytes), 'file_0.ogg']);
    expect((await download(bench.standIn.posts.audio(chat, bytes))).filename).toBe('song.mp3');
    expect((await download(bench.standIn.posts.videoNote(chat, bytes))).filename).toBe('video-note.mp4');
    expect(paths().slice(0, 2)).toEqual(['/bot(token)/getFile', '/file/bot(token)/voice/file_0.oga']);
  });

  it('asks for nothing that is too large from the beginning', async () => {
    const failure = await failureOf(download(voice(2 * MEGABYTE)));
    expect([failure.code, failure.message, paths()]).toEqual([
      'too_large',
      'The recording has more than 1048576 bytes: send a shorter one.',
      [],
    ]);
    const limit = { maximumBytes: 100 * MEGABYTE };
    const baseUrls = ['https://api.telegram.org', bench.standIn.url];
    expect(baseUrls.map((baseUrl) => bench.bot({}, { baseUrl }).largestMegabytes)).toEqual([20, Infinity]);
    const public_ = await failureOf(download(voice(21 * MEGABYTE), { ...limit, client: { baseUrl: 'https://api.telegram.org' } }));
    expect([public_.code, public_.message, paths()]).toEqual(['too_large', expect.stringContaining('20 MB'), []]);
    const refused = await failureOf(download(voice(21 * MEGABYTE), limit));
    expect([refused.code, refused.message, paths()]).toEqual(['too_large', expect.stringContaining('20 MB'), ['/bot(token)/getFile']]);
  });

  it('stops reading what is larger than was said', async () => {
    expect((await failureOf(download(voice(10), { maximumBytes: 1000 }))).code).toBe('too_large');
    const unsaid = voice();
    delete unsaid.message?.voice?.file_size;
    expect((await failureOf(download(unsaid, { maximumBytes: 1000 }))).code).toBe('too_large');
  });

  it('stops reading what has no end', async () => {
    let gone = false;
    const server = createServer((request, response) => {
      if (request.url?.endsWith('/getFile') === true) {
        response.end('{"ok":true,"result":{"file_id":"a","file_unique_id":"b","file_path":"voice/a.oga"}}');
        return;
      }
      const timer = setInterval(() => response.write(Buffer.alloc(10_000)), 1);
      response.on('close', () => {
        clearInterval(timer);
        gone = true;
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const client = { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    expect((await failureOf(download(voice(), { client }))).code).toBe('too_large');
    await eventually(async () => gone, 'It still reads.');
    server.closeAllConnections();
    server.close();
  });

  it('asks once more where a file is when its link does not hold', async () => {
    const update = voice();
    const file = bench.standIn.account().files.find(update.message?.voice?.file_id ?? '');
    Object.assign(file ?? {}, { expired: 1 });
    expect((await download(update)).bytes.length).toBe(bytes.length);
    expect(bench.standIn.callsOf('getFile')).toHaveLength(2);
    Object.assign(file ?? {}, { expired: 2 });
    const failure = await failureOf(download(update));
    expect([failure.code, bench.standIn.callsOf('getFile').length]).toEqual(['not_found', 4]);
  });

  it('says when a recording is gone', async () => {
    const update = voice();
    bench.standIn.account().files.forget(update.message?.voice?.file_id ?? '');
    expect(await failureOf(download(update))).toMatchObject({ code: 'not_found', reason: 'file_unknown' });
    bench.standIn.fail(granted({ file_id: 'a', file_unique_id: 'b' }));
    expect((await failureOf(download(update))).code).toBe('not_found');
  });

  it.each(['/var/lib/telegram-bot-api/voice/file_0.oga', 'C:\\telegram\\file_0.oga', '../file_0.oga'])(
    'reads no disk: %s',
    async (path) => {
      bench.standIn.fail(granted({ file_id: 'a', file_unique_id: 'b', file_path: path }));
      const failure = await failureOf(download(voice()), path);
      expect(failure).toMatchObject({ code: 'unsupported', reason: 'local_files' });
    },
  );

  it('tries again what fails for a moment', async () => {
    bench.standIn.fail(telegramFault(500, 'Internal Server Error'), granted({ file_path: 'voice/file_0.oga' }), { kind: 'cut' });
    expect(sha256((await download(voice())).bytes)).toBe(sha256(bytes));
    expect(bench.standIn.requests).toHaveLength(4);
  });

  it.each([
    [401, 'auth'],
    [500, 'server'],
    [302, 'server'],
  ])('knows what the status %i of a link means', async (status, code) => {
    const fault = { kind: 'reply' as const, status, headers: { location: bench.standIn.url }, body: TELEGRAM_TOKEN };
    bench.standIn.fail(granted({ file_path: 'voice/file_0.oga' }), fault, fault);
    expect((await failureOf(download(voice()))).code).toBe(code);
  });

  it('does not wait for ever', async () => {
    bench.standIn.fail(granted({ file_path: 'voice/file_0.oga' }), { kind: 'hang-mid-body' }, { kind: 'hang' });
    expect((await failureOf(download(voice(), { client: { timeoutSeconds: 0.2 } }))).code).toBe('timeout');
  });

  it('stops when it is told to', async () => {
    const leaving = new AbortController();
    bench.standIn.fail(granted({ file_path: 'voice/file_0.oga' }), { kind: 'hang-mid-body' });
    const reading = failureOf(download(voice(), { signal: leaving.signal }));
    await eventually(async () => bench.standIn.requests.length === 2, 'It does not read.');
    leaving.abort();
    expect((await reading).code).toBe('aborted');
    await eventually(async () => bench.standIn.openSockets === 0, 'It still reads.');
  });

  it('has nothing to hand over where nothing was recorded', async () => {
    expect((await failureOf(download(bench.standIn.posts.text(chat, 'Hello')))).code).toBe('invalid');
  });
});
