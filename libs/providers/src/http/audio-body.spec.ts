import { expectJson, readAudio } from './audio-body.js';
import { readBytes, type HttpResponse } from './http-client.js';

describe('readAudio', () => {
  /** @param size as the answer announces it; absent: nobody knows */
  const answer = (parts: readonly number[], { size, type = 'audio/mpeg' }: { size?: number; type?: string } = {}): HttpResponse => {
    const headers: Record<string, string | undefined> = {
      'content-length': size === undefined ? undefined : String(size),
      'content-type': type,
    };
    async function* body() {
      for (const length of parts) yield new Uint8Array(length);
    }
    return { status: 200, header: (name) => headers[name], body: body(), bytes: async () => readBytes({ body: body() }) };
  };
  const read = async (...given: Parameters<typeof answer>) => {
    const { bytes, chunks } = await readAudio(answer(...given), 'vendor');
    const lengths: number[] = [];
    for await (const chunk of chunks) lengths.push(chunk.byteLength);
    return { whole: bytes?.byteLength, lengths };
  };

  it('takes a short answer whole where its length was announced', async () => {
    expect(await read([3, 4], { size: 7 })).toEqual({ whole: 7, lengths: [7] });
    expect(await read([65_535, 1], { size: 65_536 })).toEqual({ whole: 65_536, lengths: [65_536] });
  });

  it.each([{ size: 65_537 }, { size: Number.NaN }, {}])(
    'hands on the pieces of one with %j as they come, but for empty ones',
    async (given) => {
      expect(await read([3, 0, 4], given)).toEqual({ whole: undefined, lengths: [3, 4] });
    },
  );

  it('refuses one without audio, announced or not', async () => {
    for (const [parts, given] of [
      [[], { size: 0 }],
      [[0, 0], {}],
    ] as const) {
      await expect(read(parts, given)).rejects.toMatchObject({ code: 'empty', provider: 'vendor' });
    }
  });

  it.each(['text/html', 'TEXT/plain; charset=utf-8', 'application/json', 'application/problem+json', 'application/xml'])(
    'refuses %s, which is no audio',
    async (type) => {
      await expect(read([3], { type })).rejects.toMatchObject({ code: 'server', provider: 'vendor' });
    },
  );

  it.each(['', 'application/octet-stream', 'audio/x-text/1'])('takes the type %j', async (type) => {
    expect((await read([3], { type })).lengths).toEqual([3]);
  });
});

describe('expectJson', () => {
  it('takes an object and nothing else', () => {
    expect(expectJson('{"text":"Hi."}', 'vendor')).toEqual({ text: 'Hi.' });
    for (const text of ['', '<html>', '[]', 'null', '"text"', '7']) {
      expect(() => expectJson(text, 'vendor')).toThrow(expect.objectContaining({ code: 'server', provider: 'vendor' }));
    }
  });
});
