import type { Recording, RecordingFormat } from '@parlance/contracts';
import type { UploadForm } from '../http/upload-form.js';

/** The file name and type of each format: many vendors go by the ending of the name. */
const FILES: Readonly<Record<RecordingFormat, { name: string; type: string }>> = {
  wav: { name: 'audio.wav', type: 'audio/wav' },
  mp3: { name: 'audio.mp3', type: 'audio/mpeg' },
  'ogg-opus': { name: 'audio.ogg', type: 'audio/ogg' },
  'ogg-vorbis': { name: 'audio.ogg', type: 'audio/ogg' },
  webm: { name: 'audio.webm', type: 'audio/webm' },
  flac: { name: 'audio.flac', type: 'audio/flac' },
  mp4: { name: 'audio.m4a', type: 'audio/mp4' },
  aac: { name: 'audio.aac', type: 'audio/aac' },
  amr: { name: 'audio.amr', type: 'audio/amr' },
  pcm: { name: 'audio.pcm', type: 'application/octet-stream' },
};

/** Puts a recording into a form, as a file that is named after what it is. */
export function setRecording(form: UploadForm, field: string, { bytes, format }: Recording): void {
  const { name, type } = FILES[format];
  form.setFile(field, bytes, name, type);
}
