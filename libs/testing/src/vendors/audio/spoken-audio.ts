import { readFileSync } from 'node:fs';
import type { AudioFormat } from '@parlance/contracts';

/** What is said in all of the recordings, once, in two seconds. */
export const SPOKEN_TEXT = 'Good morning to everybody here.';

/** Hz, of the samples in `wav` and `pcm`. */
export const SPOKEN_SAMPLE_RATE = 24_000;

const FILES: Readonly<Record<AudioFormat, string>> = {
  wav: 'speech.wav',
  mp3: 'speech.mp3',
  opus: 'speech.ogg',
  flac: 'speech.flac',
  aac: 'speech.aac',
  pcm: 'speech.pcm',
};

const kept = new Map<AudioFormat, Buffer>();

/** A real recording of {@link SPOKEN_TEXT}, mono. Yours to change. */
export function spokenAudio(format: AudioFormat): Buffer {
  const bytes = kept.get(format) ?? readFileSync(new URL(FILES[format], import.meta.url));
  kept.set(format, bytes);
  return Buffer.from(bytes);
}

/** Samples (signed 16-bit little-endian mono) as a WAV file. */
export function wavOf(pcm: Uint8Array, sampleRate: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + pcm.byteLength, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(pcm.byteLength, 40);
  return Buffer.concat([header, pcm]);
}
