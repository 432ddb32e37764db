import { Readable } from 'node:stream';
import { ParlanceError } from '@parlance/contracts';
import type { Speech } from '@parlance/voice';
import type { FastifyReply } from 'fastify';
import { begin } from './first-chunk.js';
import { logBrokenStream } from './log-failure.js';
import { setResultHeaders } from './result-headers.js';
import { sendEvents } from './server-events.js';

/**
 * Sends speech as bytes: in one piece and at once when it is all there (`undefined`: nothing is left to wait for), else as
 * it is made. A failure before the first byte is an error answer; a later one breaks the connection.
 */
export function sendSpeech(reply: FastifyReply, speech: Speech): Promise<void> | undefined {
  if (speech.bytes === undefined) return sendStream(reply, speech);
  setResultHeaders(reply, speech.trace, speech.warnings);
  const { buffer, byteOffset, byteLength } = speech.bytes;
  // Not waited for: that would be until the last byte is sent, and nothing is left to be done by then.
  void reply.header('content-type', speech.mediaType).send(Buffer.from(buffer, byteOffset, byteLength));
  return undefined;
}

async function sendStream(reply: FastifyReply, speech: Speech): Promise<void> {
  reply.header('content-type', speech.mediaType);
  const chunks = await beginSpeech(reply, speech);
  const body = Readable.from(chunks, { objectMode: false });
  body.once('error', (error) => logBrokenStream(reply.request, error));
  await reply.send(body);
}

/** What a client is told at the end of streamed speech; the counts are tokens where the provider counts them. */
export interface SpeechEventUsage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
}

/**
 * Sends speech as OpenAI's server-sent events.
 * @param characters of the input
 * @param traced whether the last event tells everything that was done
 */
export async function sendSpeechEvents(reply: FastifyReply, speech: Speech, characters: number, traced = false): Promise<void> {
  const chunks = await beginSpeech(reply, speech);
  await sendEvents(reply, speechEvents(chunks, speech, characters, traced));
}

async function* speechEvents(
  chunks: AsyncIterable<Uint8Array>,
  { usage, trace, warnings }: Speech,
  characters: number,
  traced: boolean,
): AsyncGenerator<object> {
  for await (const chunk of chunks) {
    if (chunk.byteLength > 0) yield { type: 'speech.audio.delta', audio: Buffer.from(chunk).toString('base64') };
  }
  const input = usage.inputTokens ?? usage.characters ?? characters;
  const output = usage.outputTokens ?? 0;
  yield {
    type: 'speech.audio.done',
    usage: { input_tokens: input, output_tokens: output, total_tokens: input + output } satisfies SpeechEventUsage,
    ...(traced && { trace, warnings }),
  };
}

async function beginSpeech(reply: FastifyReply, speech: Speech): Promise<AsyncIterable<Uint8Array>> {
  const { first, all } = await begin(speech.chunks);
  if (first === undefined) throw new ParlanceError('empty', 'No audio came of the text. Try again, or with another text.');
  setResultHeaders(reply, speech.trace, speech.warnings);
  return all;
}
