import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toErrorReply } from './error-reply.js';
import { logBrokenStream } from './log-failure.js';

/**
 * Sends objects as server-sent events (`data:` lines only, as OpenAI's clients want them), then `[DONE]`. The
 * answer has begun by now, so a failure is one last event with OpenAI's error body.
 */
export async function sendEvents(reply: FastifyReply, events: AsyncIterable<object>): Promise<void> {
  reply.header('content-type', 'text/event-stream; charset=utf-8');
  // Proxies would hold the events back to compress or cache them.
  reply.header('cache-control', 'no-cache, no-transform').header('x-accel-buffering', 'no');
  await reply.send(Readable.from(encode(events, reply.request)));
}

async function* encode(events: AsyncIterable<object>, { id, url }: FastifyRequest): AsyncGenerator<string> {
  try {
    for await (const event of events) yield `data: ${JSON.stringify(event)}\n\n`;
  } catch (error) {
    logBrokenStream(id, error);
    yield `data: ${JSON.stringify(toErrorReply(error, url).body)}\n\n`;
    return;
  }
  yield 'data: [DONE]\n\n';
}
