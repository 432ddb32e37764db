import { exactHeader, isComplete } from '@parlance/audio';
import type { SharedWork } from '@parlance/cache';
import { ExhaustedError, holdBytes, type AudioFormat, type Warning } from '@parlance/contracts';
import { Injectable, Optional } from '@nestjs/common';
import { Account } from './account.js';
import type { CacheReport, Forgotten } from './cache/voice-cache.js';
import { VoiceObservers } from './observation/voice-observers.js';
import { firstAnswer } from './plan/first-answer.js';
import type { Loans } from './plan/loans.js';
import type { NonEmpty, Plan, SpeechCandidate } from './plan/plan.types.js';
import { Planner, type LentPlan } from './plan/planner.js';
import { repetition } from './speech/repetition.js';
import { speechFlight, type SpeechFlightHead } from './sharing/speech-flight.js';
import { transcriptionFlight } from './sharing/transcription-flight.js';
import { deliver } from './speech/deliver.js';
import { traceCandidate } from './speech/speak-once.js';
import { Synthesizer, type KnownAudio } from './speech/synthesizer.js';
import { prepareUtterance, timeToLive, type SpeechJob, type Utterance } from './speech/utterance.js';
import { collect, endingWith, remembering } from './streams/async-streams.js';
import { hearAll, replay } from './transcription/hear-all.js';
import { Recognizer, type Heard } from './transcription/recognizer.js';
import { prepareWish, type TranscriptionJob } from './transcription/transcription-job.js';
import { transcriptionTrace } from './transcription/transcription-memory.js';
import { Meter } from './usage/meter.js';
import { VoiceLibrary, type SpeechToStore } from './voice-library.js';
import { VoiceMemory } from './voice-memory.js';
import type { Speech, SpeakRequest, StoredSpeech, TranscribeRequest, Transcription, UnstoredSpeech } from './voice.types.js';

/** Larger results are made anew each time: they would push everything else out of the cache. */
const largestRemembered = 32 * 1024 * 1024;

const storageUnavailable: Warning = {
  code: 'storage_unavailable',
  message: 'The object store is away: the audio comes with this answer, and there is no link to it.',
};

/**
 * Speaks and transcribes over the configured providers. Both ways are the same road: prepare, plan, look up what
 * was made before, share what is being made now, execute, deliver, and account for it in the result's trace.
 */
@Injectable()
export class VoiceService {
  constructor(
    private readonly planner: Planner,
    private readonly memory: VoiceMemory,
    private readonly synthesizer: Synthesizer,
    private readonly recognizer: Recognizer,
    private readonly library: VoiceLibrary,
    private readonly meter: Meter,
    @Optional() private readonly observers?: VoiceObservers,
  ) {}

  /**
   * Resolves when the first audio is there; all that fails before it is thrown here, as a ParlanceError.
   * @param signal ends this caller's part; the work goes on while an equal request shares it
   */
  async speak(request: SpeakRequest, signal: AbortSignal): Promise<Speech> {
    const account = new Account('speak', this.observers, request);
    account.content = { text: request.text };
    return account.during(async () => {
      const utterance = prepareUtterance(request, this.planner.maximumTextCharacters);
      await this.meter.admit(request);
      const plan = this.planner.speech(utterance, request.providers);
      account.planned(ready(plan).map(traceCandidate), plan.skipped, plan.candidates);
      return plan.loans.during(() => this.speakAsPlanned(request, utterance, plan, account, signal));
    });
  }

  /** Speech as a file in the object store, with a link that expires after `expiresInSeconds` (1-604800; default 3600). */
  async speakToFile(request: SpeakRequest, signal: AbortSignal, expiresInSeconds?: number): Promise<StoredSpeech> {
    const wanted = await this.speechToStore(request, signal, expiresInSeconds);
    const { trace, usage, warnings } = wanted.speech;
    return { ...(await this.library.store(wanted, signal)), trace, usage, warnings };
  }

  /**
   * The same, for those who can do with the audio itself, which is there in any case: while the object store is away they
   * get it with a warning.
   * A link is only given to what is really there.
   */
  async speakToFileIfPossible(
    request: SpeakRequest,
    signal: AbortSignal,
    expiresInSeconds?: number,
  ): Promise<(StoredSpeech & { bytes: Uint8Array }) | UnstoredSpeech> {
    const wanted = await this.speechToStore(request, signal, expiresInSeconds);
    const stored = await this.library.storeIfPossible(wanted, signal);
    const { format, mediaType, sampleRate, trace, usage, warnings } = wanted.speech;
    const { bytes } = wanted;
    if (stored !== undefined) return { ...stored, bytes, trace, usage, warnings };
    const warned = [...warnings, storageUnavailable];
    return { file: null, url: null, expiresAt: null, format, mediaType, sampleRate, bytes, trace, usage, warnings: warned };
  }

