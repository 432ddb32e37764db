import { ParlanceError } from '@parlance/contracts';
import type { HttpResponse } from './http-client.js';

/** @throws ParlanceError `server` when the answer is a page, or JSON, where audio was expected */
export function expectAudio(response: HttpResponse, provider: string): AsyncIterable<Uint8Array> {
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
  if (empty) throw new ParlanceError('empty', `${provider} answered without any audio.`, { provider });
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
