import { throwIfAborted, type Transcript, type TranscriptSegment } from '@parlance/contracts';
import type { Charge } from '../usage/charge.js';
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
    /** Opens the account of one call, for a part of so many seconds; `undefined`: of a length nobody knows. */
    private readonly charge: (seconds: number | undefined) => Charge | undefined,
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
      const recording = await load();
      const charge = this.charge(recording.duration);
      const pass = (segment: TranscriptSegment) => {
        if (signal.aborted) return;
        charge?.comes();
        alive();
        onSegment(shifted(segment, offset));
      };
      const transcript = await provider.transcribe({ ...wish, recording, onSegment: pass }, signal);
      charge?.says(transcript.usage ?? { seconds: transcript.duration });
      // A call that was given up is being repeated by now: its answer would be heard twice.
      throwIfAborted(signal);
      alive();
      this.heard.push({ offset, transcript });
    }
    return joinTranscripts(this.heard);
  }
}