  /** @throws ParlanceError; a recording without speech is no error: its text is empty */
  async transcribe(request: TranscribeRequest, signal: AbortSignal): Promise<Transcription> {
    const release = holdBytes(request.audio);
    const account = new Account('transcribe', this.observers, request);
    const transcribing = account.during(async () => {
      const wish = prepareWish(request);
      const inspected = await this.recognizer.inspect(request);
      const { tenant = 'default' } = request;
      await this.meter.admit(request);
      const plan = await this.planner.transcription(wish, tenant, request.providers, () => this.recognizer.duration(inspected, signal));
      const { candidates, loans } = plan;
      loans.keep(request.audio);
      account.planned(ready(plan).map(transcriptionTrace), plan.skipped, candidates);
      const job = { ...inspected, wish, candidates, loans, tenant, ...ownerOf(request) };
      return loans.during(() => this.transcribeAsPlanned(request, job, account, signal));
    });
    return transcribing.finally(release);
  }

  /**
   * Deletes from the cache what fits, for all replicas.
   * @returns how many entries are gone
   * @throws ParlanceError `unavailable` while Redis is away: it is gone in this process only
   */
  async forget(what: Forgotten): Promise<number> {
    return this.memory.forget(what);
  }

  /** How the cache of this process has done since it started. */
  async cacheReport(): Promise<CacheReport & { coalesced: number }> {
    return this.memory.report();
  }

  /** The formats speech can be had in on this machine. */
  async audioFormats(): Promise<readonly AudioFormat[]> {
    return this.synthesizer.formats();
  }

