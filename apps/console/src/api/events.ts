import { createParser } from 'eventsource-parser';
import { ApiError, errorIn } from './api-error.js';

export interface ServerEvent {
  /** The event's name, where it has one. */
  name?: string;
  data: unknown;
}

const END = '[DONE]';
const BROKEN_OFF = 'The answer broke off before its end. The log of the gateway says why, unless it has stopped or cannot be reached.';

/**
 * Takes text as it comes and gives the events that are whole by then. An event that holds an error and nothing else ends
 * the stream.
 */
export class EventReader {
  private readonly parser = createParser({
    onEvent: ({ event, data }) => {
      if (data !== END) this.ready.push({ ...(event !== undefined && { name: event }), data: JSON.parse(data) as unknown });
    },
  });
  private ready: ServerEvent[] = [];

  /** @throws ApiError that the gateway has sent in place of the rest */
  *push(text: string): Generator<ServerEvent> {
    this.parser.feed(text);
    const events = this.ready;
    this.ready = [];
    for (const event of events) {
      throwIfError(event.data);
      yield event;
    }
  }
}

/** @throws ApiError that the gateway has sent in place of the rest */
export async function* readEvents(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<ServerEvent> {
  const reader = new EventReader();
  for await (const text of textOf(stream)) yield* reader.push(text);
}

async function* textOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  // Not every browser can iterate a stream.
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (error) {
    // A stream that breaks off is a failure of the network to the browser.
    throw error instanceof TypeError ? new ApiError({ status: 0, message: BROKEN_OFF }) : error;
  } finally {
    // Whoever leaves early is done with the request.
    await reader.cancel().catch(() => undefined);
  }
}

/** A turn that fails has an event of its own for it, with a type. */
function throwIfError(data: unknown): void {
  const error = errorIn(data);
  if (error !== undefined && !Object.hasOwn(data as object, 'type')) throw new ApiError({ status: 0, ...error });
}
