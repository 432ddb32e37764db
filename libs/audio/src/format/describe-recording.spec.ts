import { spokenAudio } from '@parlance/testing';
import { jfkPcm, vorbisOf, wavOf, webmOf } from '../__fixtures__/recordings.js';
import { describeRecording } from './describe-recording.js';

describe('describeRecording', () => {
  const whole = (bytes: Uint8Array) => describeRecording(bytes, bytes.length);

  it.each([
    ['wav', { format: 'wav', sampleRate: 24_000, channels: 1 }],
    ['mp3', { format: 'mp3', sampleRate: 24_000, channels: 1 }],
    ['opus', { format: 'ogg-opus', sampleRate: 48_000, channels: 1 }],
  ] as const)('tells everything of %s', (format, expected) => {
    const description = whole(spokenAudio(format));
    expect(description).toMatchObject(expected);
    expect(description?.durationSeconds).toBeCloseTo(spokenAudio('pcm').length / 2 / 24_000, 0);
  });

  it('tells how long a FLAC is, unless it was streamed', () => {
    const flac = Buffer.from(spokenAudio('flac'));
    expect(whole(flac)).toEqual({ format: 'flac', sampleRate: 24_000, channels: 1 });
    flac.writeUInt32BE(48_000, 22);
    expect(whole(flac)).toMatchObject({ durationSeconds: 2 });
    expect(describeRecording(flac.subarray(0, 1000), flac.length)).toMatchObject({ durationSeconds: 2 });
  });

  it('tells what bare AAC and AMR say, which is not how long they are', () => {
    expect(whole(spokenAudio('aac'))).toEqual({ format: 'aac', sampleRate: 24_000, channels: 1 });
    expect(whole(Buffer.from('#!AMR\n'))).toEqual({ format: 'amr', sampleRate: 8000, channels: 1 });
    expect(whole(Buffer.from('#!AMR-WB\n'))).toEqual({ format: 'amr', sampleRate: 16_000, channels: 1 });
  });

  it('tells Vorbis and WebM', async () => {
    const vorbis = await vorbisOf(jfkPcm(2));
    expect(whole(vorbis)).toEqual({ format: 'ogg-vorbis', sampleRate: 16_000, channels: 1, durationSeconds: 2 });
    expect(whole(webmOf(vorbis, 'A_VORBIS', 16_000))).toEqual({ format: 'webm', sampleRate: 16_000, channels: 1 });
  });

  it('of the beginning tells how long the whole is only where that says so', async () => {
    const long = wavOf(new Uint8Array(320_000), { channels: 2 });
    expect(describeRecording(long.subarray(0, 1000), long.length)).toEqual({
      format: 'wav',
      sampleRate: 16_000,
      channels: 2,
      durationSeconds: 5,
    });
    const opus = spokenAudio('opus');
    expect(describeRecording(opus.subarray(0, 1000), opus.length)).toEqual({ format: 'ogg-opus', sampleRate: 48_000, channels: 1 });
    const mp3 = spokenAudio('mp3');
    const [part, all] = [describeRecording(mp3.subarray(0, 3000), mp3.length), whole(mp3)];
    expect(part).toMatchObject({ format: 'mp3', sampleRate: 24_000 });
    expect([undefined, all?.durationSeconds]).toContain(part?.durationSeconds);
  });

  it('says nothing of what is damaged, and nothing at all of what is no audio', () => {
    expect(whole(Buffer.from('RIFF0000WAVEfmt '))).toEqual({ format: 'wav' });
    expect(whole(Buffer.from('fLaC'))).toEqual({ format: 'flac' });
    expect(whole(Buffer.concat([Buffer.from('....ftypM4A ')]))).toMatchObject({ format: 'mp4' });
    expect(whole(Buffer.from('<html>'))).toBeUndefined();
    expect(whole(new Uint8Array())).toBeUndefined();
  });
});
