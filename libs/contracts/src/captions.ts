import type { TranscriptSegment } from './transcription-provider.js';

/** SubRip (`.srt`). */
export function toSubRip(segments: readonly TranscriptSegment[]): string {
  return shown(segments)
    .map(({ start, end, text }, index) => `${index + 1}\n${timestamp(start, ',')} --> ${timestamp(end, ',')}\n${oneBlock(text)}\n`)
    .join('\n');
}

/** WebVTT (`.vtt`). */
export function toWebVtt(segments: readonly TranscriptSegment[]): string {
  const cues = shown(segments).map(
    ({ start, end, text }) => `${timestamp(start, '.')} --> ${timestamp(end, '.')}\n${escapeCue(oneBlock(text))}\n`,
  );
  return ['WEBVTT\n', ...cues].join('\n');
}

/** Engines tell of pieces without words, and of some that end before they begin: players stumble over the one and the other. */
function shown(segments: readonly TranscriptSegment[]): TranscriptSegment[] {
  return segments.flatMap(({ start, end, text }) => (text.trim() === '' ? [] : [{ start, end: Math.max(start, end), text }]));
}

/** `00:01:02,345` */
function timestamp(seconds: number, separator: ',' | '.'): string {
  const milliseconds = Math.max(0, Math.round(seconds * 1000));
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const clock = `${two(milliseconds / 3_600_000)}:${two((milliseconds / 60_000) % 60)}:${two((milliseconds / 1000) % 60)}`;
  return `${clock}${separator}${String(milliseconds % 1000).padStart(3, '0')}`;
}

/** A blank line ends a cue, and an arrow in the text would begin one. */
function oneBlock(text: string): string {
  return (
    text
      // From the beginning of white space only: to look from each of it takes the square of a long one.
      .split(/(?<!\s)\s*\n\s*/)
      .filter((line) => line !== '')
      .join('\n')
      .replaceAll('-->', '->')
  );
}

function escapeCue(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
