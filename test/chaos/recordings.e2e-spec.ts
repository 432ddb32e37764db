import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { spokenAudio, SPOKEN_TEXT, type Fault } from '@parlance/testing';
import { encoded, longSilence, samplesOf, wavWith } from '../e2e/support/recordings.js';
import { breakerOf } from './support/ask.js';
import { startFleet, type Fleet } from './support/fleet.js';

const text = (words: string): Fault => ({
  kind: 'reply',
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ text: words, usage: { type: 'duration', seconds: 1 } }),
});
const down: Fault = { kind: 'reply', status: 503, headers: { 'content-type': 'application/json' }, body: '{"error":{"message":"Down."}}' };

describe('recordings', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet();
  });
  beforeEach(() => fleet.reset());
  afterAll(() => fleet.close());

  const transcribe = async (bytes: Uint8Array, filename = 'speech.wav') => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(bytes)]), filename);
    form.append('model', 'whisper-1');
    const response = await fetch(`${fleet.url}/v1/audio/transcriptions`, { method: 'POST', body: form });
    const { text: words, error } = (await response.json()) as {
      text?: string;
      error?: { message: string; code: string; recording_id?: string };
    };
    return { status: response.status, words, error, headers: response.headers };
  };
  const calls = () => [fleet.first.standIn.calls.length, fleet.second.standIn.calls.length];
  const noise = (seconds: number, level: number) => {
    let state = 7;
    const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    return { samples: Float32Array.from({ length: 16_000 * seconds }, () => (random() * 2 - 1) * level), sampleRate: 16_000 };
  };

  it.each([
    ['silence', () => encoded({ samples: new Float32Array(48_000), sampleRate: 16_000 }, 'wav')],
    ['noise', () => encoded(noise(3, 0.05), 'wav')],
    ['a tenth of a second', () => encoded(samplesOf(0, 0.1), 'wav')],
  ])('21: %s is an empty text from the first who is asked', async (_, recording) => {
    fleet.first.standIn.fail(text(''));
    expect(await transcribe(await recording())).toMatchObject({ status: 200, words: '' });
    expect(calls()).toEqual([1, 0]);
    expect(await breakerOf(fleet, 'first')).toMatchObject({ failures: 0 });
  });

  it('21: two hours, and a header that promises more than there is, are refused before anybody is asked', async () => {
    expect(await transcribe(await longSilence(7200), 'long.flac')).toMatchObject({ status: 413 });
    const promised = await transcribe(wavWith(2_000_000_000, Buffer.alloc(1000)));
    expect([200, 400, 413]).toContain(promised.status);
    expect(fleet.second.standIn.calls).toHaveLength(0);
  });

  it('21: a name that lies is not believed', async () => {
    expect(await transcribe(spokenAudio('opus'), 'speech.wav')).toMatchObject({ status: 200, words: SPOKEN_TEXT });
    expect(fleet.first.standIn.calls).toHaveLength(1);
  });

  it('21: half a recording is heard as far as it goes, or refused', async () => {
    const half = await transcribe(spokenAudio('opus').subarray(0, 4000), 'speech.ogg');
    expect([200, 400]).toContain(half.status);
    expect(fleet.second.standIn.calls).toHaveLength(0);
  });

  it('22: speech without a text is heard by one other, whose text counts', async () => {
    fleet.first.standIn.fail(text(''));
    expect(await transcribe(spokenAudio('wav'))).toMatchObject({ status: 200, words: SPOKEN_TEXT });
    expect(calls()).toEqual([1, 1]);
  });

  it('22: when that hears nothing either, the answer says so', async () => {
    fleet.first.standIn.fail(text(''));
    fleet.second.standIn.fail(text(''));
    const { status, error } = await transcribe(spokenAudio('wav'));
    expect(status).toBe(422);
    expect(error).toMatchObject({ code: 'no_speech_recognised', message: expect.stringContaining('no words') });
    expect(calls()).toEqual([1, 1]);
    for (const name of ['first', 'second']) expect(await breakerOf(fleet, name)).toMatchObject({ state: 'closed', failures: 0 });
  });

  it('23: a recording that everybody fails with is kept, and its id returned', async () => {
    const recording = spokenAudio('flac');
    fleet.first.standIn.fail(down);
    fleet.second.standIn.fail({ kind: 'refuse' });
    const { status, error, headers } = await transcribe(recording, 'speech.flac');
    expect(status).toBe(503);
    const id = headers.get('x-parlance-recording')!;
    expect(error?.recording_id).toBe(id);
    expect(error?.message).toContain(id);
    expect(headers.get('x-should-retry')).toBe('false');
    const key = Buffer.from(id, 'base64url').toString();
    expect(key).toMatch(/^voice\/recording\/.*\.flac$/);
    const kept = filesBelow(fleet.directory).filter((file) => statSync(file).size >= recording.length);
    expect(kept.some((file) => readFileSync(file).includes(recording))).toBe(true);
  });
});

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
