import { audioKind } from '../audio/audio-kind.js';

/**
 * What is wrong with a recording that is to be a voice message. Telegram takes two channels as well; here they are a
 * mistake, since what speaks has one.
 */
export function voiceProblem(bytes: Buffer): string | undefined {
  const kind = audioKind(bytes);
  if (kind === 'mp3' || kind === 'mp4') return undefined;
  const head = bytes.indexOf('OpusHead');
  if (kind !== 'ogg' || head < 0 || head > 64) return 'the recording is no Opus in Ogg';
  return bytes[head + 9] === 1 ? undefined : 'the recording has more than one channel';
}
