import { throwIfAborted, type Transcript, type TranscriptSegment } from '@parlance/contracts';
import type { TranscriptionCandidate } from '../plan/plan.types.js';
import type { TranscriptionWish } from '../plan/plan-transcription.js';
import { joinTranscripts, shifted, type HeardPart } from './join-transcripts.js';
import type { RecordingPart } from './recording-forms.js';

/** One provider listening to one recording, part after part. When it is asked again, it goes on where it failed. */
export class Hearing {
  private readonly heard: HeardPart[] = [];

  constructor(
    private readonly candidate: TranscriptionCandidate,
    private readonly wish: TranscriptionWish,
    readonly parts: readonly RecordingPart[],
  ) {}

  /** One part after the other: their times are known only in order. @throws ParlanceError */
  async hear(onSegment: (segment: TranscriptSegment) => void, alive: () => void, signal: AbortSignal): Promise<Transcript> {
    const { provider, model, language } = this.candidate;
    const { prompt, temperature } = this.wish;
    const wish = {
      model,
      ...(language === undefined ? {} : { language }),
      ...(prompt !== undefined && provider.capabilities.prompt ? { prompt } : {}),
      ...(temperature !== undefined && provider.capabilities.temperature === true ? { temperature } : {}),
    };
    for (const { offset, load } of this.parts.slice(this.heard.length)) {
      const pass = (segment: TranscriptSegment) => {
        if (signal.aborted) return;
        alive();
        onSegment(shifted(segment, offset));
      };
      const transcript = await provider.transcribe({ ...wish, recording: await load(), onSegment: pass }, signal);
      // A call that was given up is being repeated by now: its answer would be heard twice.
      throwIfAborted(signal);
      alive();
      this.heard.push({ offset, transcript });
    }
    return joinTranscripts(this.heard);
  }
}
