/**
 * Text as it is to be read. Yandex takes all text for its TTS markup, where `+` sets the stress, `**` emphasis,
 * `sil<[300]>` and `<[small]>` pauses, and `[[...]]` phonemes: in plain words they are just characters.
 */
export function withoutMarkup(text: string): string {
  return text
    .replaceAll(/\+(?=\p{L})/gu, '+ ')
    .replaceAll('**', '  ')
    .replaceAll('[[', '((')
    .replaceAll(']]', '))')
    .replaceAll('<[', ' (')
    .replaceAll(']>', ') ');
}
