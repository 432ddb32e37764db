import type { Timed } from '../../api/types.js';

type Caption = Timed & { text: string };

/** SubRip (`.srt`), as the gateway writes it. */
export function toSubRip(captions: readonly Caption[]): string {
  return captions
    .map(({ start, end, text }, index) => `${index + 1}\n${clock(start, ',')} --> ${clock(end, ',')}\n${oneBlock(text)}\n`)
    .join('\n');
}

/** WebVTT (`.vtt`), as the gateway writes it. */
export function toWebVtt(captions: readonly Caption[]): string {
  const cues = captions.map(({ start, end, text }) => {
    const shown = oneBlock(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return `${clock(start, '.')} --> ${clock(end, '.')}\n${shown}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

/** A blank line ends a caption, and an arrow in its text would begin one. */
function oneBlock(text: string): string {
  return text
    .split(/\s*\n\s*/)
    .filter((line) => line !== '')
    .join('\n')
    .replaceAll('-->', '->');
}

/** `00:01:02,345` */
function clock(seconds: number, separator: ',' | '.'): string {
  const milliseconds = Math.max(0, Math.round(seconds * 1000));
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const whole = `${two(milliseconds / 3_600_000)}:${two((milliseconds / 60_000) % 60)}:${two((milliseconds / 1000) % 60)}`;
  return `${whole}${separator}${String(milliseconds % 1000).padStart(3, '0')}`;
}
