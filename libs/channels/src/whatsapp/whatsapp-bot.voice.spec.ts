import { describeRecording, sniffFormat } from '@parlance/audio';
import { eventually, spokenAudio, whatsappError } from '@parlance/testing';
import { never, voiceOf, WhatsAppBench } from './__fixtures__/whatsapp-bench.js';

describe('voice messages of WhatsApp', () => {
  let bench: WhatsAppBench;
  beforeEach(async () => {
    bench = await WhatsAppBench.start();
  });
  afterEach(() => bench.close());

  const paths = () => bench.standIn.calls.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
  const refusal = (code: number, details?: string) => ({
    kind: 'reply' as const,
    ...whatsappError(code, details === undefined ? {} : { details }),
  });

  it('arrive as they were given, as a quotation', async () => {
    const message = bench.written();
    const voice = voiceOf();
    const sent = await bench.bot().sendVoice(message, voice, never);
    expect(bench.standIn.sent).toMatchObject([{ id: sent.ids[0], content: { type: 'audio', voice: true }, context: message.id }]);
    expect(sent.as).toBe('voice');
    expect(bench.standIn.sent[0]?.bytes?.equals(voice.bytes)).toBe(true);
    expect(describeRecording(voice.bytes, voice.bytes.length)).toMatchObject({ format: 'ogg-opus', channels: 1 });
  });

  it('are uploaded once, also for another person', async () => {
    const grace = bench.standIn.meet({ phone: '4915199999999', name: 'Grace' });
    const bot = bench.bot({ quote: false });
    await bot.sendVoice(bench.written(), voiceOf(), never);
    await bot.sendVoice(bench.message(bench.standIn.text(grace, 'And me?')), voiceOf(), never);
    expect(paths()).toEqual(['POST media', 'POST messages', 'POST messages']);
    expect(bench.standIn.sent.map(({ person, context }) => [person, context])).toEqual([
      [bench.ada, undefined],
      [grace, undefined],
    ]);
  });

  it('are uploaded anew when the id is no longer good', async () => {
    const bot = bench.bot();
    await bot.sendVoice(bench.written(), voiceOf(), never);
    bench.standIn.advance(31 * 24 * 3600 * 1000);
    expect(await bot.sendVoice(bench.written(), voiceOf(), never)).toMatchObject({ as: 'voice' });
    expect(await bot.sendVoice(bench.written(), voiceOf(), never)).toMatchObject({ as: 'voice' });
    expect(paths()).toEqual(['POST media', 'POST messages', 'POST messages', 'POST media', 'POST messages', 'POST messages']);
  });

  it('are not asked for again under an id that was refused', async () => {
    const bot = bench.bot();
    await bot.sendVoice(bench.written(), voiceOf(), never);
    bench.standIn.advance(31 * 24 * 3600 * 1000);
    bench.standIn.fail({ kind: 'late', release: Promise.resolve() }, refusal(190));
    expect(await bench.failureOf(bot.sendVoice(bench.written(), voiceOf(), never))).toMatchObject({ reason: 'voice_refused' });
    await bot.sendVoice(bench.written(), voiceOf(), never);
    expect(paths().slice(2)).toEqual(['POST messages', 'POST media', 'POST media', 'POST messages']);
  });

  it('are sent also where the cache fails', async () => {
    jest.spyOn(bench.cache, 'getMany').mockRejectedValue(new Error('down'));
    jest.spyOn(bench.cache, 'set').mockRejectedValue(new Error('down'));
    expect(await bench.bot().sendVoice(bench.written(), voiceOf(), never)).toMatchObject({ as: 'voice' });
  });

  it.each(['mp3', 'wav', 'flac', 'pcm'] as const)('are no %s', async (format) => {
    const error = await bench.failureOf(bench.bot().sendVoice(bench.written(), voiceOf(spokenAudio(format)), never));
    expect(error).toMatchObject({ code: 'invalid', reason: 'voice_format' });
    expect(bench.standIn.requests).toEqual([]);
  });

  it('have one channel', async () => {
    const bytes = spokenAudio('opus');
    bytes[bytes.indexOf('OpusHead') + 9] = 2;
    expect(sniffFormat(bytes)).toBe('ogg-opus');
    expect(await bench.failureOf(bench.bot().sendVoice(bench.written(), voiceOf(bytes), never))).toMatchObject({ reason: 'voice_format' });
    expect(bench.standIn.requests).toEqual([]);
  });

  it('may be long, and have at most 16 MiB', async () => {
    const long = Buffer.concat([spokenAudio('opus'), Buffer.alloc(600_000)]);
    await bench.bot().sendVoice(bench.written(), voiceOf(long), never);
    expect(bench.logged).toEqual([expect.stringContaining('512 KB')]);
    const longer = Buffer.concat([spokenAudio('opus'), Buffer.alloc(16 * 1024 * 1024)]);
    expect(await bench.failureOf(bench.bot().sendVoice(bench.written(), voiceOf(longer), never))).toMatchObject({ code: 'too_large' });
  });

  it.each([
    [131053, undefined],
    [131051, undefined],
    [100, "Param audio['voice'] is not allowed."],
    [100, 'Invalid parameter'],
    [131009, undefined],
  ])('become files when they are refused (%p)', async (code, details) => {
    bench.standIn.fail({ kind: 'late', release: Promise.resolve() }, refusal(code, details));
    expect(await bench.bot().sendVoice(bench.written(), voiceOf(), never)).toMatchObject({ as: 'audio' });
    expect(bench.standIn.sent).toMatchObject([{ content: { type: 'audio', voice: false } }]);
  });

  it('are refused at last, so that text can be sent', async () => {
    bench.standIn.fail({ kind: 'late', release: Promise.resolve() }, refusal(131053), refusal(131053));
    const error = await bench.failureOf(bench.bot().sendVoice(bench.written(), voiceOf(), never));
    expect(error).toMatchObject({ code: 'unsupported', reason: 'voice_refused' });
    bench.standIn.fail(refusal(100, 'Param file must be a file with one of the following types'));
    const other = await bench.failureOf(bench.bot().sendVoice(bench.written(), voiceOf(), never));
    expect(other).toMatchObject({ code: 'unsupported', reason: 'voice_refused' });
    expect(bench.standIn.sent).toEqual([]);
  });

  it.each([
    ['is refused', [refusal(100, 'Invalid parameter')]],
    ['is too large for what stands between', [{ kind: 'reply' as const, status: 413, body: 'Payload Too Large' }]],
    ['fails each time', Array.from({ length: 4 }, () => refusal(131000))],
    ['is answered without an id', [{ kind: 'reply' as const, status: 200, body: '{}' }]],
  ])('are refused when their upload %s, so that text can be sent', async (_what, faults) => {
    bench.standIn.fail(...faults);
    const error = await bench.failureOf(bench.bot().sendVoice(bench.written(), voiceOf(), never));
    expect(error).toMatchObject({ code: 'unsupported', reason: 'voice_refused' });
    expect(bench.logged).toEqual([expect.stringContaining('could not be uploaded')]);
    expect(paths()).toEqual(faults.map(() => 'POST media'));
  });

  it('are left to others when the process ends while they are uploaded', async () => {
    const ending = new AbortController();
    bench.standIn.fail({ kind: 'late', release: new Promise(() => undefined) });
    const sending = bench.failureOf(bench.bot().sendVoice(bench.written(), voiceOf(), ending.signal));
    await eventually(async () => bench.standIn.requests.length > 0, 'Nothing was uploaded.');
    ending.abort();
    expect(await sending).toMatchObject({ code: 'aborted' });
  });

  it.each([
    [131047, { reason: 'window_closed' }],
    [131026, { reason: 'recipient_unavailable' }],
    [190, { code: 'auth' }],
    [131042, { code: 'quota' }],
  ])('are not refused by what is wrong otherwise (%p)', async (code, failure) => {
    bench.standIn.fail({ kind: 'late', release: Promise.resolve() }, refusal(code));
    expect(await bench.failureOf(bench.bot().sendVoice(bench.written(), voiceOf(), never))).toMatchObject(failure);
    expect(paths()).toEqual(['POST media', 'POST messages']);
  });

  it('are not refused when nobody knows whether they have arrived', async () => {
    bench.standIn.fail({ kind: 'late', release: Promise.resolve() }, { kind: 'reply', status: 502, body: 'Bad Gateway' });
    expect(await bench.failureOf(bench.bot().sendVoice(bench.written(), voiceOf(), never))).toMatchObject({ reason: 'delivery_unknown' });
    expect(paths()).toEqual(['POST media', 'POST messages']);
  });
});
