import { joinBytes } from '../format/bytes.js';
import { OggPageWriter } from '../format/ogg-page-writer.js';
import { OPUS_RATE } from '../format/opus-packets.js';
import { samplesToInteger16 } from '../pcm/pcm.js';
import { OpusPacketEncoder } from './opus-packet-encoder.js';
import type { SampleEncoder } from './sample-encoder.js';

/** What the encoder is behind, in samples at 48 kHz. */
const PRE_SKIP = 312;
const PACKET_TICKS = OPUS_RATE / 50;
/** One second of audio. */
const PACKETS_PER_PAGE = 50;
/** Fewer wait for the next write: every page costs 27 bytes. */
const PACKETS_WORTH_A_PAGE = 10;

/** Opus in Ogg (RFC 7845) as voice notes want it: mono, 32 kbit/s. */
export class OpusEncoder implements SampleEncoder {
  private readonly encoder: OpusPacketEncoder;
  private readonly writer = new OggPageWriter(1 + Math.floor(Math.random() * 0x7fff_ffff));
  private readonly frame: Int16Array;
  private readonly packets: Uint8Array[] = [];
  private readonly pages: Uint8Array[] = [];
  private begun = false;
  /** Samples in `frame`. */
  private filled = 0;
  /** Samples taken so far. */
  private taken = 0;
  /** Samples at 48 kHz encoded so far. */
  private ticks = 0;

  /** @param sampleRate 8000, 12000, 16000, 24000 or 48000 Hz */
  constructor(private readonly sampleRate: number) {
    this.encoder = new OpusPacketEncoder(sampleRate);
    this.frame = new Int16Array(this.encoder.frameSamples);
  }

  write(samples: Float32Array): Uint8Array {
    this.begin();
    this.taken += samples.length;
    const integers = samplesToInteger16(samples);
    for (let offset = 0; offset < integers.length;) {
      const piece = integers.subarray(offset, offset + this.frame.length - this.filled);
      this.frame.set(piece, this.filled);
      this.filled += piece.length;
      offset += piece.length;
      if (this.filled === this.frame.length) this.encodeFrame();
    }
    if (this.packets.length >= PACKETS_WORTH_A_PAGE) this.writePage(this.ticks);
    return joinBytes(this.pages.splice(0));
  }

  finish(): Uint8Array {
    this.begin();
    const end = PRE_SKIP + Math.round((this.taken * OPUS_RATE) / this.sampleRate);
    // The pre-skip makes the stream longer than its input, so that at least one packet is left for the last page.
    while (this.ticks < end) {
      this.frame.fill(0, this.filled);
      this.encodeFrame();
    }
    this.writePage(end, true);
    return joinBytes(this.pages.splice(0));
  }

  close(): void {
    this.encoder.close();
  }

  private begin(): void {
    if (!this.begun) this.pages.push(this.writer.page([opusHead()], 0), this.writer.page([opusTags()], 0));
    this.begun = true;
  }

  private encodeFrame(): void {
    if (this.packets.length === PACKETS_PER_PAGE) this.writePage(this.ticks);
    this.packets.push(this.encoder.encode(this.frame));
    this.ticks += PACKET_TICKS;
    this.filled = 0;
  }

  private writePage(granule: number, isLast = false): void {
    this.pages.push(this.writer.page(this.packets.splice(0), granule, isLast));
  }
}

function opusHead(): Uint8Array {
  const bytes = new Uint8Array(19);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('OpusHead'));
  bytes[8] = 1;
  bytes[9] = 1;
  view.setUint16(10, PRE_SKIP, true);
  view.setUint32(12, OPUS_RATE, true);
  return bytes;
}

function opusTags(): Uint8Array {
  const vendor = new TextEncoder().encode('Parlance');
  const bytes = new Uint8Array(8 + 4 + vendor.length + 4);
  bytes.set(new TextEncoder().encode('OpusTags'));
  new DataView(bytes.buffer).setUint32(8, vendor.length, true);
  bytes.set(vendor, 12);
  return bytes;
}
