import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Fault, StandInReply } from './fault.js';

const PAGE = '<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';

/** Sends the vendor's answer, or what the fault makes of it. */
export async function answer(response: ServerResponse, fault: Fault | undefined, reply: () => Promise<StandInReply>): Promise<void> {
  switch (fault?.kind) {
    case 'reply':
      return sendWhole(response, fault);
    case 'stream':
      return sendWhole(response, { ...fault, status: 200 });
    case 'hang':
      return;
    case 'refuse':
      response.destroy();
      return;
    case 'html':
      return sendWhole(response, { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: PAGE });
    case 'empty':
      return sendWhole(response, { ...(await reply()), body: [] });
    case 'hang-mid-body':
      await sendHalf(response, await reply());
      return;
    case 'cut':
      await sendHalf(response, await reply());
      // The half that was sent arrives before the end does.
      response.socket?.destroySoon();
      return;
    case 'late':
      await fault.release;
      return sendWhole(response, await reply());
    case 'gate': {
      const rest = await sendHalf(response, await reply());
      await fault.release;
      response.end(rest);
      return;
    }
    case undefined:
      return sendWhole(response, await reply());
  }
}

async function sendWhole(response: ServerResponse, { status, headers = {}, body = [] }: StandInReply): Promise<void> {
  if (typeof body === 'string' || body instanceof Uint8Array) {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    response.end(body);
    return;
  }
  response.writeHead(status, headers);
  for await (const piece of typeof body === 'function' ? made(response, body) : body) {
    if (response.destroyed) return;
    await flush(response, piece);
  }
  response.end();
}

/** The pieces, as long as there is somebody to hear them. */
async function* made(response: ServerResponse, pieces: (gone: AbortSignal) => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  if (response.destroyed) return;
  try {
    yield* pieces(leaving.signal);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
  }
}

/** Sends the first half of the body and resolves, once that has left, with the other. */
async function sendHalf(response: ServerResponse, { status, headers = {}, body = [] }: StandInReply): Promise<Buffer> {
  const pieces = await allPieces(response, body);
  const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece as Uint8Array)));
  const middle = Math.ceil(bytes.length / 2);
  response.writeHead(status, headers);
  await flush(response, bytes.subarray(0, middle));
  return bytes.subarray(middle);
}

async function allPieces(response: ServerResponse, body: NonNullable<StandInReply['body']>): Promise<readonly (Uint8Array | string)[]> {
  if (typeof body !== 'function') return typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
  const pieces: Uint8Array[] = [];
  for await (const piece of made(response, body)) pieces.push(piece);
  return pieces;
}

async function flush(response: ServerResponse, piece: Uint8Array | string): Promise<void> {
  await new Promise<void>((resolve) => {
    response.write(piece, () => resolve());
  });
  await nextTurn();
}
