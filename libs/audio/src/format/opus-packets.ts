import { InvalidRequestError, UnsupportedError } from '@parlance/contracts';
import { hasAscii, viewOf } from './bytes.js';

/** The first packet of an Opus stream (RFC 7845, section 5.1). */
export interface OpusHead {
  channels: number;
  /** Samples at 48 kHz to drop at the start. */
  preSkip: number;
  /** Factor every sample is multiplied by. */
  gain: number;
  streamCount: number;
  coupledStreamCount: number;
  channelMapping: number[];
}

export const OPUS_RATE = 48_000;

/** @throws InvalidRequestError, UnsupportedError */
export function readOpusHead(packet: Uint8Array): OpusHead {
  if (!hasAscii(packet, 'OpusHead') || packet.length < 19) throw damagedHead();
  const view = viewOf(packet);
  const channels = view.getUint8(9);
  const family = view.getUint8(18);
  const preSkip = view.getUint16(10, true);
  const gain = 10 ** (view.getInt16(16, true) / (20 * 256));
  if (family === 0 && (channels === 1 || channels === 2)) {
    const channelMapping = channels === 1 ? [0] : [0, 1];
    return { channels, preSkip, gain, streamCount: 1, coupledStreamCount: channels - 1, channelMapping };
  }
  if (family !== 1) throw new UnsupportedError(`Opus with channel mapping ${family} cannot be read: send mono or stereo.`, 'file');
  if (channels < 1 || channels > 8 || packet.length < 21 + channels) throw damagedHead();
  const [streamCount, coupledStreamCount] = [view.getUint8(19), view.getUint8(20)];
  const channelMapping = [...packet.subarray(21, 21 + channels)];
  const decoded = streamCount + coupledStreamCount;
  const isSound = streamCount >= 1 && coupledStreamCount <= streamCount && decoded <= 16;
  if (!isSound || channelMapping.some((index) => index !== 255 && index >= decoded)) throw damagedHead();
  return { channels, preSkip, gain, streamCount, coupledStreamCount, channelMapping };
}

function damagedHead(): InvalidRequestError {
  return new InvalidRequestError('The Opus header of the recording is damaged: record or export it again.', 'file', {
    reason: 'damaged_audio',
  });
}

/** Samples at 48 kHz of one frame, by the upper five bits of a packet's first byte (RFC 6716, section 3.1). */
function frameSamples(configuration: number): number {
  if (configuration < 12) return [480, 960, 1920, 2880][configuration % 4] ?? 0;
  if (configuration < 16) return [480, 960][configuration % 2] ?? 0;
  return [120, 240, 480, 960][configuration % 4] ?? 0;
}

/** Samples at 48 kHz that a packet holds; 0 for what is no packet. */
export function opusPacketSamples(packet: Uint8Array): number {
  const [first, second] = packet;
  if (first === undefined) return 0;
  const frames = (first & 3) === 0 ? 1 : (first & 3) === 3 ? (second ?? 0) & 63 : 2;
  return frames * frameSamples(first >> 3);
}
