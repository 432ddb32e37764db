/** Whether there is anything in it to speak: of signs alone vendors make no audio. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
