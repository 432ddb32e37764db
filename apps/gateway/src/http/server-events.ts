import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toErrorReply } from './error-reply.js';
import { logBrokenStream } from './log-failure.js';

/** A comment, which readers of events pass over. */
const NOTHING_NEW = ': nothing new\n\n';

/**
 * Sends objects as server-sent events (`data:` lines only, as OpenAI's clients want them), then `[DONE]`. The
 * answer has begun by now, so a failure is one last event with OpenAI's error body.
 */
export async function sendEvents(reply: FastifyReply, events: AsyncIterable<object>): Promise<void> {
  await sendStream(reply, encode(events, reply.request));
}

/**
 * Sends objects as server-sent events of one name, for as long as there are any.
 * @param events `undefined`: nothing has happened, and the connection is to be kept open
 */
export async function sendNamedEvents(reply: FastifyReply, name: string, events: AsyncIterable<object | undefined>): Promise<void> {
  await sendStream(reply, encodeNamed(name, events, reply.request));
}

/** Whether the client asks for events in place of one answer. */
export function wantsEvents({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').includes('text/event-stream');
}

async function sendStream(reply: FastifyReply, text: AsyncIterable<string>): Promise<void> {
  reply.header('content-type', 'text/event-stream; charset=utf-8');
  // Proxies would hold the events back to compress or cache them.
  reply.header('cache-control', 'no-cache, no-transform').header('x-accel-buffering', 'no');
  await reply.send(Readable.from(text));
}

async function* encode(events: AsyncIterable<object>, request: FastifyRequest): AsyncGenerator<string> {
  try {
    for await (const event of events) yield `data: ${JSON.stringify(event)}\n\n`;
  } catch (error) {
    logBrokenStream(request, error);
    yield `data: ${JSON.stringify(toErrorReply(error, request.url).body)}\n\n`;
    return;
  }
  yield 'data: [DONE]\n\n';
}

async function* encodeNamed(name: string, events: AsyncIterable<object | undefined>, request: FastifyRequest): AsyncGenerator<string> {
  // The head of an answer goes out with the first byte of it: who opens the stream is to know at once that it is open.
  yield NOTHING_NEW;
  try {
    for await (const event of events) yield event === undefined ? NOTHING_NEW : `event: ${name}\ndata: ${JSON.stringify(event)}\n\n`;
  } catch (error) {
    logBrokenStream(request, error);
    yield `event: error\ndata: ${JSON.stringify(toErrorReply(error, request.url).body)}\n\n`;
  }
}
