import { AudioConverter } from '@parlance/audio';
import { ParlanceError, type Transcript, type TranscriptSegment } from '@parlance/contracts';
import { ProviderFactory } from '@parlance/providers';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Account } from '../account.js';
import { logLine } from '../observation/log-line.js';
import type { TranscriptionCandidate } from '../plan/plan.types.js';
import { PlanExecutor } from '../resilience/plan-executor.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import type { TranscribeRequest } from '../voice.types.js';
import { Channel } from '../streams/channel.js';
import { inspectRecording, type RecordingLimits } from './inspect-recording.js';
import { Hearing } from './hearing.js';
import { inTime } from './in-time.js';
import { RecordingForms } from './recording-forms.js';
import type { TranscriptionJob } from './transcription-job.js';
import { transcriptionTrace } from './transcription-memory.js';

/** First the pieces as they become final, each with how much of the recording (0-1) is heard by then; at last the whole. */
export type Heard = { segment: TranscriptSegment; share: number } | { transcript: Transcript; candidate?: TranscriptionCandidate };

/** A recording whose length is known, or found when it is decoded. */
type Inspected = Pick<TranscriptionJob, 'recording' | 'maximumSeconds'>;

const logger = new Logger('Voice');

/** Hz. */
const SPEECH_DETECTION_RATE = 16_000;

/** Has a recording transcribed by the first candidate that can. */
@Injectable()
export class Recognizer {
  private readonly limits: RecordingLimits;
  private readonly longLimits: RecordingLimits;

  constructor(
    private readonly converter: AudioConverter,
    private readonly executor: PlanExecutor,
    private readonly factory: ProviderFactory,
    @Inject(VOICE_OPTIONS) options: VoiceModuleOptions,
  ) {
    this.limits = { maximumBytes: options.maximumAudioBytes ?? 25 * 1024 * 1024, maximumSeconds: options.maximumAudioSeconds ?? 1800 };
    this.longLimits = options.longRecordings ?? this.limits;
  }

  /** @throws InvalidRequestError, TooLargeError for what need not be decoded to be refused */
  async inspect(request: TranscribeRequest): Promise<Inspected> {
    const limits = request.long === true ? this.longLimits : this.limits;
    return { recording: await inspectRecording(request, limits), maximumSeconds: limits.maximumSeconds };
  }

  /** Seconds; a recording that does not say is decoded to find out. @throws ParlanceError when it cannot be */
  async duration({ recording, maximumSeconds }: Inspected, signal: AbortSignal): Promise<number> {
    return recording.duration ?? new RecordingForms(recording, this.converter, maximumSeconds, signal).duration();
  }

  /** Breaking off ends the work. */
  async *hear(job: TranscriptionJob, account: Account, signal: AbortSignal): AsyncGenerator<Heard> {
    const leaving = new AbortController();
    const either = AbortSignal.any([signal, leaving.signal]);
    const release = job.loans?.hold();
    const heard = new Channel<Heard>();
    this.firstThatHears(job, (segment, share) => heard.push({ segment, share }), account, either).then(
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
      release?.();
    }
  }

  private async firstThatHears(
    job: TranscriptionJob,
    pass: (segment: TranscriptSegment, share: number) => void,
    account: Account,
    signal: AbortSignal,
  ): Promise<{ transcript: Transcript; candidate: TranscriptionCandidate }> {
    const { recording, maximumSeconds, wish, candidates } = job;
    const forms = new RecordingForms(recording, this.converter, maximumSeconds, signal);
    // A recording that cannot be decoded is the caller's to mend: no provider is asked.
    const seconds = recording.duration ?? (await forms.duration());
    const onSegment = inTime((segment) => pass(segment, shareOf(segment, seconds)));
    const extra = seconds * 1000;
    await account.bill?.reserve(seconds);
    let speech: Promise<boolean> | undefined;
    const hasSpeech = () => (speech ??= this.hasSpeech(forms, account, signal));
    const hearings = new Map<TranscriptionCandidate, Hearing>();
    const tellers = new Set<TranscriptionCandidate>();
    const { candidate, result, permit } = await this.executor.run<TranscriptionCandidate, Transcript>({
      operation: 'transcribe',
      candidates,
      segment: 0,
      call: async (asked, callSignal, alive) => {
        const charge = (part = seconds) => account.bill?.charge(transcriptionTrace(asked), part);
        const tell = (segment: TranscriptSegment) => {
          tellers.add(asked);
          onSegment(segment);
        };
        const hearing =
          hearings.get(asked) ??
          new Hearing({ candidate: asked, wish, parts: await forms.partsFor(asked.provider.capabilities), onSegment: tell, charge });
        hearings.set(asked, hearing);
        account.trace.segments = hearing.parts;
        const transcript = await hearing.hear(alive, callSignal);
        if (transcript.text.trim() === '' && (await hasSpeech())) throw noSpeech(asked.provider.name);
        return transcript;
      },
      discard: () => undefined,
      traceOf: transcriptionTrace,
      patience: this.executor.patience + extra,
      idle: this.executor.idle + extra,
      limits: this.executor.limits(extra),
      account,
      signal,
    });
    permit.succeeded();
    // Whoever listens has the beginning from another, and would take that for all of it.
    if (tellers.size > 0 && !tellers.has(candidate)) for (const segment of result.segments ?? []) onSegment(segment);
    account.warnOf(candidate.provider.name);
    account.add(result.usage ?? { seconds: result.duration });
    return { transcript: result, candidate };
  }

  /** Found out by the embedded detector: silence and noise are no reason to ask somebody else, nor is not to know. */
  private async hasSpeech(forms: RecordingForms, { origin }: Account, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.factory.hasSpeech(await forms.integers(SPEECH_DETECTION_RATE), signal);
    } catch (error) {
      if (!signal.aborted) logger.warn(logLine(`Whether there is speech in a recording could not be found out: ${codeOf(error)}`, origin));
      return false;
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof ParlanceError ? error.code : 'an unforeseen failure';
}

function noSpeech(provider: string): ParlanceError {
  return new ParlanceError('no_speech', 'There is speech in the recording, but no words could be recognised. Record it again, closer.', {
    provider,
    param: 'audio',
    reason: 'no_speech_recognised',
  });
}

/** How much of a recording is heard when this piece of it is: 0-1. */
export function shareOf({ end }: TranscriptSegment, seconds: number): number {
  return seconds > 0 ? Math.max(0, Math.min(1, end / seconds)) : 1;
}
