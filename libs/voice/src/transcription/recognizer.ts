import { AudioConverter } from '@parlance/audio';
import { AbortedError, type Recording, type Transcript, type TranscriptSegment } from '@parlance/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Account } from '../account.js';
import type { TranscriptionCandidate } from '../plan/plan.types.js';
import { planFailure } from '../plan/plan-failure.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { Channel } from '../streams/channel.js';
import { inspectRecording, type RecordingLimits } from './inspect-recording.js';
import { joinTranscripts, shifted, type HeardPart } from './join-transcripts.js';
import { RecordingForms, type RecordingPart } from './recording-forms.js';
import type { TranscriptionJob } from './transcription-job.js';
import { transcriptionTrace } from './transcription-memory.js';

/** First the pieces as they become final, then the whole. */
export type Heard = { segment: TranscriptSegment } | { transcript: Transcript; candidate?: TranscriptionCandidate };

/** Has a recording transcribed by the first candidate that can. */
@Injectable()
export class Recognizer {
  private readonly limits: RecordingLimits;

  constructor(
    private readonly converter: AudioConverter,
    @Inject(VOICE_OPTIONS) options: VoiceModuleOptions,
  ) {
    this.limits = { maximumBytes: options.maximumAudioBytes ?? 25 * 1024 * 1024, maximumSeconds: options.maximumAudioSeconds ?? 1800 };
  }

  /** @throws InvalidRequestError, TooLargeError for what need not be decoded to be refused */
  inspect(bytes: Uint8Array): Recording {
    return inspectRecording(bytes, this.limits);
  }

  /** Breaking off ends the work. */
  async *hear(job: TranscriptionJob, account: Account, signal: AbortSignal): AsyncGenerator<Heard> {
    const leaving = new AbortController();
    const either = AbortSignal.any([signal, leaving.signal]);
    const heard = new Channel<Heard>();
    const segments = inTime((segment) => heard.push({ segment }));
    this.firstThatHears(job, segments, account, either).then(
      (last) => {
        heard.push(last);
        heard.end();
      },
      (error: unknown) => heard.fail(error),
    );
    try {
      yield* heard;
    } finally {
      leaving.abort();
    }
  }

  private async firstThatHears(
    job: TranscriptionJob,
    onSegment: (segment: TranscriptSegment) => void,
    account: Account,
    signal: AbortSignal,
  ): Promise<{ transcript: Transcript; candidate: TranscriptionCandidate }> {
    const failures: unknown[] = [];
    const forms = new RecordingForms(job.recording, this.converter, this.limits.maximumSeconds, signal);
    for (const candidate of job.candidates) {
      // A recording that cannot be decoded is the caller's to mend: no other provider is asked.
      const parts = await forms.partsFor(candidate.provider.capabilities);
      account.trace.segments = parts.length;
      try {
        const transcript = await this.hearParts(parts, candidate, job, onSegment, account, signal);
        return { transcript, candidate };
      } catch (error) {
        if (signal.aborted) throw new AbortedError(signal.reason);
        failures.push(error);
      }
    }
    throw planFailure(job.candidates, failures);
  }

  /** One part after the other: their times are known only in order. */
  private async hearParts(
    parts: readonly RecordingPart[],
    candidate: TranscriptionCandidate,
    { wish: { prompt, temperature } }: TranscriptionJob,
    onSegment: (segment: TranscriptSegment) => void,
    account: Account,
    signal: AbortSignal,
  ): Promise<Transcript> {
    const { provider, model, language, warnings } = candidate;
    const wish = {
      model,
      ...(language === undefined ? {} : { language }),
      ...(prompt !== undefined && provider.capabilities.prompt ? { prompt } : {}),
      ...(temperature !== undefined && provider.capabilities.temperature === true ? { temperature } : {}),
    };
    const heard: HeardPart[] = [];
    for (const [index, { offset, load }] of parts.entries()) {
      const request = { ...wish, recording: await load(), onSegment: (segment: TranscriptSegment) => onSegment(shifted(segment, offset)) };
      const transcript = await account.attempt(transcriptionTrace(candidate), index, () => provider.transcribe(request, signal));
      account.add(transcript.usage ?? { seconds: transcript.duration }, warnings);
      heard.push({ offset, transcript });
    }
    return joinTranscripts(heard);
  }
}

/** Lets each stretch of time through once: a second provider begins again where the first had already been heard. */
function inTime(pass: (segment: TranscriptSegment) => void): (segment: TranscriptSegment) => void {
  let until = 0;
  return (segment) => {
    if (segment.start < until) return;
    until = segment.end;
    pass(segment);
  };
}
