import {
  InvalidRequestError,
  sizeOf,
  throwIfAborted,
  TooLargeError,
  UnsupportedError,
  type SpeechCapabilities,
  type SpeechRequest,
  type TextLimit,
  type TranscriptionCapabilities,
  type TranscriptionRequest,
} from '@parlance/contracts';

/** What every provider refuses before it asks its vendor. @throws ParlanceError */
export function checkSpeechRequest(
  request: SpeechRequest,
  { formats, maximumText }: SpeechCapabilities,
  provider: string,
  signal: AbortSignal,
): void {
  throwIfAborted(signal);
  if (request.text.trim() === '') throw new InvalidRequestError('There is no text to speak.', 'input', { provider });
  if (measureText(request.text, maximumText.unit) > maximumText.value) {
    throw new TooLargeError(
      `${provider} takes at most ${maximumText.value} ${maximumText.unit} at once. Send the text in parts.`,
      'input',
      { provider },
    );
  }
  if (!formats.includes(request.format)) {
    throw new UnsupportedError(`${provider} makes ${formats.join(', ')}, not ${request.format}.`, 'format', { provider });
  }
}

/** @throws ParlanceError */
export function checkTranscriptionRequest(
  { recording }: TranscriptionRequest,
  { formats, maximumBytes }: TranscriptionCapabilities,
  provider: string,
  signal: AbortSignal,
): void {
  throwIfAborted(signal);
  if (sizeOf(recording.bytes) === 0) throw new InvalidRequestError('The recording is empty.', 'file', { provider });
  if (maximumBytes !== undefined && sizeOf(recording.bytes) > maximumBytes) {
    throw new TooLargeError(`${provider} takes at most ${maximumBytes} bytes at once. Send the recording compressed or in parts.`, 'file', {
      provider,
    });
  }
  if (!formats.includes(recording.format)) {
    throw new UnsupportedError(`${provider} takes ${formats.join(', ')}, not ${recording.format}.`, 'file', { provider });
  }
}

/** How long a text is as a vendor counts it. */
export function measureText(text: string, unit: TextLimit['unit']): number {
  if (unit === 'utf8-bytes') return Buffer.byteLength(text);
  let characters = 0;
  for (const _ of text) characters++;
  return characters;
}
