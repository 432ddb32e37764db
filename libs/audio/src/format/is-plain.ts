import { describeRecording } from './describe-recording.js';
import { sniffFormat } from './sniff-format.js';
import { readWavHeader } from './wav-header.js';
import { webmAudioTrack } from './webm.js';

/**
 * Whether a recording has one channel and, as WAV, whole samples of 16 bits, as WebM, Opus: there are vendors that take
 * nothing else.
 * What does not say is taken for plain.
 * @param head the first bytes of the recording, or all of it
 * @param sizeBytes of the whole recording
 */
export function isPlain(head: Uint8Array, sizeBytes: number): boolean {
  const format = sniffFormat(head);
  if (format === 'webm' && !isOpus(head)) return false;
  if (format !== 'wav') return (describeRecording(head, sizeBytes)?.channels ?? 1) === 1;
  try {
    const { encoding, channels, bitsPerSample } = readWavHeader(head, sizeBytes);
    return encoding === 'integer' && channels === 1 && bitsPerSample === 16;
  } catch {
    // Its decoder can tell best what is wrong with it.
    return false;
  }
}

function isOpus(head: Uint8Array): boolean {
  try {
    return webmAudioTrack(head)?.codec === 'A_OPUS';
  } catch {
    return false;
  }
}
