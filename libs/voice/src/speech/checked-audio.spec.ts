import { AUDIO_FORMATS, type AudioFormat, type SpeechAudio } from '@parlance/contracts';
import { SPOKEN_SAMPLE_RATE, SPOKEN_TEXT, spokenAudio } from '@parlance/testing';
import { collect } from '../streams/async-streams.js';
import { checkedAudio } from './checked-audio.js';
import { leastSeconds } from './plausible.js';

const html = Buffer.from(`<!DOCTYPE html><html><body>${'<p>Service unavailable.</p>'.repeat(300)}</body></html>`);
const json = Buffer.from(JSON.stringify({ error: { message: 'x'.repeat(8000) } }));

describe('checkedAudio', () => {
  const setUp = (format: AudioFormat, pieces: readonly Uint8Array[], failure?: Error) => {
    const source = { read: 0, freed: 0 };
    async function* chunks() {
      try {
        for (const piece of pieces) {
          source.read++;
          yield piece;
        }
        if (failure !== undefined) throw failure;
      } finally {
        source.freed++;
      }
    }
    const audio: SpeechAudio = { format, sampleRate: SPOKEN_SAMPLE_RATE, chunks: chunks(), usage: { characters: 9 }, warnings: [] };
    let signs = 0;
    const check = (text = SPOKEN_TEXT) => checkedAudio(audio, { provider: 'one', atLeast: leastSeconds(text, 1) }, () => void signs++);
    return { source, check, signs: () => signs };
  };
  const inPieces = (bytes: Uint8Array, size: number) =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));

  it.each(AUDIO_FORMATS.flatMap((format) => [1, 7, 512, 1e9].map((size) => [format, size] as const)))(
    'passes real %s on in pieces of %d bytes, unchanged',
    async (format, size) => {
      const bytes = spokenAudio(format);
      const { check, source } = setUp(format, inPieces(bytes, size));
      const audio = await check();
      expect(audio).toMatchObject({ format, sampleRate: SPOKEN_SAMPLE_RATE, usage: { characters: 9 } });
      expect(Buffer.compare(await collect(audio.chunks), bytes)).toBe(0);
      expect(source.freed).toBe(1);
    },
  );

  it('reads no more than a beginning before it says that it is good', async () => {
    const { check, source, signs } = setUp('pcm', inPieces(spokenAudio('pcm'), 100));
    await check();
    // A quarter of a second of samples at the most.
    expect(source.read).toBeLessThanOrEqual(120);
    expect(signs()).toBe(source.read);
  });

  it('goes over pieces without anything in them', async () => {
    const bytes = spokenAudio('mp3');
    const nothing = new Uint8Array();
    const { check } = setUp('mp3', [nothing, bytes.subarray(0, 5000), nothing, bytes.subarray(5000), nothing]);
    const pieces: number[] = [];
    for await (const piece of (await check()).chunks) pieces.push(piece.length);
    expect(pieces).toEqual([5000, bytes.length - 5000]);
  });

  it.each([html, json])('refuses as pcm what is written, whatever its type was said to be', async (bytes) => {
    for (const size of [1000, 1e9]) {
      const { check, source } = setUp('pcm', inPieces(Buffer.concat([bytes, Buffer.alloc(100_000, 32)]), size));
      await expect(check()).rejects.toMatchObject({ code: 'server', provider: 'one' });
      expect(source.freed).toBe(1);
    }
  });

  it.each(
    AUDIO_FORMATS.filter((format) => format !== 'pcm').flatMap(
      (format) =>
        [
          [format, 'a page', html],
          [format, 'JSON', json],
          [format, 'zeros', Buffer.alloc(10_000)],
          [format, 'another format', spokenAudio(format === 'mp3' ? 'wav' : 'mp3')],
        ] as const,
    ),
  )('refuses as %s %s, in one piece or in many, and frees it', async (format, _, bytes) => {
    for (const size of [1000, 1e9]) {
      const { check, source } = setUp(format, inPieces(bytes, size));
      await expect(check()).rejects.toMatchObject({
        code: 'server',
        provider: 'one',
        message: `one answered with something that is no ${format}. Check its address.`,
      });
      expect(source.freed).toBe(1);
    }
  });

  it.each(AUDIO_FORMATS)('takes %s without a byte, or with only empty pieces, for none', async (format) => {
    for (const pieces of [[], [new Uint8Array(), new Uint8Array()]]) {
      const { check } = setUp(format, pieces);
      await expect(check()).rejects.toMatchObject({ code: 'empty', message: 'one answered without any audio.' });
    }
  });

  it.each(AUDIO_FORMATS)('finds %s that ends early too short to be the text', async (format) => {
    const { check } = setUp(format, [spokenAudio(format).subarray(0, 60)]);
    await expect(check()).rejects.toMatchObject({ code: 'empty', message: expect.stringContaining('too little audio') });
  });

  it('breaks the stream when it turns out too short after its beginning', async () => {
    const { check } = setUp('pcm', [new Uint8Array(20_000)]);
    const { chunks } = await check('a'.repeat(1000));
    await expect(collect(chunks)).rejects.toMatchObject({ code: 'empty' });
  });

  it('takes a title before the audio for the audio', async () => {
    const title = Buffer.concat([Buffer.from('ID3'), Buffer.alloc(9000)]);
    const { check } = setUp('mp3', [title, spokenAudio('mp3')]);
    await expect(check()).resolves.toMatchObject({ format: 'mp3' });
  });

  it('hands failures on, before and after the beginning, and frees the source', async () => {
    const failure = new Error('broken');
    const early = setUp('mp3', [spokenAudio('mp3').subarray(0, 3)], failure);
    await expect(early.check()).rejects.toBe(failure);
    const late = setUp('mp3', [spokenAudio('mp3')], failure);
    await expect(collect((await late.check()).chunks)).rejects.toBe(failure);
    expect([early.source.freed, late.source.freed]).toEqual([1, 1]);
  });

  it('frees the source when the listener leaves', async () => {
    const { check, source } = setUp('mp3', inPieces(spokenAudio('mp3'), 5000));
    for await (const piece of (await check()).chunks) {
      expect(piece.length).toBe(5000);
      break;
    }
    expect(source.freed).toBe(1);
  });

  it('frees the source when nobody has listened at all', async () => {
    const { check, source } = setUp('mp3', inPieces(spokenAudio('mp3'), 5000));
    const { chunks } = await check();
    await chunks[Symbol.asyncIterator]().return?.();
    expect(source.freed).toBe(1);
    expect(await collect(chunks)).toHaveLength(0);
  });
});
