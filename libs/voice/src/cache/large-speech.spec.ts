import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AudioConverter } from '@parlance/audio';
import { MemoryCacheStore } from '@parlance/cache';
import { eventually } from '@parlance/testing';
import type { SpeakRequest } from '../voice.types.js';
import { createVoice } from '../__fixtures__/create-voice.js';
import { FakeSpeechProvider } from '../__fixtures__/fake-providers.js';
import { FlakyStore } from '../__fixtures__/flaky-store.js';
import { collect } from '../streams/async-streams.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const { signal } = new AbortController();
const longText = Array.from({ length: 30 }, (_, index) => `Sentence number ${index} is read out.`).join(' ');

/** Two processes with one cache and one object store between them. */
describe('large speech', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  const other = new FakeSpeechProvider('one');
  const maker = new FakeSpeechProvider('one');
  let objects: FlakyStore;
  let one: (request: SpeakRequest) => Promise<{ bytes: Buffer; cache: string }>;
  let two: typeof one;
  beforeEach(async () => {
    objects = await FlakyStore.create();
    const store = new MemoryCacheStore();
    [one, two] = [maker, other].map((speaker) => {
      speaker.asked.length = 0;
      const voice = createVoice({ converter, speakers: [speaker], objects, store, options: { cacheObjectBytes: 1000 } });
      return async (request: SpeakRequest) => {
        const speech = await voice.speak(request, signal);
        return { bytes: Buffer.from(await collect(speech.chunks)), cache: speech.trace.cache };
      };
    }) as [typeof one, typeof one];
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await objects.remove();
  });
  afterAll(() => converter.close());

  it('is served by one process as another has made it', async () => {
    const request: SpeakRequest = { text: `Hello ${'and hello '.repeat(10)}there.`, format: 'mp3' };
    const made = await one(request);
    expect(await two(request)).toEqual({ bytes: made.bytes, cache: 'hit' });
    expect(other.asked).toEqual([]);
    expect(objects.writes).toHaveLength(1);
  });

  it('is put together of pieces that were made before', async () => {
    await one({ text: longText, format: 'pcm' });
    const pieces = maker.asked.length;
    expect(pieces).toBeGreaterThan(1);
    expect((await two({ text: longText, format: 'wav' })).cache).toBe('partial');
    expect(other.asked).toEqual([]);
    expect(objects.reads).toHaveLength(pieces);
  });

  it('is made anew, in part or in whole, where its objects are gone', async () => {
    await one({ text: longText, format: 'pcm' });
    const [first] = objects.writes;
    await objects.delete(first!);
    await two({ text: longText, format: 'wav' });
    expect(other.asked).toHaveLength(1);
    for (const key of await objects.keys()) await objects.delete(key);
    expect((await two({ text: longText, format: 'wav' })).cache).toBe('miss');
    expect((await two({ text: longText, format: 'wav' })).cache).toBe('hit');
  });

  it('goes to the object store again a moment after it has failed, also when the time of day was put back', async () => {
    const request: SpeakRequest = { text: `Hello ${'and hello '.repeat(10)}there.`, format: 'mp3' };
    await one(request);
    objects.fault = 'away';
    await two(request);
    objects.fault = 'none';
    const yesterday = Date.now() - 24 * 3_600_000;
    const now = performance.now.bind(performance);
    jest.spyOn(Date, 'now').mockReturnValue(yesterday);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 6000);
    await two({ ...request, text: `Good ${'and good '.repeat(10)}night.` });
    expect(objects.writes).toHaveLength(2);
  });

  it('is made anew while the store is silent, also when memory is cleared meanwhile', async () => {
    const request: SpeakRequest = { text: `Hello ${'and hello '.repeat(10)}there.`, format: 'mp3' };
    await one(request);
    objects.fault = 'silent';
    const speaking = two(request);
    await eventually(() => Promise.resolve(objects.reads.length === 1), 'Nobody has read.');
    collectGarbage();
    expect((await speaking).cache).toBe('miss');
  });
});
