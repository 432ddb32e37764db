import type { Content, Media } from '../channel.types.js';
import { isAudioFile } from '../is-audio-file.js';
import { field, textField } from './json-fields.js';
import { hexHash } from './media-hash.js';

/** What is in a message of the webhook. Documents that are audio, and answers by button, are what they stand for. */
export function readContent(message: unknown): Content {
  const type = textField(message, 'type') ?? '';
  const part = field(message, type);
  switch (type) {
    case 'text':
      return textOr(type, textField(part, 'body'));
    case 'button':
      return textOr(type, textField(part, 'text'));
    case 'interactive':
      return textOr(type, textField(field(part, 'button_reply'), 'title') ?? textField(field(part, 'list_reply'), 'title'));
    case 'audio':
      return voiceOr(type, part);
    case 'document':
      return isAudioFile(textField(part, 'mime_type'), textField(part, 'filename')) ? voiceOr(type, part) : other(type);
    case 'unsupported':
      // What it would be is told by the part, if at all.
      return other(textField(part, 'type') ?? type);
    default:
      return other(type);
  }
}

function other(kind: string): Content {
  return { type: 'other', kind: /^[a-z_]{1,32}$/.test(kind) ? kind : 'unknown' };
}

/** White space says nothing: who sends only that is told what is taken. */
function textOr(kind: string, text = ''): Content {
  return text.trim() === '' ? { type: 'other', kind } : { type: 'text', text };
}

function voiceOr(kind: string, part: unknown): Content {
  const id = textField(part, 'id');
  if (id === undefined) return { type: 'other', kind };
  const [mediaType, filename, url] = ['mime_type', 'filename', 'url'].map((name) => textField(part, name));
  const sha256 = hexHash(textField(part, 'sha256'));
  const media: Media = {
    id,
    ...(mediaType !== undefined && { mediaType }),
    ...(filename !== undefined && { filename }),
    ...(sha256 !== undefined && { sha256 }),
    ...(url !== undefined && { url }),
  };
  return { type: 'voice', media };
}
