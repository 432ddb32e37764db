import { pcm16ToSamples, type AudioConverter, type Pcm } from '@parlance/audio';
import { ParlanceError, throwIfAborted, type AudioFormat, type SpeechAudio, type TraceCandidate } from '@parlance/contracts';
import type { SpeechCandidate } from '../plan/plan.types.js';
import type { Charge } from '../usage/charge.js';
import { collect } from '../streams/async-streams.js';
import { checkedAudio } from './checked-audio.js';
import { leastSeconds } from './plausible.js';

/** One call to one provider. */
export interface SpeechCall {
  candidate: SpeechCandidate;
  text: string;
  /** Had if the provider makes it, else its own first. */
  format: AudioFormat;
  signal: AbortSignal;
  /** Told of every sign of life. */
  alive: () => void;
  /** What it costs is put down here. */
  charge?: Charge | undefined;
}

export function traceCandidate({ provider, request }: SpeechCandidate): TraceCandidate & { model: string } {
  return { provider: provider.name, model: request.model, voice: request.voice };
}

/**
 * Audio as it comes; its beginning is there and has been found good.
 * @throws ParlanceError
 */
export async function speakOnce(call: SpeechCall): Promise<SpeechAudio> {
  const { candidate, text, format: wanted, signal, charge } = call;
  const { provider, request } = candidate;
  const native = provider.capabilities.formats;
  const format = native.includes(wanted) ? wanted : native[0];
  if (format === undefined)
    throw new ParlanceError('server', `The provider ${provider.name} lists no audio format.`, { provider: provider.name });
  const audio = await provider.speak({ ...request, format, text }, signal);
  charge?.says(audio.usage);
  const alive = whileWanted(call);
  return checkedAudio(audio, { provider: provider.name, atLeast: leastSeconds(text, request.speed) }, () => {
    charge?.comes();
    alive();
  });
}

/** Samples of one passage, and what its provider said of it. */
export interface Passage extends Pick<SpeechAudio, 'usage' | 'warnings'> {
  pcm: Pcm;
}

/**
 * All of it, as samples. Nothing is handed on before the last word is there, so that another provider can speak the
 * whole of it instead.
 * @throws ParlanceError; `server` for what cannot be decoded, `empty` for too little of it
 */
export async function speakWhole(call: SpeechCall, converter: AudioConverter): Promise<Passage> {
  return samplesOfWhole(await speakOnce(call), call, converter);
}

/** All that a call gives, as samples. Throws as `speakWhole` does. */
export async function samplesOfWhole(audio: SpeechAudio, call: SpeechCall, converter: AudioConverter): Promise<Passage> {
  const { provider, request } = call.candidate;
  const bytes = await collect(watched(audio.chunks, whileWanted(call)));
  const pcm = await decoded(audio, bytes, converter, call);
  if (pcm.samples.length / pcm.sampleRate < leastSeconds(call.text, request.speed)) {
    throw new ParlanceError('empty', `${provider.name} answered with too little audio to be the text.`, { provider: provider.name });
  }
  return { pcm, ...(audio.usage !== undefined && { usage: audio.usage }), warnings: audio.warnings };
}

async function decoded(audio: SpeechAudio, bytes: Uint8Array, converter: AudioConverter, { candidate, signal }: SpeechCall): Promise<Pcm> {
  if (audio.format === 'pcm') return { samples: pcm16ToSamples(bytes), sampleRate: audio.sampleRate };
  try {
    return await converter.decode(bytes, {}, signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    const provider = candidate.provider.name;
    throw new ParlanceError('server', `${provider} answered with audio that cannot be decoded.`, { provider, cause });
  }
}

async function* watched(chunks: AsyncIterable<Uint8Array>, alive: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    alive();
    yield chunk;
  }
}

/** A provider that takes no notice of its signal must not be read to an end that may never come. */
function whileWanted({ alive, signal }: SpeechCall): () => void {
  return () => {
    throwIfAborted(signal);
    alive();
  };
}
