import { ThreadPool } from '@parlance/audio';
import { bytesOfSpeech, loudnessOf, noSignal, pitchOf, secondsOf, speechRequest } from './__fixtures__/local-requests.js';
import { LocalProvider } from './local.provider.js';

const TEXT = 'The train to London leaves from platform seven.';

jest.setTimeout(60_000);

describe('LocalSpeech', () => {
  let provider: LocalProvider;
  beforeAll(() => {
    provider = new LocalProvider({ espeak: false, threads: 2 });
  });
  afterAll(() => provider.close());

  const speak = (...[text, changes]: Parameters<typeof speechRequest>) => provider.speech.speak(speechRequest(text, changes), noSignal());

  it('speaks with every voice, about equally loud', async () => {
    const { voices } = provider.speech.capabilities;
    expect(voices.map(({ id }) => id)).toEqual(['slt', 'rms', 'awb', 'kal16']);
    for (const { id } of voices) {
      const audio = await speak(TEXT, { voice: id });
      const bytes = await bytesOfSpeech(audio);
      expect(audio).toMatchObject({ format: 'pcm', sampleRate: 16_000, usage: { characters: 47 }, warnings: [] });
      expect(secondsOf(bytes)).toBeGreaterThan(2);
      expect(Math.abs(loudnessOf(bytes) + 16)).toBeLessThan(3);
    }
  });

  it('has voices that differ', async () => {
    const [slt, rms] = await Promise.all(['slt', 'rms'].map(async (voice) => bytesOfSpeech(await speak(TEXT, { voice }))));
    expect(pitchOf(slt!)).toBeGreaterThan(pitchOf(rms!) * 1.3);
  });

  it.each([0.25, 0.5, 2, 4])('speaks at speed %p', async (speed) => {
    const normal = secondsOf(await bytesOfSpeech(await speak(TEXT)));
    const changed = secondsOf(await bytesOfSpeech(await speak(TEXT, { speed })));
    expect((changed * speed) / normal).toBeGreaterThan(0.85);
    expect((changed * speed) / normal).toBeLessThan(1.25);
  });

  it('moves the pitch by semitones', async () => {
    const normal = pitchOf(await bytesOfSpeech(await speak(TEXT)));
    const raised = pitchOf(await bytesOfSpeech(await speak(TEXT, { pitch: 7 })));
    const lowered = pitchOf(await bytesOfSpeech(await speak(TEXT, { pitch: -7 })));
    expect(12 * Math.log2(raised / normal)).toBeCloseTo(7, -0.5);
    expect(12 * Math.log2(lowered / normal)).toBeCloseTo(-7, -0.5);
  });

  it('says what it could not do', async () => {
    expect((await speak(TEXT, { pitch: 20 })).warnings).toMatchObject([{ code: 'clipped', param: 'pitch' }]);
    expect((await speak(TEXT, { voice: 'rms', pitch: 2 })).warnings).toMatchObject([{ code: 'unsupported_option', param: 'pitch' }]);
    expect((await speak('Hello Мир.')).warnings).toMatchObject([{ code: 'partial', param: 'text' }]);
    const ignored = await speak(TEXT, { instructions: 'whisper', options: { style: 'sad' } });
    expect(ignored.warnings.map(({ param }) => param)).toEqual(['instructions', 'style']);
  });

  it('makes it louder and quieter without clipping', async () => {
    const normal = loudnessOf(await bytesOfSpeech(await speak(TEXT)));
    expect(loudnessOf(await bytesOfSpeech(await speak(TEXT, { volumeGain: -12 }))) - normal).toBeCloseTo(-12, 0);
    const loud = await bytesOfSpeech(await speak(TEXT, { volumeGain: 20 }));
    expect(loudnessOf(loud) - normal).toBeGreaterThan(8);
    expect(Math.max(...new Int16Array(Uint8Array.from(loud).buffer))).toBeLessThan(32_767);
  });

  it('makes no more than one sentence ahead of its reader', async () => {
    const call = jest.spyOn(ThreadPool.prototype, 'call');
    const sizes: number[] = [];
    const audio = await speak(`${TEXT} ${TEXT} ${TEXT} ${TEXT}`);
    expect(call).not.toHaveBeenCalled();
    for await (const chunk of audio.chunks) {
      sizes.push(chunk.length);
      if (sizes.length === 2) break;
    }
    expect(sizes).toEqual([16_000, 16_000]);
    expect(call).toHaveBeenCalledTimes(2);
    call.mockRestore();
  });

  it.each(['-t -o /etc/passwd', '--setf duration_stretch=9', '-voice kal', '\u0000Hello\u0007 there.', 'Café naïve', '€5 – “fine”…'])(
    'reads %j aloud',
    async (text) => {
      const bytes = await bytesOfSpeech(await speak(text));
      expect(secondsOf(bytes)).toBeGreaterThan(0.5);
      expect(secondsOf(bytes)).toBeLessThan(6);
      expect(loudnessOf(bytes)).toBeGreaterThan(-25);
    },
  );

  it.each(['...', '🙂', 'Привет', '\n\n'])('refuses %j, which it cannot speak, and names the ways out', async (text) => {
    const refusal = {
      code: 'unsupported',
      reason: 'nothing_speakable',
      param: 'text',
      message: expect.stringMatching(/espeak-ng.*name the language of the text, or the model espeak-ng and a voice/u),
    };
    await expect(speak(text)).rejects.toMatchObject(refusal);
  });

  it.each([
    [{ voice: 'nobody' }, { code: 'not_found', param: 'voice', message: expect.stringContaining('slt, rms, awb, kal16') }],
    [{ voice: 'slt --help' }, { code: 'not_found', param: 'voice' }],
    [{ voice: 'espeak/de' }, { code: 'not_found', param: 'voice' }],
    [{ model: 'other' }, { code: 'not_found', param: 'model', message: expect.stringContaining('flite') }],
    [
      { language: 'de' },
      { code: 'unsupported', param: 'language', message: expect.stringContaining('install espeak-ng, set PARLANCE_LOCAL') },
    ],
    [{ format: 'mp3' as const }, { code: 'unsupported', param: 'format' }],
    [{ speed: 0 }, { code: 'invalid', param: 'speed' }],
    [{ speed: Number.NaN }, { code: 'invalid', param: 'speed' }],
    [{ pitch: 21 }, { code: 'invalid', param: 'pitch' }],
    [{ volumeGain: -99 }, { code: 'invalid', param: 'volumeGain' }],
  ])('refuses %j', async (changes, error) => {
    await expect(speak(TEXT, changes)).rejects.toMatchObject(error);
  });

  it('takes every English, and a thousand characters', async () => {
    expect((await speak(TEXT, { language: 'en-GB' })).warnings).toEqual([]);
    await expect(speak('a'.repeat(1001))).rejects.toMatchObject({ code: 'too_large', param: 'text' });
    const audio = await speak('a '.repeat(500));
    expect(audio.usage).toEqual({ characters: 1000 });
  });

  it('stops when its caller leaves', async () => {
    const controller = new AbortController();
    const audio = await provider.speech.speak(speechRequest(`${TEXT} ${TEXT} ${TEXT}`), controller.signal);
    const read = async () => {
      for await (const chunk of audio.chunks) if (chunk.length > 0) controller.abort();
    };
    await expect(read()).rejects.toMatchObject({ code: 'aborted' });
    await expect(provider.speech.speak(speechRequest(TEXT), controller.signal)).rejects.toMatchObject({ code: 'aborted' });
  });
});
