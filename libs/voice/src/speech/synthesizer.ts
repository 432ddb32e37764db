import { AudioConverter, audioFormatInfo, pcm16ToSamples, type Pcm } from '@parlance/audio';
import { ParlanceError, type AudioFormat, type SpeechAudio, type TextLimit } from '@parlance/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Account } from '../account.js';
import type { SpeechCandidate } from '../plan/plan.types.js';
import { exhausted } from '../resilience/exhausted.js';
import { PlanExecutor } from '../resilience/plan-executor.js';
import { letGo, once, withFirst } from '../streams/async-streams.js';
import { splitText } from '../text/split-text.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { guardedAudio } from './guarded-audio.js';
import { makeable } from './makeable.js';
import { Reading } from './reading.js';
import { samplesOfWhole, speakOnce, traceCandidate, type SpeechCall } from './speak-once.js';
import { SpeechMemory } from './speech-memory.js';
import type { SpeechJob, Utterance } from './utterance.js';

/** Audio in the making, encoded as asked; its first chunk is there. */
export interface Synthesis {
  sampleRate: number;
  chunks: AsyncIterable<Uint8Array>;
  /** All of it, where it was there at once. */
  bytes?: Uint8Array;
  /** Whether one provider made all of it; known when the last chunk has been read. */
  servedByOne(): SpeechCandidate | undefined;
}

/** What is known of a piece or of a whole before it is made. */
export type KnownAudio = ReadonlyMap<SpeechCandidate, SpeechAudio>;

/** Audio as it comes, or samples where it had to be decoded first. */
type Spoken = SpeechAudio & { pcm?: Pcm };

/** Makes the audio of an utterance: whole when it is one sentence, else passage by passage, joined as samples. */
@Injectable()
export class Synthesizer {
  private readonly window: number;

  constructor(
    private readonly converter: AudioConverter,
    private readonly memory: SpeechMemory,
    private readonly executor: PlanExecutor,
    @Inject(VOICE_OPTIONS) options: VoiceModuleOptions,
  ) {
    this.window = Math.max(1, options.segmentConcurrency ?? 2);
  }

  /**
   * @param known the whole as candidates have made it before; absent: the cache is neither read nor written
   * @throws ParlanceError when no candidate gives a first chunk
   */
  async start(job: SpeechJob, known: KnownAudio | undefined, account: Account, signal: AbortSignal): Promise<Synthesis> {
    const begin = () => this.begin(job, known, account, signal);
    return job.loans === undefined ? begin() : job.loans.untilRead(begin, signal);
  }

  private async begin(asked: SpeechJob, known: KnownAudio | undefined, account: Account, signal: AbortSignal): Promise<Synthesis> {
    const job = makeable(asked, await this.formats(), account);
    const { candidates, utterance } = job;
    const { bill, trace } = account;
    const passages = splitText(utterance.text, candidates[0].request.language, strictest(candidates));
    trace.segments = passages.length;
    const make = () =>
      passages.length === 1 ? this.single(job, known ?? new Map(), account, signal) : this.several(job, passages, known, account, signal);
    return bill === undefined ? make() : bill.spend(utterance.text.length, make, trace, signal);
  }

  private async several(
    job: SpeechJob,
    passages: readonly string[],
    known: KnownAudio | undefined,
    account: Account,
    signal: AbortSignal,
  ): Promise<Synthesis> {
    const { converter, memory, executor, window } = this;
    const reading = new Reading(job, { converter, executor, account, window, ...(known !== undefined && { memory }) });
    const encoded = await this.encoded(reading.read(passages, signal), job.utterance, signal);
    return { ...encoded, servedByOne: () => reading.servedByOne() };
  }

  /** What can be encoded on this machine. */
  async formats(): Promise<readonly AudioFormat[]> {
    return this.converter.encodableFormats();
  }

  /** @throws ParlanceError `unavailable` with the reason `codecs_not_loaded` */
  async warmUp(): Promise<void> {
    try {
      await this.converter.warmUp();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : typeof cause;
      throw new ParlanceError('unavailable', `The audio codecs cannot be loaded: ${why}`, { reason: 'codecs_not_loaded', cause });
    }
  }

