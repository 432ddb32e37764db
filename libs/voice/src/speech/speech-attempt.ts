import { AbortedError, ParlanceError, type SpeechAudio, type SpeechRequest, type TraceCandidate } from '@parlance/contracts';
import type { Account } from '../account.js';
import type { SpeechCandidate } from '../plan/plan.types.js';
import { planFailure } from '../plan/plan-failure.js';
import { withFirst } from '../streams/async-streams.js';

/** Audio whose first chunk is there, and who made it. */
export interface ServedAudio {
  candidate: SpeechCandidate;
  audio: SpeechAudio;
  /** Made for an earlier request. */
  cached: boolean;
}

/** What is asked of whoever serves: one piece of the text, in this format if it has it. */
export interface Piece {
  text: string;
  index: number;
  format: SpeechRequest['format'];
  /** What candidates have made of it before. */
  known: ReadonlyMap<SpeechCandidate, SpeechAudio>;
}

/**
 * Asks the candidates in order until one gives a first chunk of audio; what one has made before stands for asking it.
 * @throws the error of the only candidate, or `unavailable` when several have failed
 */
export async function firstThatSpeaks(
  candidates: readonly SpeechCandidate[],
  piece: Piece,
  account: Account,
  signal: AbortSignal,
): Promise<ServedAudio> {
  const failures: unknown[] = [];
  for (const candidate of candidates) {
    const known = piece.known.get(candidate);
    if (known !== undefined) return { candidate, audio: known, cached: true };
    try {
      const audio = await account.attempt(traceCandidate(candidate), piece.index, () => speakOnce(candidate, piece, signal));
      return { candidate, audio, cached: false };
    } catch (error) {
      if (signal.aborted) throw new AbortedError(signal.reason);
      failures.push(error);
    }
  }
  // What every provider finds wrong with a text is wrong with the text.
  if (failures.every((failure) => isInvalid(failure))) throw failures[0];
  throw planFailure(candidates, failures);
}

function isInvalid(failure: unknown): boolean {
  return failure instanceof ParlanceError && failure.code === 'invalid';
}

export function traceCandidate({ provider, request }: SpeechCandidate): TraceCandidate {
  return { provider: provider.name, model: request.model, voice: request.voice };
}

async function speakOnce(candidate: SpeechCandidate, piece: Piece, signal: AbortSignal): Promise<SpeechAudio> {
  const { provider, request } = candidate;
  const native = provider.capabilities.formats;
  const format = native.includes(piece.format) ? piece.format : native[0];
  if (format === undefined)
    throw new ParlanceError('server', `The provider ${provider.name} lists no audio format.`, { provider: provider.name });
  const audio = await provider.speak({ ...request, format, text: piece.text }, signal);
  const chunks = await withFirst(nonEmpty(audio.chunks));
  if (chunks === undefined) throw new ParlanceError('empty', `${provider.name} answered without any audio.`, { provider: provider.name });
  return { ...audio, chunks };
}

async function* nonEmpty(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) if (chunk.byteLength > 0) yield chunk;
}
