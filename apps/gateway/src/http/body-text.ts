import type { FastifyRequest } from 'fastify';

/** Longer bodies are rare, and take less time to read than their audio takes to send. */
const LONGEST_CHARACTERS = 4096;

const texts = new WeakMap<FastifyRequest, string>();

export function setBodyText(request: FastifyRequest, text: string): void {
  if (text.length <= LONGEST_CHARACTERS) texts.set(request, text);
}

/** A JSON body as it came; `undefined` where there was none, or it was long. */
export function bodyTextOf(request: FastifyRequest): string | undefined {
  return texts.get(request);
}
