import { ApiError } from './api-error.js';
import { EventReader, readEvents, type ServerEvent } from './events.js';

function streamOf(...parts: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}

const bytes = (text: string) => new TextEncoder().encode(text);

async function all(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readEvents(stream)) events.push(event);
  return events;
}

describe('reading events', () => {
  const text = 'event: status\ndata: {"state":"ready"}\n\ndata: {"type":"text","text":"Grüße"}\n\ndata: [DONE]\n\n';

  it('gives name and data, without the end', async () => {
    expect(await all(streamOf(bytes(text)))).toEqual([
      { name: 'status', data: { state: 'ready' } },
      { data: { type: 'text', text: 'Grüße' } },
    ]);
  });

  it('does not mind where the bytes are cut, also within a letter', async () => {
    const whole = bytes(text);
    for (let at = 1; at < whole.length; at++) {
      expect(await all(streamOf(whole.slice(0, at), whole.slice(at)))).toHaveLength(2);
    }
  });

  it('passes over comments that keep the connection open', async () => {
    expect(await all(streamOf(bytes(': still here\n\n')))).toEqual([]);
  });

  it('gives what came before an error, which ends it', async () => {
    const stream = streamOf(bytes('data: {"type":"x"}\n\ndata: {"error":{"message":"It broke off.","code":"provider_error"}}\n\n'));
    const events: ServerEvent[] = [];
    const read = async () => {
      for await (const event of readEvents(stream)) events.push(event);
    };
    await expect(read()).rejects.toThrow(ApiError);
    expect(events).toEqual([{ data: { type: 'x' } }]);
  });

  it('says that it broke off, where the connection does', async () => {
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({ pull: (controller) => controller.error(new TypeError('network error')) });
    const problem = all(stream);
    await expect(problem).rejects.toThrow(ApiError);
    await expect(problem).rejects.toThrow(/broke off/);
  });

  it('hands on the event by which a turn says that it failed', () => {
    const data = { type: 'error', error: { message: 'No voice.', code: null }, text: 'Hello.' };
    expect([...new EventReader().push(`data: ${JSON.stringify(data)}\n\n`)]).toEqual([{ data }]);
  });

  it('lets go of the request when it is left early', async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(bytes('data: {}\n\n')),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const event of readEvents(stream)) {
      expect(event).toEqual({ data: {} });
      break;
    }
    expect(cancelled).toBe(true);
  });
});
