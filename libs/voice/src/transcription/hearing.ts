import { throwIfAborted, type Transcript, type TranscriptionRequest, type TranscriptSegment } from '@parlance/contracts';
import type { Charge } from '../usage/charge.js';
import type { TranscriptionCandidate } from '../plan/plan.types.js';
import type { TranscriptionWish } from '../plan/plan-transcription.js';
import { captionsOfWords } from './captions-of-words.js';
import { joinTranscripts, shifted } from './join-transcripts.js';
import { OrderedPieces } from './ordered-pieces.js';
import type { RecordingPart } from './recording-forms.js';

/** Parts that one provider is sent at the same time: as many are in memory, encoded. */
export const PARTS_AT_A_TIME = 3;

export interface HearingWork {
  candidate: TranscriptionCandidate;
  wish: TranscriptionWish;
  parts: readonly RecordingPart[];
  /** Told of each final piece in order of time, with times of the whole. */
  onSegment: (segment: TranscriptSegment) => void;
  /** Opens the account of one call, for a part of so many seconds; `undefined`: of a length nobody knows. */
  charge?: (seconds: number | undefined) => Charge | undefined;
}

/** One provider listening to one recording, a few parts at a time. When it is asked again, it hears only what it had not heard. */
export class Hearing {
  private readonly heard: (Transcript | undefined)[];
  private readonly pieces: OrderedPieces;

  constructor(private readonly work: HearingWork) {
    this.heard = work.parts.map(() => undefined);
    this.pieces = new OrderedPieces(work.parts.length, work.onSegment);
  }

  /** How many parts the recording is heard in. */
  get parts(): number {
    return this.work.parts.length;
  }

  /**
   * @param alive told whenever something has come of it
   * @throws ParlanceError, what the first part to fail has failed with: no other part is begun then, and those under
   * way are heard to their end, since they will have to be paid for
   */
  async hear(alive: () => void, signal: AbortSignal): Promise<Transcript> {
    const missing = this.heard.flatMap((transcript, index) => (transcript === undefined ? [index] : []));
    const failures: unknown[] = [];
    const listen = async () => {
      for (let index = missing.shift(); index !== undefined && failures.length === 0; index = missing.shift()) {
        try {
          throwIfAborted(signal);
          await this.hearPart(index, alive, signal);
        } catch (error) {
          this.pieces.begin(index);
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: PARTS_AT_A_TIME }, listen));
    if (failures.length > 0) throw failures[0];
    const { parts } = this.work;
    return joinTranscripts(
      this.heard.flatMap((transcript, index) => (transcript === undefined ? [] : [{ offset: parts[index]!.offset, transcript }])),
    );
  }

  private async hearPart(index: number, alive: () => void, signal: AbortSignal): Promise<void> {
    const { candidate, parts } = this.work;
    const { offset, load } = parts[index]!;
    // What a vendor says of a part's length is rounded: no piece may reach into the next part, or begin in it.
    const border = parts[index + 1]?.offset ?? Number.POSITIVE_INFINITY;
    let told = false;
    const recording = await load();
    const charge = this.work.charge?.(recording.duration);
    const onSegment = (segment: TranscriptSegment) => {
      if (signal.aborted) return;
      told = true;
      charge?.comes();
      alive();
      const placed = shifted(segment, offset);
      this.pieces.add(index, { ...placed, start: Math.min(placed.start, border), end: Math.min(placed.end, border) });
    };
    this.pieces.begin(index);
    const transcript = this.asWished(await candidate.provider.transcribe({ ...this.wish(), recording, onSegment }, signal));
    charge?.says(transcript.usage ?? { seconds: transcript.duration });
    // A call that was given up is being repeated by now: its answer would be heard twice.
    throwIfAborted(signal);
    alive();
    const text = transcript.text.trim();
    // Most vendors tell a part's text at its end only: it is a piece of the whole all the same.
    if (!told && parts.length > 1 && text !== '') onSegment({ start: 0, end: transcript.duration, text });
    this.heard[index] = transcript;
    this.pieces.end(index);
  }

  /** Most vendors time words whether somebody wants it or not. */
  private asWished(heard: Transcript): Transcript {
    const { words, ...transcript } = heard;
    const segments = transcript.segments ?? captionsOfWords(heard);
    return {
      ...transcript,
      ...(segments === undefined ? {} : { segments }),
      ...(words === undefined || this.work.candidate.wishes?.words === false ? {} : { words }),
    };
  }

  private wish(): Omit<TranscriptionRequest, 'recording' | 'onSegment'> {
    const { provider, model, language, wishes } = this.work.candidate;
    const { prompt, temperature } = this.work.wish;
    return {
      model,
      ...(language === undefined ? {} : { language }),
      ...wishes,
      ...(prompt !== undefined && provider.capabilities.prompt ? { prompt } : {}),
      ...(temperature !== undefined && provider.capabilities.temperature === true ? { temperature } : {}),
    };
  }
}
