import { unlessSilent } from './silence.js';

describe('a stream that is live', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function open() {
    let source: ReadableStreamDefaultController<string>;
    let left = false;
    const stream = new ReadableStream<string>({ start: (made) => void (source = made), cancel: () => void (left = true) });
    return { source: source!, reader: unlessSilent(stream, 1000).getReader(), isLeft: () => left };
  }

  it('fails when nothing comes any more, and its source is left', async () => {
    const { reader, isLeft } = open();
    const failure = reader.read().catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(1000);
    expect(await failure).toMatchObject({ status: 0, message: expect.stringContaining('Nothing has come') });
    expect(isLeft()).toBe(true);
  });

  it('goes on for as long as anything comes, and ends with its source', async () => {
    const { source, reader } = open();
    for (const text of ['one', 'two', 'three']) {
      await jest.advanceTimersByTimeAsync(900);
      source.enqueue(text);
      expect(await reader.read()).toEqual({ done: false, value: text });
    }
    source.close();
    expect(await reader.read()).toMatchObject({ done: true });
    expect(jest.getTimerCount()).toBe(0);
  });
});
