import { separatorOf, type TranscriptSegment } from '@parlance/contracts';
import type { Transcription } from '@parlance/voice';
import { durationUsage } from './transcription-presenter.js';

/**
 * OpenAI's events of a running transcription: the text of each piece as it is final, then the whole. The deltas put
 * together are the text. What could not be done as asked is known at the end only: it comes with the whole, where
 * OpenAI has nothing.
 * @param start begins the work and reports the pieces to its argument
 */
export async function* transcriptionEvents(
  start: (onSegment: (segment: TranscriptSegment) => void) => Promise<Transcription>,
): AsyncGenerator<object> {
  const waiting: TranscriptSegment[] = [];
  const work: { result?: Transcription; wake: () => void } = { wake: () => undefined };
  const finished = start((segment) => {
    waiting.push(segment);
    work.wake();
  }).then((transcription) => (work.result = transcription));
  // A failure is met when it is waited for below; until then it is not unhandled.
  finished.catch(() => undefined);
  let told = '';
  let before = '';
  while (work.result === undefined || waiting.length > 0) {
    const segment = waiting.shift();
    if (segment === undefined) {
      const woken = new Promise<void>((resolve) => {
        work.wake = resolve;
      });
      await Promise.race([finished, woken]);
    } else if (segment.text !== '') {
      const delta = separatorOf(before, segment.text) + segment.text;
      yield { type: 'transcript.text.delta', delta };
      told += delta;
      before = segment.text;
    }
  }
  const { text, warnings } = work.result;
  // Of a provider that tells no pieces this is all of it, or what follows on the pieces of one that failed.
  if (text.length > told.length && text.startsWith(told)) yield { type: 'transcript.text.delta', delta: text.slice(told.length) };
  yield { type: 'transcript.text.done', text, usage: durationUsage(work.result), ...(warnings.length > 0 && { warnings }) };
}
