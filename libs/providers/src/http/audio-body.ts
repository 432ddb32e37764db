import { ParlanceError, type SpeechAudio } from '@parlance/contracts';
import type { HttpResponse } from './http-client.js';

/** Up to so many bytes an answer of known length is waited for: whoever announces it has made all of it. */
const SHORT_BYTES = 65_536;

/**
 * The audio of an answer as it comes; or all of it, where it is short and its length was announced. What is wrong with that
 * shows before anybody has heard of it, and handing it on costs less processor than a stream: 0.6 ms
 * instead of 0.7 for 20 KB, all of the way through the voice layer.
 * @throws ParlanceError `server` when the answer is a page, or JSON, where audio was expected, or breaks; `empty`
 */
export async function readAudio(response: HttpResponse, provider: string): Promise<Pick<SpeechAudio, 'chunks' | 'bytes'>> {
  const chunks = expectAudio(response, provider);
  const announced = response.header('content-length');
  if (announced === undefined || !(Number(announced) <= SHORT_BYTES)) return { chunks };
  const bytes = await response.bytes();
  if (bytes.byteLength === 0) throw noAudio(provider);
  return { bytes, chunks: inOnePiece(bytes) };
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function expectAudio(response: HttpResponse, provider: string): AsyncIterable<Uint8Array> {
  const type = response.header('content-type') ?? '';
  if (/^(?:text\/|application\/(?:json|xml|xhtml|problem))/i.test(type)) {
    throw new ParlanceError('server', `${provider} answered with something that is no audio. Check its address.`, { provider });
  }
  return expectBytes(response.body, provider);
}

/** Passes audio on. @throws ParlanceError `empty` when there is none in the end */
export async function* expectBytes(chunks: AsyncIterable<Uint8Array>, provider: string): AsyncGenerator<Uint8Array> {
  let empty = true;
  for await (const chunk of chunks) {
    if (chunk.byteLength === 0) continue;
    empty = false;
    yield chunk;
  }
  if (empty) throw noAudio(provider);
}

function noAudio(provider: string): ParlanceError {
  return new ParlanceError('empty', `${provider} answered without any audio.`, { provider });
}

/** The parsed body. @throws ParlanceError `server` when it is no JSON object */
export function expectJson(text: string, provider: string): Record<string, unknown> {
  try {
    const parsed = JSON.parse(text) as unknown;
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
  } catch {
    // Told below, without the body.
  }
  throw new ParlanceError('server', `${provider} answered with something that is not its usual JSON. Check its address.`, { provider });
}
