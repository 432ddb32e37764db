import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { eventually, spokenAudio } from '@parlance/testing';
import type { IncomingMessage, Media } from '../channel.types.js';
import { never, WhatsAppBench } from './__fixtures__/whatsapp-bench.js';

const limits = { maximumBytes: 1_000_000 };
const recording = spokenAudio('opus');

describe('recordings from WhatsApp', () => {
  let bench: WhatsAppBench;
  beforeEach(async () => {
    bench = await WhatsAppBench.start();
  });
  afterEach(() => bench.close());

  const note = (bytes: Uint8Array = recording, type?: string) => bench.message(bench.standIn.voiceNote(bench.ada, bytes, type));
  function changed(message: IncomingMessage, change: Partial<Media>, without: readonly (keyof Media)[] = []): IncomingMessage {
    if (message.content.type !== 'voice') throw new Error('It is no recording.');
    const kept = Object.entries(message.content.media).filter(([name]) => !without.includes(name as keyof Media));
    return { ...message, content: { type: 'voice', media: { ...Object.fromEntries(kept), ...change } as Media } };
  }
  const paths = () => bench.standIn.requests.map(({ path }) => path.split('/').at(-1));
  const fetched = (message: IncomingMessage) => bench.bot().download(message, limits, never);

  it('come from the address in the message', async () => {
    const { bytes, filename } = await fetched(note());
    expect(Buffer.from(bytes).equals(recording)).toBe(true);
    expect(filename).toBe('voice.ogg');
    expect(paths()).toEqual(['']);
  });

  it('come by their id where there is no address, or one that is no longer good', async () => {
    const message = note();
    expect(Buffer.from((await fetched(changed(message, {}, ['url']))).bytes).equals(recording)).toBe(true);
    expect(paths()).toEqual([expect.stringMatching(/^\d+$/), '']);
    bench.standIn.advance(6 * 60_000);
    expect(Buffer.from((await fetched(message)).bytes).equals(recording)).toBe(true);
    expect(paths().slice(2)).toEqual(['', expect.stringMatching(/^\d+$/), '']);
    expect(bench.standIn.requests[0]?.query.get('phone_number_id')).toMatch(/^\d+$/);
  });

  it('are asked for anew, once, when the address is gone at once', async () => {
    const message = changed(note(), {}, ['url']);
    const gone = { kind: 'reply' as const, status: 404, body: '' };
    bench.standIn.fail({ kind: 'late', release: Promise.resolve() }, gone);
    expect(Buffer.from((await fetched(message)).bytes).equals(recording)).toBe(true);
    bench.standIn.fail({ kind: 'late', release: Promise.resolve() }, gone, { kind: 'late', release: Promise.resolve() }, gone);
    expect(await bench.failureOf(fetched(message))).toMatchObject({ code: 'not_found' });
  });

  it('are gone after seven days', async () => {
    const message = note();
    bench.standIn.advance(8 * 24 * 3600 * 1000);
    expect(await bench.failureOf(fetched(message))).toMatchObject({ code: 'not_found', reason: 'media_gone' });
    expect(await bench.failureOf(fetched(changed(message, { id: '../me' }, ['url'])))).toMatchObject({ reason: 'media_gone' });
  });

  it.each([
    ['audio/mpeg', 'voice.mp3'],
    ['AUDIO/MP4; codecs=x', 'voice.m4a'],
    ['audio/amr', 'voice.amr'],
  ])('are named after what they are: %s', async (type, name) => {
    expect((await fetched(note(recording, type))).filename).toBe(name);
  });

  it('are compared with what was announced', async () => {
    const message = note();
    const damaged = { kind: 'reply' as const, status: 200, body: spokenAudio('mp3') };
    bench.standIn.fail(damaged);
    expect(await bench.failureOf(fetched(message))).toMatchObject({ code: 'server', reason: 'media_damaged' });
    bench.standIn.fail({ kind: 'late', release: Promise.resolve() }, damaged);
    const unannounced = changed(message, {}, ['url', 'sha256']);
    expect(await bench.failureOf(fetched(unannounced))).toMatchObject({ code: 'server', reason: 'media_damaged' });
  });

  it('are not taken when they are too large: as announced, as told, as they come', async () => {
    const small = { maximumBytes: recording.length - 1 };
    const tooLarge = async (message: IncomingMessage) => bench.failureOf(bench.bot().download(message, small, never));
    const message = note();
    expect(await tooLarge(changed(message, { sizeBytes: recording.length }))).toMatchObject({ code: 'too_large' });
    expect(paths()).toEqual([]);
    expect(await tooLarge(message)).toMatchObject({ code: 'too_large' });
    expect(await tooLarge(changed(message, {}, ['url']))).toMatchObject({ code: 'too_large' });
    expect(paths()).toEqual(['', expect.stringMatching(/^\d+$/)]);
  });

  it('end when they never end', async () => {
    const leaving = new AbortController();
    const endless = createServer((_request, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(1000)), 1);
      response.once('close', () => {
        clearInterval(timer);
        leaving.abort();
      });
    }).listen(0, '127.0.0.1');
    await once(endless, 'listening');
    const base_url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}`;
    const message = changed(note(), { url: `${base_url}/recording` });
    const error = await bench.failureOf(bench.bot({}, { base_url }).download(message, { maximumBytes: 20_000 }, never));
    expect(error).toMatchObject({ code: 'too_large' });
    if (!leaving.signal.aborted) await once(leaving.signal, 'abort');
    const late = bench.bot({ totalMilliseconds: 50, backOff: { patienceSeconds: 0 } }, { base_url });
    expect(await bench.failureOf(late.download(message, { maximumBytes: 1e9 }, never))).toMatchObject({ code: 'timeout' });
    endless.close();
    endless.closeAllConnections();
  });

  it.each([{ kind: 'hang-mid-body' as const }, { kind: 'hang' as const }])('are waited for as long as agreed: %p', async (fault) => {
    bench.standIn.fail(fault);
    const bot = bench.bot({ firstByteMilliseconds: 300, idleMilliseconds: 300, backOff: { patienceSeconds: 0 } });
    expect(await bench.failureOf(bot.download(note(), limits, never))).toMatchObject({ code: 'timeout' });
  });

  it('are fetched again when they were cut', async () => {
    bench.standIn.fail({ kind: 'cut' }, { kind: 'reply', status: 503, body: '' });
    expect(Buffer.from((await fetched(note())).bytes).equals(recording)).toBe(true);
  });

  it('are left when the caller leaves', async () => {
    const leaving = new AbortController();
    bench.standIn.fail({ kind: 'hang-mid-body' });
    const downloading = bench.failureOf(bench.bot().download(note(), limits, leaving.signal));
    await eventually(() => Promise.resolve(bench.standIn.openSockets === 1), 'Nobody asked.');
    leaving.abort();
    expect(await downloading).toMatchObject({ code: 'aborted' });
  });

  it('are not fetched from elsewhere: the token is for the platform', async () => {
    const tokens: (string | undefined)[] = [];
    const foreign = createServer((request, response) => {
      tokens.push(request.headers.authorization);
      response.end(recording);
    }).listen(0, '127.0.0.1');
    await once(foreign, 'listening');
    const url = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/recording`;
    const message = changed(note(), { url });
    expect(Buffer.from((await fetched(message)).bytes).equals(recording)).toBe(true);
    const { id } = message.content.type === 'voice' ? message.content.media : { id: '' };
    bench.standIn.fail({ kind: 'reply', status: 200, body: JSON.stringify({ url, id }) });
    expect(await bench.failureOf(fetched(message))).toMatchObject({ code: 'server', reason: 'media_address' });
    const redirect = { kind: 'reply' as const, status: 302, headers: { location: url } };
    bench.standIn.fail(redirect, redirect, redirect, redirect);
    expect(await bench.failureOf(fetched(note()))).toMatchObject({ code: 'server' });
    expect(tokens).toEqual([]);
    foreign.close();
    foreign.closeAllConnections();
  });

  it('are in no other message', async () => {
    expect(await bench.failureOf(fetched(bench.written()))).toMatchObject({ code: 'not_found' });
  });
});
