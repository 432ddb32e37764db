import { hasAscii } from './bytes.js';
import { oggBeginnings } from './ogg-pages.js';

const IN_OGG: readonly (readonly [beginning: string, words: string])[] = [
  ['\u007fFLAC', 'Ogg with FLAC in it: send Ogg with Opus or Vorbis, or FLAC without Ogg.'],
  ['Speex   ', 'Ogg with Speex in it: send Ogg with Opus or Vorbis, or WAV.'],
];

const WAVES: readonly (readonly [beginning: string, words: string])[] = [
  ['RF64', 'RF64, a WAV for more than 4 GB: send an ordinary WAV (RIFF) or FLAC.'],
  ['BW64', 'BW64, a WAV for more than 4 GB: send an ordinary WAV (RIFF) or FLAC.'],
  ['RIFX', 'RIFX, a WAV with its bytes the other way round: send an ordinary WAV (RIFF) or FLAC.'],
];

/** What a recording is that is known here and cannot be read, and what to send instead; `undefined` for everything else. */
export function nameUnreadable(bytes: Uint8Array): string | undefined {
  if (hasAscii(bytes, 'WAVE', 8)) return WAVES.find(([beginning]) => hasAscii(bytes, beginning))?.[1];
  for (const packet of oggBeginnings(bytes)) {
    const found = IN_OGG.find(([beginning]) => hasAscii(packet, beginning));
    if (found !== undefined) return found[1];
  }
  return undefined;
}