  /**
   * Loads what the first request would otherwise wait for.
   * @throws ParlanceError `unavailable` with the reason `codecs_not_loaded`, without which nothing can be served; else
   * the first failure of a provider, beside which others may serve
   */
  async warmUp(): Promise<void> {
    const outcomes = await Promise.allSettled([this.synthesizer.warmUp(), this.planner.warmUp()]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private async speakAsPlanned(
    request: SpeakRequest,
    utterance: Utterance,
    plan: LentPlan<SpeechCandidate>,
    account: Account,
    signal: AbortSignal,
  ): Promise<Speech> {
    const job: SpeechJob = { utterance, candidates: plan.candidates, loans: plan.loans };
    account.bill = this.meter.bill('speak', request);
    if (request.cache === false) {
      account.withoutCache();
      return deliver(job, await this.synthesizer.start(job, undefined, account, signal), account, signal);
    }

    const keys = this.memory.speech.keys(job);
    account.trace.cacheKey = keys[0];
    const { known, first } = await this.recallSpeech(job, account);
    account.lookedUp();
    if (first !== undefined) {
      const isRepeatable = known.get(job.candidates[0]) === first && this.planner.keepsOrder && plan.loans.areNone;
      return {
        ...deliver(job, first, account, signal),
        ...(isRepeatable && {
          again: repetition({ memory: this.memory.speech, meter: this.meter, observers: this.observers }, request, job, account.trace),
        }),
      };
    }

    const work: SharedWork<SpeechFlightHead, Uint8Array> = {
      start: (shared) => this.synthesise(job, known, account, shared),
      recall: async () => {
        const { first: made } = await this.recallSpeech(job, account);
        return made && { head: { sampleRate: made.sampleRate, account: account.books }, chunks: made.chunks };
      },
      codec: speechFlight,
    };
    const flight = await this.memory.share(keys, this.meter.purse(request), work, signal, plan.loans);
    if (flight.shared) account.follow(flight.head.account);
    const { head, chunks } = flight;
    // The work is over when what it made is kept, which nobody who has it all waits for.
    if (head.bytes !== undefined) void collect(chunks).catch(() => undefined);
    return deliver(job, { ...head, chunks }, account, signal);
  }

  private async transcribeAsPlanned(
    request: TranscribeRequest,
    job: TranscriptionJob & { loans: Loans },
    account: Account,
    signal: AbortSignal,
  ): Promise<Transcription> {
    account.bill = this.meter.bill('transcribe', request);
    if (request.cache === false) {
      account.withoutCache();
      return hearAll(this.transcribeOrKeepRecording(job, account, signal), account, request.onSegment);
    }

    const keys = await this.memory.transcripts.keys(job);
    account.trace.cacheKey = keys[0];
    const known = await this.recallTranscript(job, keys, account);
    account.lookedUp();
    if (known !== undefined) return hearAll(known, account, request.onSegment);

    const work = {
      start: async (shared: AbortSignal) => ({ head: account.books, chunks: this.transcribeAndKeep(job, keys, account, shared) }),
      recall: async () => {
        const made = await this.recallTranscript(job, keys, account);
        return made && { head: account.books, chunks: made };
      },
      codec: transcriptionFlight,
    };
    const flight = await this.memory.share(keys, this.meter.purse(request), work, signal, job.loans);
    if (flight.shared) account.follow(flight.head);
    return hearAll(flight.chunks, account, request.onSegment);
  }

  private async speechToStore(request: SpeakRequest, signal: AbortSignal, expiresInSeconds?: number): Promise<SpeechToStore> {
    const speech = await this.speak(request, signal);
    const bytes = exactHeader(await collect(speech.chunks), speech.format);
    return { speech, bytes, owner: request, ...(expiresInSeconds !== undefined && { expiresInSeconds }) };
  }

  /** What was made before, and of that what answers the request at once. */
  private async recallSpeech(job: SpeechJob, account: Account) {
    const known = await this.memory.speech.recall(job);
    const first = firstAnswer(job.candidates, known);
    if (first !== undefined) account.fromCache('hit', traceCandidate(first.candidate));
    return { known, first: first?.made };
  }

  private async recallTranscript(
    job: TranscriptionJob,
    keys: NonEmpty<string>,
    account: Account,
  ): Promise<AsyncIterable<Heard> | undefined> {
    const known = await this.memory.transcripts.recall(job, keys);
    if (known === undefined) return undefined;
    account.fromCache('hit', known.servedBy);
    return replay(known.transcript);
  }

  /** Makes speech and keeps it, once whole, for the next who asks. */
  private async synthesise(job: SpeechJob, known: KnownAudio, account: Account, signal: AbortSignal) {
    const synthesis = await this.synthesizer.start(job, known, account, signal);
    const { sampleRate, chunks, bytes: whole } = synthesis;
    const keep = async (bytes: Uint8Array) => {
      const speaker = synthesis.servedByOne();
      // Cut short with a clean end: who hears it now cannot be helped, but nobody shall hear it again.
      const { format } = job.utterance;
      if (format === 'pcm' ? bytes.length % 2 > 0 : isComplete(bytes, format) === false) return;
      if (speaker !== undefined) await this.memory.speech.remember(job, speaker, sampleRate, exactHeader(bytes, format));
    };
    if (whole === undefined) return { head: { sampleRate, account: account.books }, chunks: remembering(chunks, largestRemembered, keep) };
    return { head: { sampleRate, account: account.books, bytes: whole }, chunks: endingWith(whole, () => keep(whole)) };
  }

  private async *transcribeAndKeep(
    job: TranscriptionJob,
    keys: readonly string[],
    account: Account,
    signal: AbortSignal,
  ): AsyncGenerator<Heard> {
    for await (const heard of this.transcribeOrKeepRecording(job, account, signal)) {
      if ('transcript' in heard) {
        const { candidate, transcript } = heard;
        const key = candidate === undefined ? undefined : keys[job.candidates.indexOf(candidate)];
        if (candidate !== undefined && key !== undefined) await this.memory.transcripts.remember(job, key, candidate, transcript);
      }
      yield heard;
    }
  }

  /** A recording that every provider has failed with is kept: it may be all there is of what somebody said. */
  private async *transcribeOrKeepRecording(job: TranscriptionJob, account: Account, signal: AbortSignal): AsyncGenerator<Heard> {
    try {
      yield* this.recognizer.hear(job, account, signal);
    } catch (error) {
      throw error instanceof ExhaustedError ? await this.library.keepRecording(job, error, account.origin) : error;
    } finally {
      account.bill?.close(account.trace);
    }
  }
}

function ownerOf({
  agent,
  filename,
  cacheTtlSeconds,
}: TranscribeRequest): Pick<TranscriptionJob, 'agent' | 'filename' | 'cacheTtlSeconds'> {
  return {
    ...(agent !== undefined && { agent }),
    ...(filename !== undefined && { filename }),
    ...(cacheTtlSeconds !== undefined && { cacheTtlSeconds: timeToLive(cacheTtlSeconds) }),
  };
}

function ready<Candidate extends { barred?: string }>({ candidates }: Plan<Candidate>): readonly Candidate[] {
  return candidates.filter(({ barred }) => barred === undefined);
}
