import { AudioConverter } from '@parlance/audio';
import { ParlanceError } from '@parlance/contracts';
import { spokenAudio } from '@parlance/testing';
import { createVoice } from '../__fixtures__/create-voice.js';
import { FakeSpeechProvider, FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import { collect } from '../streams/async-streams.js';

const never = new AbortController().signal;
const down = () => new ParlanceError('server', 'It is down.');

describe('equal requests at once, of which one has a fallback', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  const options = { resilience: { retries: 0 } };
  const alone = { providers: ['first'] };
  const withFallback = { providers: ['first', 'second'] };
  const orders: [string, { providers: string[] }[]][] = [
    ['after', [alone, withFallback]],
    ['before', [withFallback, alone]],
  ];
  afterAll(() => converter.close());

  it.each(orders)('are spoken each by those it asks for: it comes %s the other', async (_, asked) => {
    const [first, second] = [new FakeSpeechProvider('first'), new FakeSpeechProvider('second')];
    first.failures.push(down(), down());
    const voice = createVoice({ converter, speakers: [first, second], options });
    const spoken = await Promise.allSettled(
      asked.map(async (plan) => {
        const { chunks, trace } = await voice.speak({ text: 'Hello.', format: 'pcm', ...plan }, never);
        await collect(chunks);
        return trace.servedBy?.provider;
      }),
    );
    expect(spoken[asked.indexOf(alone)]).toMatchObject({ status: 'rejected', reason: { code: 'server' } });
    expect(spoken[asked.indexOf(withFallback)]).toEqual({ status: 'fulfilled', value: 'second' });
  });

  it.each(orders)('are heard each by those it asks for: it comes %s the other', async (_, asked) => {
    const [first, second] = [new FakeTranscriptionProvider('first'), new FakeTranscriptionProvider('second')];
    first.failures.push(down(), down());
    const voice = createVoice({ converter, listeners: [first, second], options });
    const heard = await Promise.allSettled(
      asked.map(async (plan) => (await voice.transcribe({ audio: spokenAudio('wav'), ...plan }, never)).trace.servedBy?.provider),
    );
    expect(heard[asked.indexOf(alone)]).toMatchObject({ status: 'rejected', reason: { code: 'server' } });
    expect(heard[asked.indexOf(withFallback)]).toEqual({ status: 'fulfilled', value: 'second' });
  });
});
