import { Coalescer } from '@parlance/cache';
import { spokenAudio, type Fault } from '@parlance/testing';
import { breakerOf, newText, speak } from './support/ask.js';
import { startFleet, until, type Fleet } from './support/fleet.js';

const audio = (body: Uint8Array, type = 'audio/mpeg'): Fault => ({ kind: 'reply', status: 200, headers: { 'content-type': type }, body });
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);

describe('what providers answer', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    process.on('unhandledRejection', onRejection);
    fleet = await startFleet({ environment: { PARLANCE_FIRST_BYTE_MILLISECONDS: '3000', PARLANCE_IDLE_MILLISECONDS: '3000' } });
  });
  beforeEach(() => fleet.reset());
  afterEach(() => {
    if (rejections.length > 0) throw new Error('A rejection was not handled.', { cause: rejections.shift() });
  });
  afterAll(async () => {
    await fleet.close();
    process.off('unhandledRejection', onRejection);
  });

  it.each<[string, Fault]>([
    ['no audio', { kind: 'empty' }],
    ['a page', { kind: 'html' }],
    ['JSON', audio(Buffer.from('{"audio":null}'), 'application/json')],
    ['a page that calls itself audio', audio(Buffer.from(`<!doctype html>${' '.repeat(9000)}`))],
    ['another format', audio(spokenAudio('opus'))],
    ['a file that ends after its first bytes', audio(spokenAudio('mp3').subarray(0, 90))],
    ['bytes of no meaning', audio(Buffer.alloc(20_000, 0x5a))],
  ])('8: %s counts as a failure; the next provider serves, and nothing is kept of it', async (_, fault) => {
    fleet.first.standIn.fail(fault);
    const input = newText();
    const fallen = await speak(fleet, { input });
    expect(fallen).toMatchObject({ status: 200, provider: 'second', broken: false });
    expect(fallen.bytes).toEqual(spokenAudio('mp3'));
    expect(await breakerOf(fleet, 'first')).toMatchObject({ failures: 1 });
    expect(await speak(fleet, { input })).toMatchObject({ provider: 'first', cache: 'miss' });
  });

  const longText = () =>
    `${newText()}, and it goes on for so long that nobody could say it in a fifth of a second, whoever it may be that says it.`;
  const tooShort = spokenAudio('wav').subarray(0, 14_000);

  it('8: audio of known length that is far too short is not heard: the next is asked', async () => {
    const input = longText();
    fleet.first.standIn.fail(audio(tooShort, 'audio/wav'));
    expect(await speak(fleet, { input, format: 'wav' })).toMatchObject({ status: 200, provider: 'second', broken: false });
    expect(await breakerOf(fleet, 'first')).toMatchObject({ failures: 1 });
  });

  it('8: audio that stops far too early breaks off, and is not kept', async () => {
    const input = longText();
    const pieces = [tooShort.subarray(0, 7000), tooShort.subarray(7000)];
    fleet.first.standIn.fail({ kind: 'stream', headers: { 'content-type': 'audio/wav' }, body: pieces });
    expect(await speak(fleet, { input, format: 'wav' })).toMatchObject({ status: 200, broken: true });
    expect(await breakerOf(fleet, 'first')).toMatchObject({ failures: 1 });
    expect(await speak(fleet, { input, format: 'wav' })).toMatchObject({ cache: 'miss', broken: false });
  });

  it('8: a file that was cut short is not kept', async () => {
    const input = newText();
    fleet.first.standIn.fail(audio(spokenAudio('mp3').subarray(0, 9000)));
    expect((await speak(fleet, { input })).bytes).toHaveLength(9000);
    const again = await speak(fleet, { input });
    expect(again.cache).toBe('miss');
    expect(again.bytes).toEqual(spokenAudio('mp3'));
  });

  it.each<[string, Fault]>([
    ['hangs before its first byte', { kind: 'hang' }],
    ['drops the connection', { kind: 'refuse' }],
  ])('9: a provider that %s is left for the next', async (_, fault) => {
    fleet.first.standIn.fail(fault);
    expect(await speak(fleet)).toMatchObject({ status: 200, provider: 'second', broken: false });
    await until(() => fleet.first.standIn.openSockets === 0);
  });

  it('9: a network that swallows everything is left for the next', async () => {
    await fleet.first.network.blackHole();
    expect(await speak(fleet)).toMatchObject({ status: 200, provider: 'second' });
  });

  it.each<Fault>([{ kind: 'hang-mid-body' }, { kind: 'cut' }])(
    '9: a sentence that breaks off in its middle ($kind) breaks the connection',
    async (fault) => {
      fleet.first.standIn.fail(fault);
      const input = newText();
      const answer = await speak(fleet, { input });
      expect(answer).toMatchObject({ status: 200, provider: 'first', broken: true });
      expect(answer.bytes.length).toBeGreaterThan(0);
      expect(await breakerOf(fleet, 'first')).toMatchObject({ failures: 1 });
      expect(await speak(fleet, { input })).toMatchObject({ cache: 'miss', broken: false });
    },
  );

  it('9: the same as events ends with one that tells of it', async () => {
    fleet.first.standIn.fail({ kind: 'cut' });
    const response = await fetch(`${fleet.url}/v1/voice/speak`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: newText(), voice: 'alloy', format: 'mp3', delivery: 'sse' }),
    });
    const events = (await response.text()).split('\n\n').filter((event) => event !== '');
    expect(events[0]).toContain('speech.audio.delta');
    expect(JSON.parse(events.at(-1)!.replace('data: ', ''))).toMatchObject({
      error: { type: 'server_error', code: expect.stringMatching(/^provider_/) },
    });
    expect(events.join('\n')).not.toContain('[DONE]');
  });

  it('10: a caller who leaves ends the call to the vendor, unless somebody else waits for the same', async () => {
    const input = newText();
    fleet.first.standIn.fail({ kind: 'hang' }, { kind: 'hang' });
    const alone = new AbortController();
    const left = speak(fleet, { input: newText(), signal: alone.signal }).catch((error: Error) => error.name);
    await until(() => fleet.first.standIn.calls.length === 1);
    alone.abort();
    expect(await left).toBe('AbortError');
    await until(() => fleet.first.standIn.calls[0]!.aborted);

    const leaving = new AbortController();
    const gone = speak(fleet, { input, signal: leaving.signal }).catch((error: Error) => error.name);
    await until(() => fleet.first.standIn.calls.length === 2);
    const stays = speak(fleet, { input });
    // The second caller is there when its request has been counted.
    await until(() => fleet.application.get(Coalescer).waiting === 2);
    leaving.abort();
    expect(await gone).toBe('AbortError');
    // The hanging call goes on for the one who stays, until it is given up for the next provider.
    expect(fleet.first.standIn.calls[1]!.aborted).toBe(false);
    expect(await stays).toMatchObject({ status: 200, provider: 'second' });
    await until(() => fleet.first.standIn.openSockets + fleet.second.standIn.openSockets === 0);
    // An abandoned call says nothing about its vendor.
    expect(await breakerOf(fleet, 'first')).toMatchObject({ failures: 1 });
  });

  it('14: when the first provider is back, its voice is', async () => {
    const input = newText();
    await fleet.first.network.refuse();
    expect(await speak(fleet, { input })).toMatchObject({ provider: 'second' });
    await fleet.first.network.pass();
    expect(await speak(fleet, { input })).toMatchObject({ provider: 'first', cache: 'miss' });
    expect(await speak(fleet, { input })).toMatchObject({ provider: 'first', cache: 'hit' });
  });
});
