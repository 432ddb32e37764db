const AUDIO_TYPE = /^\s*(?:audio\/|application\/ogg\b)/i;
const AUDIO_ENDING = /\.(?:aac|aif|aiff|amr|flac|m4a|mp3|oga|ogg|opus|wav|weba|wma)$/i;

/** Whether a file is a recording. Not every application knows the types of recordings; an ending tells nothing of a film. */
export function isAudioFile(mediaType = '', filename = ''): boolean {
  return AUDIO_TYPE.test(mediaType) || (AUDIO_ENDING.test(filename) && !mediaType.toLowerCase().startsWith('video/'));
}
