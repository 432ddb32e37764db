import { once } from 'node:events';
import { createServer } from 'node:net';
import { eventually, whatsappError, WHATSAPP_DISPLAY_NUMBER } from '@parlance/testing';
import { never, SPOKEN_ANSWER, voiceOf, WhatsAppBench } from './__fixtures__/whatsapp-bench.js';

describe('WhatsAppBot', () => {
  let bench: WhatsAppBench;
  beforeEach(async () => {
    bench = await WhatsAppBench.start();
  });
  afterEach(() => bench.close());

  const refusal = (code: number) => ({ kind: 'reply' as const, ...whatsappError(code) });
  const asked = () => bench.standIn.calls.length;

  it('sends long texts in several messages, and quotes once', async () => {
    const message = bench.written();
    const text = `${'First sentence. '.repeat(300)}\n${'Second sentence. '.repeat(300)}`;
    const { ids, as } = await bench.bot().sendText(message, text, never);
    expect([ids.length, as]).toEqual([3, 'text']);
    expect(bench.standIn.sent.map(({ id, context }) => [id, context])).toEqual([
      [ids[0], message.id],
      [ids[1], undefined],
      [ids[2], undefined],
    ]);
    expect(
      bench.standIn.sent
        .map(({ content }) => (content.type === 'text' ? content.text : ''))
        .join(' ')
        .split(/\s+/),
    ).toEqual(text.trim().split(/\s+/));
  });

  it('sends no text of white space', async () => {
    expect(await bench.failureOf(bench.bot().sendText(bench.written(), ' \n', never))).toMatchObject({ code: 'invalid', param: 'text' });
  });

  it('answers without the quotation when there is nothing to quote any more', async () => {
    const { ids } = await bench.bot().sendText({ ...bench.written(), id: 'wamid.gone' }, SPOKEN_ANSWER, never);
    expect(bench.standIn.sent).toMatchObject([{ id: ids[0] }]);
    expect(bench.standIn.sent[0]).not.toHaveProperty('context');
  });

  it('answers who has no telephone number by their id', async () => {
    const grace = bench.standIn.meet({ userId: 'US.13491208655302741918', name: 'Grace' });
    await bench.bot().sendVoice(bench.message(bench.standIn.text(grace, 'Hello.')), voiceOf(), never);
    expect(bench.standIn.sent).toMatchObject([{ person: grace }]);
    const nobody = { ...bench.written(), address: {} };
    expect(await bench.failureOf(bench.bot().sendText(nobody, SPOKEN_ANSWER, never))).toMatchObject({ code: 'invalid', param: 'address' });
  });

  it('shows that something is done until the signal fires, whatever fails', async () => {
    const leaving = new AbortController();
    const message = bench.written();
    bench.standIn.failProbes({ kind: 'refuse' }, refusal(131000));
    bench.bot({ typingMilliseconds: 1 }).show(message, 'recording', leaving.signal);
    await eventually(() => Promise.resolve(bench.standIn.shown.length >= 2), 'It is not shown.');
    leaving.abort();
    expect(bench.standIn.shown[0]).toEqual({ messageId: message.id, typing: true });
    await eventually(() => Promise.resolve(bench.standIn.openSockets === 0), 'It is still shown.');
    // One that was on its way when the signal fired may still arrive; with one every millisecond there would be many.
    const most = bench.standIn.shown.length + 1;
    bench.bot({ typingMilliseconds: 1 }).show(message, 'typing', AbortSignal.abort());
    for (let sent = 0; sent < 10; sent += 1) await bench.bot().sendText(message, SPOKEN_ANSWER, never);
    expect(bench.standIn.shown.length).toBeLessThanOrEqual(most);
  });

  it('does not answer once 24 hours have passed', async () => {
    const message = bench.written();
    bench.standIn.advance(25 * 3600 * 1000);
    const error = await bench.failureOf(bench.bot().sendText(message, SPOKEN_ANSWER, never));
    expect(error).toMatchObject({ code: 'permission', reason: 'window_closed', message: expect.stringContaining('must write first') });
    expect(asked()).toBe(1);
  });

  it.each([131056, 130429, 131048, 4, 80007, 131000, 131016, 131057])('tries again after %i', async (code) => {
    bench.standIn.fail(refusal(code), refusal(code));
    await bench.bot().sendText(bench.written(), SPOKEN_ANSWER, never);
    expect(bench.standIn.sent).toHaveLength(1);
    expect(asked()).toBe(3);
  });

  it.each([
    [131056, 'rate', 'pair_limited', 4],
    [130429, 'rate', 'rate_limited', 6],
    [131000, 'server', 'temporary', 4],
  ])('gives up %i in the end', async (code, kind, reason, attempts) => {
    bench.standIn.fail(...Array.from({ length: attempts }, () => refusal(code)));
    const error = await bench.failureOf(bench.bot().sendText(bench.written(), SPOKEN_ANSWER, never));
    expect(error).toMatchObject({ code: kind, reason, requestId: expect.any(String) });
    expect([asked(), bench.standIn.sent.length]).toEqual([attempts, 0]);
  });

  it('waits no longer than its caller', async () => {
    const leaving = new AbortController();
    bench.standIn.fail(refusal(131056));
    const bot = bench.bot({ backOff: { secondMilliseconds: 3_600_000 } });
    const sending = bench.failureOf(bot.sendText(bench.written(), SPOKEN_ANSWER, leaving.signal));
    await eventually(() => Promise.resolve(asked() === 1), 'It was not sent.');
    leaving.abort();
    expect(await sending).toMatchObject({ code: 'aborted' });
    expect(asked()).toBe(1);
  });

  it.each([
    ['hang', { kind: 'hang' as const }],
    ['hang in the middle', { kind: 'hang-mid-body' as const }],
    ['the end of the connection', { kind: 'refuse' as const }],
    ['half an answer', { kind: 'cut' as const }],
    ['a page', { kind: 'html' as const }],
    ['nothing', { kind: 'empty' as const }],
    ['a proxy that gave up', { kind: 'reply' as const, status: 504, body: 'Gateway Timeout' }],
    ['a failure that is not known', { kind: 'reply' as const, ...whatsappError(1, { status: 500 }) }],
    ['a success without a name', { kind: 'reply' as const, status: 200, body: '{"messages":[]}' }],
  ])('sends nothing twice after %s', async (_name, fault) => {
    bench.standIn.fail(fault);
    const bot = bench.bot({ firstByteMilliseconds: 2000, idleMilliseconds: 2000 });
    const error = await bench.failureOf(bot.sendText(bench.written(), SPOKEN_ANSWER, never));
    expect(error).toMatchObject({ code: 'timeout', reason: 'delivery_unknown' });
    expect(asked()).toBe(1);
  });

  it('uploads again, which does no harm', async () => {
    bench.standIn.fail({ kind: 'refuse' }, { kind: 'reply', status: 502, body: 'Bad Gateway' });
    await bench.bot().sendVoice(bench.written(), voiceOf(), never);
    expect(bench.standIn.sent).toHaveLength(1);
  });

  it('says that nobody is there, having tried again', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as { port: number };
    gone.close();
    const bot = bench.bot({}, { base_url: `http://127.0.0.1:${port}` });
    expect(await bench.failureOf(bot.sendText(bench.written(), SPOKEN_ANSWER, never))).toMatchObject({
      code: 'timeout',
      reason: 'unreachable',
    });
  });

  it('says what is wrong with TLS, and that nothing was sent', async () => {
    const bot = bench.bot({}, { base_url: bench.standIn.url.replace('http:', 'https:') });
    const error = await bench.failureOf(bot.sendText(bench.written(), SPOKEN_ANSWER, never));
    expect(error).toMatchObject({ code: 'timeout', reason: 'unreachable', message: expect.stringContaining('TLS') });
  });

  it('leaves with its caller', async () => {
    const leaving = new AbortController();
    bench.standIn.fail({ kind: 'hang' });
    const sending = bench.failureOf(bench.bot().sendText(bench.written(), SPOKEN_ANSWER, leaving.signal));
    await eventually(() => Promise.resolve(asked() === 1), 'It was not sent.');
    leaving.abort();
    expect(await sending).toMatchObject({ code: 'aborted' });
    expect(await bench.failureOf(bench.bot().sendText(bench.written(), SPOKEN_ANSWER, leaving.signal))).toMatchObject({ code: 'aborted' });
    expect(asked()).toBe(1);
  });

  it('says that the token is refused', async () => {
    const error = await bench.failureOf(bench.bot({}, { token: 'EAAJBwrong' }).sendText(bench.written(), SPOKEN_ANSWER, never));
    expect(error).toMatchObject({ code: 'auth', reason: 'token_refused', message: expect.not.stringContaining('EAAJB') });
  });

  it('tells its number as people write it, and sends nothing for that', async () => {
    expect(await bench.bot().phoneNumber(never)).toBe(WHATSAPP_DISPLAY_NUMBER);
    const error = await bench.failureOf(bench.bot({}, { token: 'EAAJBwrong' }).phoneNumber(never));
    expect(error).toMatchObject({ code: 'auth', reason: 'token_refused' });
    expect(bench.standIn.sent).toEqual([]);
  });
});
