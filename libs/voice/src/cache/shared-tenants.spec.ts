import { AudioConverter } from '@parlance/audio';
import { ParlanceError } from '@parlance/contracts';
import { eventually } from '@parlance/testing';
import { createVoice } from '../__fixtures__/create-voice.js';
import { FakeSpeechProvider, FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import { toneRecording } from '../__fixtures__/tone.js';
import { collect } from '../streams/async-streams.js';
import type { VoiceModuleOptions } from '../voice.module-definition.js';

const { signal } = new AbortController();

describe('tenants that share a cache', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  let recording: Uint8Array;
  beforeAll(async () => {
    recording = await toneRecording(converter, 1);
  });
  afterAll(() => converter.close());

  const setUp = (options: VoiceModuleOptions = {}) => {
    const [one, two] = [new FakeSpeechProvider('one', { formats: ['mp3'] }), new FakeSpeechProvider('two', { formats: ['mp3'] })];
    const listener = new FakeTranscriptionProvider('one');
    const voice = createVoice({
      converter,
      speakers: [one, two],
      listeners: [listener],
      options: { resilience: { retries: 0 }, ...options },
    });
    const speak = async (tenant: string, agent?: string) => {
      const speech = await voice.speak({ text: 'Hello there.', format: 'mp3', tenant, ...(agent !== undefined && { agent }) }, signal);
      await collect(speech.chunks);
      return speech;
    };
    const cacheOf = async (tenant: string, agent?: string) => (await speak(tenant, agent)).trace.cache;
    const heardFor = async (tenant: string) => (await voice.transcribe({ audio: recording, tenant }, signal)).trace.cache;
    return { one, two, listener, voice, speak, cacheOf, heardFor };
  };

  it('are none unless it is configured', async () => {
    const { cacheOf, heardFor } = setUp();
    for (const tenant of ['acme', 'beta', 'null', '*']) {
      expect(await cacheOf(tenant)).toBe('miss');
      expect(await heardFor(tenant)).toBe('miss');
      expect(await cacheOf(tenant)).toBe('hit');
    }
  });

  it('are those that are listed, and no others, whatever their name', async () => {
    const { one, listener, cacheOf, heardFor } = setUp({ sharedCacheTenants: ['acme', 'beta'] });
    expect([await cacheOf('acme'), await cacheOf('beta')]).toEqual(['miss', 'hit']);
    expect([await heardFor('beta'), await heardFor('acme')]).toEqual(['miss', 'hit']);
    for (const tenant of ['gamma', 'null', '', '*']) expect([await cacheOf(tenant), await heardFor(tenant)]).toEqual(['miss', 'miss']);
    expect([one.asked.length, listener.asked.length]).toEqual([5, 5]);
  });

  it('can be all', async () => {
    const { cacheOf } = setUp({ sharedCacheTenants: ['*'] });
    expect([await cacheOf('acme'), await cacheOf('beta'), await cacheOf('default')]).toEqual(['miss', 'hit', 'hit']);
  });

  it('forget what was made for an agent of theirs, and nothing else', async () => {
    const { voice, cacheOf } = setUp({ sharedCacheTenants: ['*'] });
    await cacheOf('acme', 'anna');
    expect(await voice.forget({ tenant: 'beta', agent: 'anna' })).toBe(0);
    expect(await cacheOf('beta', 'anna')).toBe('hit');
    expect(await voice.forget({ tenant: 'acme', agent: 'anna' })).toBe(1);
    expect(await cacheOf('beta', 'anna')).toBe('miss');
  });

  it('are not served by a vendor they have ruled out', async () => {
    const { one, cacheOf, speak } = setUp({ sharedCacheTenants: ['*'], tenants: { beta: { deny: ['one'] } } });
    expect(await cacheOf('acme')).toBe('miss');
    expect((await speak('beta')).trace).toMatchObject({ cache: 'miss', servedBy: { provider: 'two' }, attempts: [{ provider: 'two' }] });
    expect(one.asked).toHaveLength(1);
  });

  it('do not share work in flight: one does not fail of the budget of the other, nor see who was asked for it', async () => {
    const { one, two, voice, speak } = setUp({
      sharedCacheTenants: ['*'],
      tenants: { beta: { deny: ['two'] } },
      budgets: { poor: { charactersPerDay: 5 } },
    });
    let release: () => void = () => undefined;
    one.hold = new Promise((resolve) => (release = resolve));
    const [poor, acme] = [speak('poor'), speak('acme')];
    await expect(poor).rejects.toMatchObject({ code: 'quota', reason: 'budget_exceeded' });
    await eventually(() => Promise.resolve(one.asked.length === 1), 'Nobody was asked.');
    one.failures.push(new ParlanceError('server', 'down'));
    const denied = speak('beta');
    await expect(denied).rejects.toMatchObject({ code: 'server' });
    release();
    expect((await acme).trace).toMatchObject({ cache: 'miss', attempts: [{ provider: 'one', outcome: 'ok' }] });
    expect(two.asked).toEqual([]);
    expect((await voice.cacheReport()).coalesced).toBe(0);
  });

  it('share work in flight with themselves, which is counted', async () => {
    const { one, voice, cacheOf } = setUp({ sharedCacheTenants: ['*'] });
    expect((await Promise.all([cacheOf('acme'), cacheOf('acme'), cacheOf('acme')])).toSorted()).toEqual(['coalesced', 'coalesced', 'miss']);
    expect(one.asked).toHaveLength(1);
    expect(await voice.cacheReport()).toMatchObject({ coalesced: 2, stale: 0, memory: { entries: 1 } });
  });
});
