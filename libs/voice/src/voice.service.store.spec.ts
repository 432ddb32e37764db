import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AudioConverter } from '@parlance/audio';
import { Retention } from '@parlance/storage';
import { eventually, spokenAudio } from '@parlance/testing';
import { createVoice } from './__fixtures__/create-voice.js';
import { FakeSpeechProvider, FakeTranscriptionProvider } from './__fixtures__/fake-providers.js';
import { FlakyStore } from './__fixtures__/flaky-store.js';
import { PendingObjects } from './files/pending-objects.js';
import { VoiceLibrary } from './voice-library.js';
import type { VoiceService } from './voice.service.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('stored speech', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  const { signal } = new AbortController();
  let store: FlakyStore;
  let voice: VoiceService;
  beforeEach(async () => {
    store = await FlakyStore.create();
    voice = createVoice({
      converter,
      objects: store,
      speakers: [new FakeSpeechProvider('one', { formats: ['mp3'] })],
      listeners: [new FakeTranscriptionProvider('one')],
      options: { voices: { alloy: {} }, storeMilliseconds: 2000 },
    });
  });
  afterEach(() => store.remove());
  afterAll(() => converter.close());

  const speak = (more: object = {}, leaving = signal) =>
    voice.speakToFileIfPossible({ text: 'Hello there.', format: 'mp3', ...more }, leaving);

  it('is filed by owner, with all that is known of it', async () => {
    const spoken = await speak();
    const { file } = spoken;
    expect(spoken).toMatchObject({
      url: expect.stringContaining('/objects/voice/speech/default/_/'),
      expiresAt: expect.any(String),
      warnings: [],
    });
    expect(file).toMatchObject({ originalFilename: 'speech.mp3', mediaType: 'audio/mpeg', format: 'mp3', sampleRate: 16_000, channels: 1 });
    const stat = await store.stat(file!.key);
    expect(stat?.metadata).toMatchObject({ 'original-filename': 'speech.mp3', format: 'mp3', 'sample-rate': '16000', channels: '1' });
    const owned = await voice.speakToFile({ text: 'Hello there.', format: 'mp3', tenant: 'acme', agent: 'bot' }, signal, 60);
    expect(owned.file.key).toMatch(/^voice\/speech\/acme\/bot\/\d{4}\/\d\d\/\d\d\/[0-9a-f]{64}\.mp3$/);
  });

  it('is written once, however often it is spoken', async () => {
    const [one, two] = [await speak(), await speak({ cache: false })];
    expect(two.file).toEqual({ ...one.file });
    expect(store.writes).toHaveLength(1);
    await speak({ tenant: 'acme' });
    expect(store.writes).toHaveLength(2);
  });

  it('is written again where somebody has cut off what was there', async () => {
    const { file } = await speak();
    await truncate(join(store.directory, 'objects', `${file!.key}~`), 100);
    expect(await speak()).toMatchObject({ file: { sizeBytes: spokenAudio('mp3').length }, warnings: [] });
    expect(await store.stat(file!.key)).toMatchObject({ sizeBytes: spokenAudio('mp3').length });
  });

  it.each(['away', 'silent'] as const)('comes with the answer while the store is %s, and is stored later', async (fault) => {
    store.fault = fault;
    const first = await speak();
    expect(first).toMatchObject({
      file: null,
      url: null,
      expiresAt: null,
      mediaType: 'audio/mpeg',
      warnings: [{ code: 'storage_unavailable' }],
    });
    expect('bytes' in first && first.bytes).toEqual(spokenAudio('mp3'));
    // Nobody else waits for what is known to be away.
    const tried = store.writes.length;
    expect(await speak({ tenant: 'acme' })).toMatchObject({ file: null });
    expect(store.writes).toHaveLength(tried);
    store.fault = 'none';
    if (fault === 'away') await eventually(async () => (await store.keys()).length === 2, 'It was not stored later.', 20_000);
    if (fault === 'away') expect(await speak()).toMatchObject({ file: { sizeBytes: spokenAudio('mp3').length } });
  });

  it('comes with the answer while the store is silent, also when memory is cleared meanwhile', async () => {
    store.fault = 'silent';
    const speaking = speak();
    await eventually(() => Promise.resolve(store.writes.length === 1), 'Nobody tried.');
    collectGarbage();
    expect(await speaking).toMatchObject({ file: null, warnings: [{ code: 'storage_unavailable' }] });
  });

  it('fails for those who asked for a file and nothing else', async () => {
    store.fault = 'away';
    await expect(voice.speakToFile({ text: 'Hello there.' }, signal)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('fails where the store would never take it', async () => {
    store.fault = 'full of rules';
    await expect(speak()).rejects.toMatchObject({ code: 'invalid' });
  });

  it('is nothing to a caller who leaves while it is stored', async () => {
    store.fault = 'silent';
    const controller = new AbortController();
    const speaking = speak({}, controller.signal).catch((error: unknown) => error);
    await eventually(() => Promise.resolve(store.writes.length === 1), 'Nobody tried.');
    controller.abort();
    expect(await speaking).toMatchObject({ code: 'aborted' });
  });

  it('has links that do not outlive it', async () => {
    const library = new VoiceLibrary(store, {}, new PendingObjects(store), new Retention({ days: 1 }));
    const speech = await voice.speak({ text: 'Hello there.', format: 'mp3' }, signal);
    const { expiresAt } = await library.store({ speech, bytes: spokenAudio('mp3'), owner: {}, expiresInSeconds: 604_800 }, signal);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(24 * 60 * 60 * 1000);
    await expect(library.store({ speech, bytes: spokenAudio('mp3'), owner: {}, expiresInSeconds: 0 }, signal)).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});
