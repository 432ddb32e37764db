import { AudioConverter, audioFormatInfo, type Pcm } from '@parlance/audio';
import { ParlanceError, UnsupportedError, type AudioFormat, type SpeechAudio, type TextLimit } from '@parlance/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Account } from '../account.js';
import type { SpeechCandidate } from '../plan/plan.types.js';
import { inOrder, once, withFirst } from '../streams/async-streams.js';
import { splitText } from '../text/split-text.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { firstThatSpeaks, traceCandidate, type ServedAudio } from './speech-attempt.js';
import { SpeechMemory } from './speech-memory.js';
import { speechPcm } from './speech-pcm.js';
import type { SpeechJob, Utterance } from './utterance.js';

/** Audio in the making, encoded as asked; its first chunk is there. */
export interface Synthesis {
  sampleRate: number;
  chunks: AsyncIterable<Uint8Array>;
  /** Whether one provider made all of it; known when the last chunk has been read. */
  servedByOne(): SpeechCandidate | undefined;
}

/** What is known of a piece or of a whole before it is made. */
export type KnownAudio = ReadonlyMap<SpeechCandidate, SpeechAudio>;

/** Makes the audio of an utterance: whole when it is one sentence, else piece by piece, joined as samples. */
@Injectable()
export class Synthesizer {
  private readonly window: number;

  constructor(
    private readonly converter: AudioConverter,
    private readonly memory: SpeechMemory,
    @Inject(VOICE_OPTIONS) options: VoiceModuleOptions,
  ) {
    this.window = Math.max(1, options.segmentConcurrency ?? 2);
  }

  /**
   * @param known the whole as candidates have made it before; absent: the cache is neither read nor written
   * @throws ParlanceError when no candidate gives a first chunk
   */
  async start(job: SpeechJob, known: KnownAudio | undefined, account: Account, signal: AbortSignal): Promise<Synthesis> {
    const { candidates, utterance } = job;
    await this.checkFormat(job);
    const pieces = splitText(utterance.text, candidates[0].request.language, strictest(candidates));
    account.trace.segments = pieces.length;
    if (pieces.length === 1) return this.single(job, known ?? new Map(), account, signal);
    return this.joined(job, pieces, known !== undefined, account, signal);
  }

  /** What can be encoded on this machine. */
  async formats(): Promise<readonly AudioFormat[]> {
    return this.converter.encodableFormats();
  }

  async warmUp(): Promise<void> {
    await this.converter.warmUp();
  }

  private async checkFormat({ candidates, utterance: { format } }: SpeechJob): Promise<void> {
    const formats = await this.formats();
    if (formats.includes(format) || candidates.some(({ provider }) => provider.capabilities.formats.includes(format))) return;
    const remedy = format === 'aac' ? ' Install ffmpeg to have aac.' : '';
    throw new UnsupportedError(`'${format}' cannot be made here. Ask for one of: ${formats.join(', ')}.${remedy}`, 'format');
  }

  /** One piece: passed through untouched where the provider has the format. */
  private async single({ candidates, utterance }: SpeechJob, known: KnownAudio, account: Account, signal: AbortSignal): Promise<Synthesis> {
    const piece = { text: utterance.text, index: 0, format: utterance.format, known };
    const served = await firstThatSpeaks(candidates, piece, account, signal);
    note(account, served);
    const { audio } = served;
    const servedByOne = () => served.candidate;
    if (asAsked(audio, utterance)) return { sampleRate: audio.sampleRate, chunks: audio.chunks, servedByOne };
    return { ...(await this.encoded(speechPcm(audio, this.converter, signal), utterance, signal)), servedByOne };
  }

  /** Many pieces: spoken a few at a time, heard in order, encoded once. */
  private async joined(
    job: SpeechJob,
    pieces: readonly string[],
    caching: boolean,
    account: Account,
    signal: AbortSignal,
  ): Promise<Synthesis> {
    const speakers = new Set<SpeechCandidate>();
    const unspeakable: ParlanceError[] = [];
    const begin = async (text: string, index: number, either: AbortSignal): Promise<AsyncIterable<Pcm>> => {
      const known = caching ? await this.memory.recallPiece(job, text) : new Map<SpeechCandidate, SpeechAudio>();
      try {
        const served = await firstThatSpeaks(job.candidates, { text, index, format: 'pcm', known }, account, either);
        note(account, served);
        speakers.add(served.candidate);
        const pcm = speechPcm(served.audio, this.converter, either);
        return caching && !served.cached ? this.memory.rememberPiece(pcm, served.candidate, job, text) : pcm;
      } catch (error) {
        // A sentence in a script that nobody here can read must not cost the listener the others.
        if (!(error instanceof ParlanceError) || error.code !== 'invalid') throw error;
        unspeakable.push(error);
        account.add(undefined, [
          { code: 'partial', param: 'input', message: 'A passage of the text cannot be spoken by this voice: it was left out.' },
        ]);
        return nothing();
      }
    };
    const spoken = orElse(inOrder(pieces, this.window, begin, signal), () => unspeakable[0]);
    const synthesis = await this.encoded(spoken, job.utterance, signal);
    const whole = () => unspeakable.length === 0 && speakers.size === 1;
    return { ...synthesis, servedByOne: () => (whole() ? [...speakers][0] : undefined) };
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
function asAsked(audio: SpeechAudio, { format, sampleRate }: Utterance): boolean {
  if (audio.format !== format) return false;
  if (sampleRate === undefined && format !== 'pcm') return true;
  return audio.sampleRate === (sampleRate ?? audioFormatInfo(format).defaultSampleRate);
}

function note(account: Account, { candidate, audio, cached }: ServedAudio): void {
  if (cached) account.fromCache('partial', traceCandidate(candidate));
  account.add(cached ? undefined : audio.usage, [...candidate.warnings, ...audio.warnings]);
}

// oxlint-disable-next-line require-yield -- a stream of nothing
async function* nothing(): AsyncGenerator<Pcm> {
  return;
}

/** A stream that must not be empty: when it is, its reason is thrown instead. */
async function* orElse(pieces: AsyncIterable<Pcm>, reason: () => Error | undefined): AsyncGenerator<Pcm> {
  let empty = true;
  for await (const pcm of pieces) {
    empty = false;
    yield pcm;
  }
  if (empty) throw reason() ?? new ParlanceError('empty', 'The text gave no audio. Try again, or with another text.');
}

/** A limit that every candidate keeps, so that any of them can take over any piece. */
function strictest(candidates: readonly SpeechCandidate[]): TextLimit {
  const limits = candidates.map(({ provider }) => provider.capabilities.maximumText);
  // UTF-8 has at least one byte per character: counting bytes is safe for those who count characters.
  const unit = limits.some((limit) => limit.unit === 'utf8-bytes') ? 'utf8-bytes' : 'characters';
  return { unit, value: Math.min(...limits.map(({ value }) => value)) };
}
