import { describeRecording } from '@parlance/audio';
import { InvalidRequestError, TooLargeError } from '@parlance/contracts';

/** Of an audio message. */
const MAXIMUM_BYTES = 16 * 1024 * 1024;
/** The headers of all streams stand within it. */
const HEAD_BYTES = 8192;

/** @throws InvalidRequestError unless it is Opus in Ogg, mono; TooLargeError above 16 MiB */
export function checkVoice(bytes: Uint8Array): void {
  const found = describeRecording(bytes.subarray(0, HEAD_BYTES), bytes.length);
  if (found?.format !== 'ogg-opus' || found.channels !== 1) {
    throw new InvalidRequestError('A voice message for WhatsApp must be Opus in Ogg with one channel. Have it encoded so.', 'audio', {
      reason: 'voice_format',
    });
  }
  if (bytes.length > MAXIMUM_BYTES) {
    throw new TooLargeError(`A voice message for WhatsApp may have ${MAXIMUM_BYTES} bytes. Answer in fewer words.`, 'audio');
  }
}
