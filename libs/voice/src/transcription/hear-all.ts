import { joinTexts, ParlanceError, type Transcript, type TranscriptSegment } from '@parlance/contracts';
import type { Account } from '../account.js';
import type { TranscribeRequest, Transcription } from '../voice.types.js';
import { shareOf, type Heard } from './recognizer.js';

/** Reads a transcription to its end, passing the pieces on as they come. */
export async function hearAll(
  heard: AsyncIterable<Heard>,
  account: Account,
  onSegment: TranscribeRequest['onSegment'],
): Promise<Transcription> {
  let result: Transcript | undefined;
  for await (const item of heard) {
    if ('segment' in item) onSegment?.(item.segment, item.share);
    else result = item.transcript;
  }
  if (result === undefined) throw new ParlanceError('server', 'The transcription ended without a result. Try again.');
  account.add(undefined, result.warnings);
  account.content = { transcript: result.text };
  account.finish();
  const { text, duration, language, words, confidence, segments = wholeAsOne(result) } = result;
  return {
    text,
    duration,
    segments,
    ...(language === undefined ? {} : { language }),
    ...(words === undefined ? {} : { words }),
    ...(confidence === undefined ? {} : { confidence }),
    usage: account.usage,
    warnings: account.warnings,
    trace: account.trace,
  };
}

/** A transcript from the cache, told as if it were being made. Captions that do not make up the text are not told one by one. */
export async function* replay(transcript: Transcript): AsyncGenerator<Heard> {
  const { text, segments = [] } = transcript;
  const isWhole = joinTexts(segments.map((segment) => segment.text)) === text;
  for (const segment of isWhole ? segments : wholeAsOne(transcript)) yield { segment, share: shareOf(segment, transcript.duration) };
  yield { transcript };
}

/** Captions of a provider without timings: one for the whole. */
function wholeAsOne({ text, duration }: Transcript): TranscriptSegment[] {
  return text.trim() === '' ? [] : [{ start: 0, end: duration, text }];
}
