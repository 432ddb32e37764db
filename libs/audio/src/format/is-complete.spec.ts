import { AUDIO_FORMATS, type AudioFormat } from '@parlance/contracts';
import { describeWithProgram, spokenAudio } from '@parlance/testing';
import * as fc from 'fast-check';
import { jfkPcm, wavOf } from '../__fixtures__/recordings.js';
import { AudioConverter } from '../audio-converter.js';
import { joinBytes } from './bytes.js';
import { isComplete } from './is-complete.js';

const signal = new AbortController().signal;
const EMBEDDED = ['mp3', 'opus', 'flac', 'wav', 'pcm'] as const;
const ascii = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

/** Lengths a file is cut to: near both ends, and all over the middle at places that are no border of anything. */
function cuts(bytes: Uint8Array): number[] {
  const middle = Array.from({ length: 40 }, (_, index) => Math.floor((bytes.length * (index + 0.5)) / 40));
  return [1, 4, 13, 45, ...middle, bytes.length - 5, bytes.length - 2, bytes.length - 1];
}

const verdicts = (bytes: Uint8Array, format: AudioFormat) => cuts(bytes).map((length) => isComplete(bytes.subarray(0, length), format));

/** An APE tag of one small item, with or without the header. */
function apeTag(hasHeader: boolean): Uint8Array {
  const item = Buffer.concat([Buffer.from([5, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('Title\0Hello')]);
  const border = (isHeader: boolean) => {
    const bytes = Buffer.alloc(32);
    bytes.write('APETAGEX');
    bytes.writeUInt32LE(2000, 8);
    bytes.writeUInt32LE(item.length + 32, 12);
    bytes.writeUInt32LE(1, 16);
    bytes.writeUInt32LE((hasHeader ? 0x8000_0000 : 0) + (isHeader ? 0x2000_0000 : 0), 20);
    return bytes;
  };
  return joinBytes([...(hasHeader ? [border(true)] : []), item, border(false)]);
}

const id3v1 = joinBytes([ascii('TAG'), new Uint8Array(125).fill(32)]);
const id3v2 = joinBytes([ascii('ID3\u0004\0\0\0\0\0\u0014'), new Uint8Array(20)]);

describe('isComplete, of what the converter makes', () => {
  let converter: AudioConverter;
  beforeAll(() => {
    converter = new AudioConverter({ threads: 1 });
  });
  afterAll(() => converter.close());

  const streamed = async (format: AudioFormat) => {
    const encoder = await converter.openEncoder({ format }, signal);
    return joinBytes([await encoder.write(jfkPcm(3)), await encoder.finish()]);
  };

  it.each(['mp3', 'opus', 'flac', 'wav'] as const)('knows a whole %s and everything less', async (format) => {
    for (const sampleRate of [8000, 24_000, 48_000]) {
      const bytes = await converter.encode(jfkPcm(3), { format, sampleRate }, signal);
      expect(isComplete(bytes, format)).toBe(true);
      expect(new Set(verdicts(bytes, format))).toEqual(new Set([false]));
    }
  });

  it('sees that the last of the frames an MP3 announces is missing', async () => {
    const bytes = await converter.encode(jfkPcm(3), { format: 'mp3' }, signal);
    expect(isComplete(bytes.subarray(0, bytes.length - 192), 'mp3')).toBe(false);
  });

  it('takes a streamed MP3 and Opus for whole when they end as they should', async () => {
    for (const format of ['mp3', 'opus'] as const) {
      const bytes = await streamed(format);
      expect(isComplete(bytes, format)).toBe(true);
      expect(verdicts(bytes, format)).not.toContain(true);
    }
  });

  it.each(['flac', 'wav', 'pcm'] as const)('cannot tell of a streamed %s, unless it ends in the middle of something', async (format) => {
    const bytes = await streamed(format);
    expect(isComplete(bytes, format)).toBeUndefined();
    expect(verdicts(bytes, format)).not.toContain(true);
    expect(isComplete(bytes.subarray(0, bytes.length - 1), format)).toBe(false);
  });

  it('knows audio without a single sample', async () => {
    const nothing = { samples: new Float32Array(0), sampleRate: 24_000 };
    expect(isComplete(await converter.encode(nothing, { format: 'opus' }, signal), 'opus')).toBe(true);
    for (const format of ['wav', 'flac'] as const) {
      expect(isComplete(await converter.encode(nothing, { format }, signal), format)).toBeUndefined();
    }
  });

  it('takes no format for another', async () => {
    const mistaken: string[] = [];
    for (const made of EMBEDDED) {
      const bytes = await converter.encode(jfkPcm(1), { format: made }, signal);
      const others = AUDIO_FORMATS.filter((asked) => asked !== made);
      mistaken.push(...others.filter((asked) => isComplete(bytes, asked) !== false).map((asked) => `${made} for ${asked}`));
    }
    expect(mistaken).toEqual([]);
  });

  describeWithProgram('ffmpeg', () => {
    it('knows a whole aac and everything less', async () => {
      const bytes = await converter.encode(jfkPcm(3), { format: 'aac' }, signal);
      expect(isComplete(bytes, 'aac')).toBe(true);
      expect(new Set(verdicts(bytes, 'aac'))).toEqual(new Set([false]));
    });
  });
});

describe('isComplete, of what vendors send', () => {
  const expected = { mp3: true, opus: true, aac: true, flac: undefined, wav: true, pcm: undefined } as const;

  it.each(AUDIO_FORMATS)('knows a whole %s and nothing less', (format) => {
    const bytes = spokenAudio(format);
    expect(isComplete(bytes, format)).toBe(expected[format]);
    expect(verdicts(bytes, format)).not.toContain(true);
    if (format !== 'pcm') expect(verdicts(bytes, format)).toContain(false);
  });

  it.each(['mp3', 'aac', 'flac'] as const)('allows tags around %s, if they are whole', (format) => {
    const bytes = spokenAudio(format);
    const cut = bytes.subarray(0, bytes.length - 10);
    for (const end of [id3v1, apeTag(true), apeTag(false), joinBytes([apeTag(true), id3v1])]) {
      expect(isComplete(joinBytes([id3v2, bytes, end]), format)).toBe(expected[format]);
      expect(isComplete(joinBytes([bytes, end.subarray(0, end.length - 1)]), format)).toBe(false);
      expect(isComplete(joinBytes([cut, end]), format)).toBe(false);
    }
  });

  it.each(['mp3', 'aac'] as const)('allows zeros behind %s, and pieces that were joined with their tags', (format) => {
    const bytes = spokenAudio(format);
    expect(isComplete(joinBytes([bytes, new Uint8Array(100)]), format)).toBe(true);
    expect(isComplete(joinBytes([id3v2, bytes, id3v2, bytes]), format)).toBe(true);
  });

  it('sees Ogg without its end, and a second stream that has none', () => {
    const bytes = spokenAudio('opus');
    const lastPage = bytes.lastIndexOf('OggS');
    expect(isComplete(bytes.subarray(0, lastPage), 'opus')).toBe(false);
    expect(isComplete(joinBytes([bytes, bytes]), 'opus')).toBe(true);
    expect(isComplete(joinBytes([bytes, bytes.subarray(0, lastPage)]), 'opus')).toBe(false);
    expect(isComplete(joinBytes([bytes, bytes.subarray(0, 20)]), 'opus')).toBe(false);
  });

  it.each([0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])(
    'cannot tell of a WAV that announces %d bytes, unless a sample is cut',
    (announced) => {
      const stereo = wavOf(new Uint8Array(400), { channels: 2, announced });
      expect(isComplete(stereo, 'wav')).toBeUndefined();
      expect(isComplete(stereo.subarray(0, stereo.length - 2), 'wav')).toBe(false);
    },
  );

  it('wants every byte that a WAV announces, and no more', () => {
    expect(isComplete(wavOf(new Uint8Array(400), { announced: 402 }), 'wav')).toBe(false);
    expect(isComplete(joinBytes([wavOf(new Uint8Array(400)), ascii('LIST\u0004\0\0\0abcd')]), 'wav')).toBe(true);
    expect(isComplete(wavOf(new Uint8Array(400), { tag: 0x11, bits: 4 }), 'wav')).toBeUndefined();
  });
});

describe('isComplete, of anything else', () => {
  it.each([
    ['nothing', ''],
    ['a page', '<!doctype html><html><head><title>502 Bad Gateway</title></head><body></body></html>\n'],
    ['a message in JSON', '{"error":{"message":"Der Dienst ist \u00c3\u00bcberlastet.","type":"server_error"}}'],
    ['a message', 'upstream connect error or disconnect/reset before headers. reset reason: overflow'],
    ['a picture', '\u0089PNG\r\n\u001a\n\0\0\0\rIHDR\0'],
    ['an MP4', '\0\0\0\u0020ftypM4A \0\0\0\0M4A mp42isom\0\0\0\0'],
  ])('takes %s for no audio in any format', (name, text) => {
    const asked = AUDIO_FORMATS.filter((format) => name !== 'a picture' || format !== 'pcm');
    for (const padding of ['', ' ']) {
      expect(asked.map((format) => isComplete(ascii(text + (text === '' ? '' : padding)), format))).toEqual(asked.map(() => false));
    }
  });

  it('cannot tell of samples, quiet or loud', () => {
    for (const value of [0, 0xff, 0x7f]) expect(isComplete(new Uint8Array(9600).fill(value), 'pcm')).toBeUndefined();
  });

  it('never throws, and takes no noise for something whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(...AUDIO_FORMATS), (bytes, format) => {
        expect(isComplete(bytes, format)).not.toBe(true);
      }),
    );
  });

  it('never throws on what starts well', () => {
    const damage = fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 20 });
    fc.assert(
      fc.property(
        fc.constantFrom(...AUDIO_FORMATS),
        fc.nat(4000),
        damage,
        fc.uint8Array({ maxLength: 200 }),
        (format, length, places, rest) => {
          const bytes = joinBytes([spokenAudio(format).subarray(0, length), rest]);
          for (const [place, value] of places) if (place < bytes.length) bytes[place] = value;
          expect([true, false, undefined]).toContain(isComplete(bytes, format));
        },
      ),
    );
  });

  it('comes to an end on a FLAC that is made of headers of frames', () => {
    const head = spokenAudio('flac').subarray(0, 42);
    head[4] = 0x80;
    head.writeUInt16BE(0xffff, 10);
    // A header of a frame of 256 samples at 8 kHz, with its checksum.
    const frame = [0xff, 0xf8, 0x84, 0x08, 0x00];
    const checksum = frame.reduce(
      (sum, byte) => Array.from({ length: 8 }).reduce<number>((value) => (value & 0x80 ? (value << 1) ^ 0x107 : value << 1), sum ^ byte),
      0,
    );
    const bytes = joinBytes([head, ...Array.from({ length: 300_000 }, () => Uint8Array.from([...frame, checksum]))]);
    expect(isComplete(bytes, 'flac')).toBe(false);
  });
});
