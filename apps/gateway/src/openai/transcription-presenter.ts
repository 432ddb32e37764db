import { gzipSync } from 'node:zlib';
import { toSubRip, toWebVtt } from '@parlance/contracts';
import type { Transcription } from '@parlance/voice';
import type { TranscriptionFormat } from './dto/create-transcription.dto.js';

/** OpenAI's usage of a transcription: whole seconds, begun ones counted. */
export interface DurationUsage {
  type: 'duration';
  seconds: number;
}

export interface Presentation {
  contentType: string;
  body: string;
}

/** A transcription in the form that was asked for. Only the JSON forms are called JSON: clients parse by that. */
export function presentTranscription(transcription: Transcription, format: TranscriptionFormat, temperature = 0): Presentation {
  const { text, segments } = transcription;
  const forms = {
    json: () => json({ text, usage: durationUsage(transcription) }),
    verbose_json: () => json(verbose(transcription, temperature)),
    text: () => ({ contentType: 'text/plain; charset=utf-8', body: `${text}\n` }),
    srt: () => ({ contentType: 'text/plain; charset=utf-8', body: toSubRip(segments) }),
    vtt: () => ({ contentType: 'text/vtt; charset=utf-8', body: toWebVtt(segments) }),
  } satisfies Record<TranscriptionFormat, () => Presentation>;
  return forms[format]();
}

export function durationUsage({ duration }: Pick<Transcription, 'duration'>): DurationUsage {
  return { type: 'duration', seconds: Math.ceil(duration) };
}

/** Whisper's own form. Of its inner figures only the compression ratio can be had from any engine; the others are neutral. */
function verbose(transcription: Transcription, temperature: number): object {
  const { language, duration, text, segments, words, confidence } = transcription;
  return {
    task: 'transcribe',
    language: languageName(language),
    duration,
    text,
    segments: segments.map((segment, id) => ({
      id,
      seek: 0,
      start: segment.start,
      end: segment.end,
      text: segment.text,
      tokens: [],
      temperature,
      avg_logprob: confidence === undefined || confidence <= 0 ? 0 : Math.log(confidence),
      compression_ratio: compressionRatio(segment.text),
      no_speech_prob: 0,
    })),
    ...(words !== undefined && { words: words.map(({ word, start, end }) => ({ word, start, end })) }),
    usage: durationUsage(transcription),
  };
}

/** `english` for `en-US`, as Whisper says it. */
function languageName(tag: string | undefined): string {
  if (tag === undefined) return 'unknown';
  return (new Intl.DisplayNames(['en'], { type: 'language' }).of(tag.split('-', 1)[0] ?? tag) ?? tag).toLowerCase();
}

/** How repetitive a text is: clients take more than 2.4 for a recogniser that got stuck. */
function compressionRatio(text: string): number {
  const bytes = Buffer.from(text);
  return Math.round((bytes.byteLength / gzipSync(bytes).byteLength) * 1000) / 1000;
}

function json(body: object): Presentation {
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) };
}
