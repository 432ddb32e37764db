import type { AudioChunkEvent, AudioFileEvent, DoneEvent, ErrorEvent, TurnEvent } from '@parlance/agent-runner';
import { throwIfAborted } from '@parlance/contracts';
import { toErrorReply } from '../http/error-reply.js';

/** An event of a turn as JSON; audio is base64. */
export function presentEvent(event: TurnEvent, url: string): object {
  if (event.type === 'audio') return { ...event, ...base64Of(event) };
  if (event.type === 'error') return presentError(event, url);
  return event;
}

/**
 * A whole turn as one JSON answer: everything that came, `null` for what did not.
 * @param signal fires when the client leaves, whose turn is then not read to its end
 * @throws the error of a turn that came to no reply at all; AbortedError
 */
export async function presentTurn(
  events: AsyncIterable<TurnEvent>,
  url: string,
  signal: AbortSignal,
): Promise<{ body: object; summary: DoneEvent | ErrorEvent }> {
  const body: Record<string, unknown> = { transcript: null, text: null, audio: null, error: null };
  for await (const event of events) {
    if (event.type === 'done' || event.type === 'error')
      return { body: { object: 'turn', ...body, ...closing(event, url) }, summary: event };
    if (event.type === 'text') body['text'] = event.text;
    else body[event.type] = withoutType(presentEvent(event, url));
  }
  throwIfAborted(signal);
  throw new Error('A turn has ended without an end.');
}

function closing(event: Extract<TurnEvent, { type: 'done' | 'error' }>, url: string): object {
  if (event.type === 'done') return withoutType(event);
  if (event.text === null) throw event.error;
  return withoutType(presentError(event, url));
}

function presentError({ error, ...event }: ErrorEvent, url: string): object {
  return { ...event, error: toErrorReply(error, url).body.error };
}

/** What has a link need not be sent. */
function base64Of(event: AudioFileEvent | AudioChunkEvent): { bytes: string | null } {
  const { bytes } = event;
  const isLinked = 'file' in event && event.file !== null;
  return { bytes: bytes === null || isLinked ? null : Buffer.from(bytes).toString('base64') };
}

function withoutType(event: object): object {
  const { type: _type, ...others } = event as { type?: string };
  return others;
}
