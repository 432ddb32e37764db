import { measureDuration, sniffFormat } from '@parlance/audio';
import { InvalidRequestError, TooLargeError, type Recording } from '@parlance/contracts';

export interface RecordingLimits {
  maximumBytes: number;
  maximumSeconds: number;
}

/**
 * What the bytes really are. Everything that can be refused without decoding is refused here.
 * @throws InvalidRequestError, TooLargeError
 */
export function inspectRecording(bytes: Uint8Array, { maximumBytes, maximumSeconds }: RecordingLimits): Recording {
  if (bytes.byteLength === 0) throw new InvalidRequestError('The file is empty. Send a recording.', 'file');
  if (bytes.byteLength > maximumBytes) {
    throw new TooLargeError(
      `The file has ${bytes.byteLength} bytes; at most ${maximumBytes} are taken. Send it compressed or in parts.`,
      'file',
    );
  }
  const format = sniffFormat(bytes);
  if (format === undefined) {
    throw new InvalidRequestError('The file is no audio that is known here. Send wav, mp3, ogg, webm, flac, m4a, aac or amr.', 'file');
  }
  const duration = measureDuration(bytes, format);
  if (duration !== undefined && duration > maximumSeconds) {
    throw new TooLargeError(
      `The recording is ${Math.round(duration)} seconds long; at most ${maximumSeconds} are taken. Send it in parts.`,
      'file',
    );
  }
  return { bytes, format, ...(duration === undefined ? {} : { duration }) };
}
