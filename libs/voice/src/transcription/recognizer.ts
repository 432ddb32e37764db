import { AudioConverter, samplesToPcm16 } from '@parlance/audio';
import { AbortedError, type Recording, type Transcript, type TranscriptSegment } from '@parlance/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Account } from '../account.js';
import type { TranscriptionCandidate } from '../plan/plan.types.js';
import { allFailed } from '../speech/speech-attempt.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { Channel } from '../streams/channel.js';
import { inspectRecording, type RecordingLimits } from './inspect-recording.js';
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
    const converted = new Map<string, Promise<Recording>>();
    for (const candidate of job.candidates) {
      // A recording that cannot be decoded is the caller's to mend: no other provider is asked.
      const recording = await this.accepted(job.recording, candidate, converted, signal);
      try {
        const { provider, model, language } = candidate;
        const { prompt, temperature } = job.wish;
        const request = {
          recording,
          model,
          onSegment,
          ...(language === undefined ? {} : { language }),
          ...(prompt !== undefined && provider.capabilities.prompt ? { prompt } : {}),
          ...(temperature !== undefined && provider.capabilities.temperature === true ? { temperature } : {}),
        };
        const transcript = await account.attempt(transcriptionTrace(candidate), 0, () => provider.transcribe(request, signal));
        account.add(transcript.usage ?? { seconds: transcript.duration }, candidate.warnings);
        return { transcript, candidate };
      } catch (error) {
        if (signal.aborted) throw new AbortedError(signal.reason);
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    throw allFailed(
      job.candidates.map(({ provider }) => provider.name),
      failures,
    );
  }

  /** The recording in a form the provider takes: as it is, else as samples, else as samples in a file. */
  private accepted(
    recording: Recording,
    { provider }: TranscriptionCandidate,
    converted: Map<string, Promise<Recording>>,
    signal: AbortSignal,
  ): Promise<Recording> {
    const { formats, pcmSampleRate } = provider.capabilities;
    if (formats.includes(recording.format)) return Promise.resolve(recording);
    const target = formats.includes('pcm') ? 'pcm' : formats.includes('flac') ? 'flac' : 'wav';
    const key = `${target} ${pcmSampleRate}`;
    const conversion = converted.get(key) ?? this.converted(recording, target, pcmSampleRate, signal);
    converted.set(key, conversion);
    return conversion;
  }

  private async converted(
    recording: Recording,
    target: 'pcm' | 'flac' | 'wav',
    sampleRate: number,
    signal: AbortSignal,
  ): Promise<Recording> {
    const { maximumSeconds } = this.limits;
    const { samples, duration } = await this.converter.decode(recording.bytes, { sampleRate, maximumSeconds }, signal);
    if (target === 'pcm') return { bytes: samplesToPcm16(samples), format: target, sampleRate, duration };
    const bytes = await this.converter.encode({ samples, sampleRate }, { format: target, sampleRate }, signal);
    return { bytes, format: target, sampleRate, duration };
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