  /** One sentence: passed through untouched, as it comes, where the provider has the format. */
  private async single(
    job: SpeechJob,
    known: KnownAudio,
    account: Account,
    signal: AbortSignal,
    limits = this.executor.limits(),
  ): Promise<Synthesis> {
    const { candidates, utterance } = job;
    const { text, format } = utterance;
    const { patience, idle } = this.executor;
    const served = await this.executor.run({
      operation: 'speak',
      candidates,
      segment: 0,
      known: (candidate) => known.get(candidate),
      call: (candidate, callSignal, alive) => {
        const charge = account.bill?.charge(traceCandidate(candidate), text.length);
        return this.open({ candidate, text, format, signal: callSignal, alive, charge }, utterance);
      },
      discard: ({ chunks }) => letGo(chunks[Symbol.asyncIterator]()),
      traceOf: traceCandidate,
      patience,
      idle,
      limits,
      account,
      signal,
    });
    const { candidate, result: audio, permit, giveUp, cached, failed } = served;
    const { name: provider } = candidate.provider;
    account.spoken(candidate, audio, cached);
    const servedByOne = () => candidate;
    if (audio.bytes !== undefined && asAsked(audio, utterance)) {
      permit.succeeded();
      return { sampleRate: audio.sampleRate, chunks: audio.chunks, bytes: audio.bytes, servedByOne };
    }
    const chunks = guardedAudio(audio.chunks, { permit, giveUp, account, provider, idle });
    if (asAsked(audio, utterance)) return { sampleRate: audio.sampleRate, chunks, servedByOne };
    try {
      return { ...(await this.encoded(samplesOf({ ...audio, chunks }), utterance, signal)), servedByOne };
    } catch (error) {
      // Where no encoder could be opened nobody has begun to read it.
      letGo(chunks);
      // It broke after its beginning had been found good, and before anything of it was encoded: nobody has heard it yet.
      const [next, ...others] = candidates.slice(candidates.indexOf(candidate) + 1);
      if (signal.aborted) throw error;
      if (next === undefined) {
        const isItsOwn = error instanceof ParlanceError && error.provider === provider;
        throw isItsOwn ? exhausted([...failed, { provider, failure: error }], [], account.trace.attempts) : error;
      }
      account.takenOver();
      return this.single({ utterance, candidates: [next, ...others] }, known, account, signal, limits);
    }
  }

  /**
   * What is neither as asked nor samples has to be decoded, and that takes the whole of it: where a rate is asked for,
   * which only the answer says whether it has, samples are had if they can be.
   */
  private async open(call: SpeechCall, utterance: Utterance): Promise<Spoken> {
    const { formats } = call.candidate.provider.capabilities;
    const isFree = utterance.sampleRate === undefined && formats.includes(call.format);
    if (!isFree && formats.includes('pcm')) return speakOnce({ ...call, format: 'pcm' });
    const audio = await speakOnce(call);
    if (asAsked(audio, utterance)) return audio;
    const { pcm, usage, warnings } = await samplesOfWhole(audio, call, this.converter);
    return {
      format: 'pcm',
      sampleRate: pcm.sampleRate,
      chunks: once(new Uint8Array()),
      pcm,
      warnings,
      ...(usage !== undefined && { usage }),
    };
  }

  private async encoded(pieces: AsyncIterable<Pcm>, { format, sampleRate }: Utterance, signal: AbortSignal) {
    const rate = sampleRate ?? audioFormatInfo(format).defaultSampleRate;
    const chunks = await withFirst(this.encode(pieces, format, rate, signal));
    return { sampleRate: rate, chunks: chunks ?? once(new Uint8Array()) };
  }

  private async *encode(
    pieces: AsyncIterable<Pcm>,
    format: Utterance['format'],
    sampleRate: number,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const encoder = await this.converter.openEncoder({ format, sampleRate }, signal);
    try {
      for await (const pcm of pieces) {
        const bytes = await encoder.write(pcm);
        if (bytes.length > 0) yield bytes;
      }
      const rest = await encoder.finish();
      if (rest.length > 0) yield rest;
    } finally {
      await encoder.close();
    }
  }
}

/** Whether the bytes can go out as they come. Self-describing formats may keep the provider's own rate. */
function asAsked(audio: Spoken, { format, sampleRate }: Utterance): boolean {
  if (audio.format !== format || audio.pcm !== undefined) return false;
  if (sampleRate === undefined && format !== 'pcm') return true;
  return audio.sampleRate === (sampleRate ?? audioFormatInfo(format).defaultSampleRate);
}

async function* samplesOf({ chunks, sampleRate, pcm }: Spoken): AsyncGenerator<Pcm> {
  if (pcm !== undefined) yield pcm;
  let odd: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    // A sample is two bytes, and a network cuts where it likes.
    const bytes = odd.length === 0 ? chunk : Buffer.concat([odd, chunk]);
    const even = bytes.length - (bytes.length % 2);
    odd = bytes.subarray(even);
    if (even > 0) yield { samples: pcm16ToSamples(bytes.subarray(0, even)), sampleRate };
  }
}

/** A limit that every candidate keeps, so that any of them can take over any passage. */
function strictest(candidates: readonly SpeechCandidate[]): TextLimit {
  const limits = candidates.map(({ provider }) => provider.capabilities.maximumText);
  // UTF-8 has at least one byte per character: counting bytes is safe for those who count characters.
  const unit = limits.some((limit) => limit.unit === 'utf8-bytes') ? 'utf8-bytes' : 'characters';
  return { unit, value: Math.min(...limits.map(({ value }) => value)) };
}
