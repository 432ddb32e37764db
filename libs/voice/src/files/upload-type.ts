import { InvalidRequestError } from '@parlance/contracts';

/** What an upload is stored as. */
export interface UploadType {
  contentType: string;
  /** Without the dot. */
  extension: string;
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  mpga: 'audio/mpeg',
  mpeg: 'audio/mpeg',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  webm: 'audio/webm',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  mp4: 'audio/mp4',
  aac: 'audio/aac',
  amr: 'audio/amr',
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/wave': 'wav',
  'audio/x-wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/ogg': 'ogg',
  'audio/opus': 'ogg',
  'application/ogg': 'ogg',
  'audio/webm': 'webm',
  'video/webm': 'webm',
  'audio/flac': 'flac',
  'audio/x-flac': 'flac',
  'audio/mp4': 'm4a',
  'audio/m4a': 'm4a',
  'audio/x-m4a': 'm4a',
  'video/mp4': 'mp4',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
};

/**
 * By the content type where one is given, else by the name. Only what the object is called: what it is, its bytes say.
 * @throws InvalidRequestError that lists what would do
 */
export function uploadType({ contentType, filename }: { contentType?: string; filename?: string }): UploadType {
  if (contentType !== undefined) {
    // Signed as it is written, so that it is sent as it is written: `audio/ogg; codecs=opus`.
    const extension = CONTENT_TYPES[contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''];
    if (extension !== undefined) return { contentType, extension };
    throw new InvalidRequestError(`'contentType' must be one of ${Object.keys(CONTENT_TYPES).join(', ')}.`, 'contentType');
  }
  if (filename === undefined) {
    throw new InvalidRequestError("Say what will be uploaded: 'contentType' or 'filename'.", 'contentType', {
      reason: 'missing_required_parameter',
    });
  }
  const [, extension = ''] = /\.([a-z0-9]+)$/i.exec(filename) ?? [];
  const type = EXTENSIONS[extension.toLowerCase()];
  if (type === undefined) {
    throw new InvalidRequestError(
      `'filename' must end in one of ${Object.keys(EXTENSIONS).join(', ')}, or come with a 'contentType'.`,
      'filename',
    );
  }
  return { contentType: type, extension: extension.toLowerCase() };
}

/** As much of a name as metadata has room for. */
const LONGEST_ENCODED = 900;

/**
 * A caller's name for a file as it is kept: without directories and control characters, and not too long.
 * @param fallback where nothing is left of it
 */
export function safeFilename(filename: string | undefined, fallback: string): string {
  const [name = ''] = (filename ?? '').split(/[/\\]/).slice(-1);
  // Through UTF-8, which replaces halves of characters.
  const clean = Buffer.from(name.replaceAll(/\p{C}/gu, '').trim()).toString();
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(clean)) {
    if (encodeURIComponent(kept + segment).length > LONGEST_ENCODED) break;
    kept += segment;
  }
  return kept === '' ? fallback : kept;
}
