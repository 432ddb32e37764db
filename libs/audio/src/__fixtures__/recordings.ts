import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOggEncoder } from 'wasm-media-encoders';
import { joinBytes } from '../format/bytes.js';
import { oggPackets } from '../format/ogg-pages.js';
import { pcm16ToSamples, type Pcm } from '../pcm/pcm.js';

/** Eleven seconds of speech, 16 kHz mono, as a WAV file. */
export function readJfk(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(__dirname, 'jfk.wav')));
}

/** The same as samples; its header is 78 bytes long. */
export function jfkPcm(seconds = 11): Pcm {
  return { samples: pcm16ToSamples(readJfk().subarray(78)).slice(0, seconds * 16_000), sampleRate: 16_000 };
}

export function sine(frequency: number, sampleRate: number, seconds: number, amplitude = 0.5): Pcm {
  const samples = Float32Array.from({ length: sampleRate * seconds }, (_, index) => amplitude * Math.sin((2 * Math.PI * frequency * index) / sampleRate));
  return { samples, sampleRate };
}

export function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
}

/** How alike two signals are, 0..1, at the best of the shifts from 0 to `maximumShift` samples of the second. */
export function likeness(first: Float32Array, second: Float32Array, maximumShift: number): number {
  let best = 0;
  const length = Math.min(first.length, second.length - maximumShift);
  for (let shift = 0; shift <= maximumShift; shift++) {
    let [product, energy, otherEnergy] = [0, 0, 0];
    for (let index = 0; index < length; index++) {
      const [value, other] = [first[index] ?? 0, second[index + shift] ?? 0];
      product += value * other;
      energy += value * value;
      otherEnergy += other * other;
    }
    best = Math.max(best, product / Math.sqrt(energy * otherEnergy));
  }
  return best;
}

export interface WavOptions {
  tag?: number;
  channels?: number;
  sampleRate?: number;
  bits?: number;
  /** What the header announces; default: what is there. */
  announced?: number;
}

export function wavOf(data: Uint8Array, { tag = 1, channels = 1, sampleRate = 16_000, bits = 16, announced = data.length }: WavOptions = {}): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(Math.min(0xffff_ffff, announced + 36), 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(tag, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE((sampleRate * channels * bits) / 8, 28);
  head.writeUInt16LE((channels * bits) / 8, 32);
  head.writeUInt16LE(bits, 34);
  head.write('data', 36);
  head.writeUInt32LE(announced, 40);
  return joinBytes([head, data]);
}

/** Vorbis in Ogg, mono. */
export async function vorbisOf({ samples, sampleRate }: Pcm): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = await createOggEncoder();
  encoder.configure({ channels: 1, sampleRate, vbrQuality: 3 });
  return joinBytes([encoder.encode([samples]).slice(), encoder.finalize().slice()]);
}

/** An element: id, size, content. `size` overrides what the size says. */
function element(id: number[], content: Uint8Array | number[], size?: number[]): Uint8Array {
  const sizeBytes = size ?? [0x10 | (content.length >> 24), (content.length >> 16) & 0xff, (content.length >> 8) & 0xff, content.length & 0xff];
  return joinBytes([Uint8Array.from(id), Uint8Array.from(sizeBytes), Uint8Array.from(content)]);
}

const UNKNOWN_SIZE = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/** The packets of an Ogg file in WebM as a live recorder writes it: nothing but the blocks has a size. */
export function webmOf(ogg: Uint8Array, codec: 'A_OPUS' | 'A_VORBIS', sampleRate: number): Uint8Array<ArrayBuffer> {
  const packets = [...oggPackets(ogg)].map(({ data }) => data);
  const headers = packets.splice(0, codec === 'A_OPUS' ? 2 : 3);
  const [head = new Uint8Array(0), comment = new Uint8Array(0), setup = new Uint8Array(0)] = headers;
  const xiph = (size: number) => [...Array<number>(Math.floor(size / 255)).fill(255), size % 255];
  const codecPrivate = codec === 'A_OPUS' ? head : joinBytes([Uint8Array.from([2, ...xiph(head.length), ...xiph(comment.length)]), head, comment, setup]);
  const rate = Buffer.alloc(8);
  rate.writeDoubleBE(sampleRate);
  const entry = [element([0xd7], [1]), element([0x83], [2]), element([0x86], Buffer.from(codec)), element([0x63, 0xa2], codecPrivate), element([0xe1], element([0xb5], rate))];
  return joinBytes([
    element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], Buffer.from('webm'), [0x84])),
    element([0x18, 0x53, 0x80, 0x67], [], UNKNOWN_SIZE),
    element([0x16, 0x54, 0xae, 0x6b], element([0xae], joinBytes(entry))),
    element([0x1f, 0x43, 0xb6, 0x75], [], UNKNOWN_SIZE),
    ...packets.map((packet) => element([0xa3], joinBytes([Uint8Array.from([0x81, 0, 0, 0x80]), packet]))),
  ]);
}
