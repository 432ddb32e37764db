import type { PresignOptions, PresignPutOptions } from '@parlance/contracts';
import { FilesystemObjectStore } from '@parlance/storage';
import { describeObjectLinks } from '@parlance/testing';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { answerOf, type Answer } from '../__fixtures__/post.js';

const key = 'voice/speech/a.ogg';

describeObjectLinks('links of the file-system store', async () => {
  const gateway = await startFakeGateway();
  const files = gateway.application.get(FilesystemObjectStore);
  const here = (link: string) => link.replace('http://127.0.0.1', gateway.url);
  const store = Object.assign(Object.create(files) as FilesystemObjectStore, {
    presignGet: async (of: string, options: PresignOptions) => here(await files.presignGet(of, options)),
    presignPut: async (of: string, options: PresignPutOptions) => {
      const { url, headers } = await files.presignPut(of, options);
      return { url: here(url), headers };
    },
  });
  return { store, close: () => gateway.close() };
});

describe('/objects', () => {
  let gateway: FakeGateway;
  let store: FilesystemObjectStore;
  beforeAll(async () => {
    gateway = await startFakeGateway({ PARLANCE_API_KEYS: 'not-needed-here' });
    store = gateway.application.get(FilesystemObjectStore);
    await store.put(key, Buffer.from('0123456789'), { contentType: 'audio/ogg' });
  });
  afterAll(() => gateway.close());

  const here = (link: string): string => link.replace('http://127.0.0.1', gateway.url);
  const link = async (method: 'GET' | 'PUT' = 'GET', of = key): Promise<string> =>
    here(
      method === 'GET' ? await store.presignGet(of, { expiresInSeconds: 60 }) : (await store.presignPut(of, { expiresInSeconds: 60 })).url,
    );
  const fetchLink = async (init: RequestInit = {}): Promise<Answer> => answerOf(fetch(await link(), init));

  it('gives the whole object without an API key', async () => {
    const answer = await fetchLink();
    expect(answer).toMatchObject({ status: 200, text: '0123456789' });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'audio/ogg',
      'content-length': '10',
      'content-disposition': 'inline',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
    });
  });

  it('gives a part', async () => {
    const answer = await fetchLink({ headers: { range: 'bytes=2-4' } });
    expect(answer).toMatchObject({ status: 206, text: '234' });
    expect(answer.headers.get('content-range')).toBe('bytes 2-4/10');
    expect(answer.headers.get('content-length')).toBe('3');
  });

  it('says when there is no such part', async () => {
    const answer = await fetchLink({ headers: { range: 'bytes=10-' } });
    expect(answer).toMatchObject({ status: 416, json: { error: { code: 'range_not_satisfiable' } } });
    expect(answer.headers.get('content-range')).toBe('bytes */10');
  });

  it('says nothing of the object with a failure: browsers would go on answering with that', async () => {
    const answer = await fetchLink({ headers: { range: 'bytes=10-' } });
    for (const name of ['cache-control', 'last-modified', 'content-disposition']) expect(answer.headers.get(name)).toBeNull();
  });

  it('gives a part only of what it was asked to be a part of, and the whole otherwise', async () => {
    const lastModified = (await fetchLink()).headers.get('last-modified') ?? '';
    const continued = (ifRange: string): Promise<Answer> => fetchLink({ headers: { range: 'bytes=2-4', 'if-range': ifRange } });
    expect(await continued(lastModified)).toMatchObject({ status: 206, text: '234' });
    for (const other of ['Mon, 01 Jan 2001 00:00:00 GMT', '"an-etag"', 'W/"x"']) {
      expect(await continued(other)).toMatchObject({ status: 200, text: '0123456789' });
    }
  });

  it.each(['bytes=0-', undefined])('promises no bytes of an object that is replaced just then (range: %p)', async (range) => {
    await store.put('voice/twice.ogg', Buffer.from('0123456789'), { contentType: 'audio/ogg' });
    const stat = store.stat.bind(store);
    const seen = jest.spyOn(store, 'stat').mockImplementationOnce(async (...given) => {
      const before = await stat(...given);
      await store.put('voice/twice.ogg', Buffer.from('012'), { contentType: 'audio/ogg' });
      return before;
    });
    const url = await link('GET', 'voice/twice.ogg');
    expect(await answerOf(fetch(url, { headers: range === undefined ? {} : { range } }))).toMatchObject({ status: 502 });
    expect(await answerOf(fetch(url))).toMatchObject({ status: 200, text: '012' });
    seen.mockRestore();
  });

  it('answers HEAD with the same headers and no body', async () => {
    const answer = await fetchLink({ method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.get('content-length')).toBe('10');
  });

  it('takes an upload, by a link for it only', async () => {
    const upload = (url: string): Promise<Answer> =>
      answerOf(fetch(url, { method: 'PUT', headers: { 'content-type': 'audio/wav' }, body: 'new' }));
    expect(await upload(await link('PUT', 'voice/new.wav'))).toMatchObject({ status: 200, json: { key: 'voice/new.wav', sizeBytes: 3 } });
    expect(await answerOf(fetch(await link('GET', 'voice/new.wav')))).toMatchObject({ status: 200, text: 'new' });
    expect((await upload(await link('GET'))).status).toBe(403);
  });

  it('holds an upload to its size, and serves it under the name it came with', async () => {
    const { url, headers } = await store.presignPut('voice/named.ogg', {
      expiresInSeconds: 60,
      contentType: 'audio/ogg',
      metadata: { 'original-filename': 'gr%C3%BC%C3%9Fe.ogg' },
      maximumBytes: 5,
    });
    const upload = (body: string): Promise<Answer> => answerOf(fetch(here(url), { method: 'PUT', headers, body }));
    expect(await upload('123456')).toMatchObject({ status: 413 });
    expect((await answerOf(fetch(await link('GET', 'voice/named.ogg')))).status).toBe(404);
    expect(await upload('12345')).toMatchObject({ status: 200, json: { sizeBytes: 5 } });
    const { headers: given } = await answerOf(fetch(await link('GET', 'voice/named.ogg')));
    expect(given.get('content-disposition')).toBe(`inline; filename="gr__e.ogg"; filename*=UTF-8''gr%C3%BC%C3%9Fe.ogg`);
  });

  it('takes no upload whose terms were changed', async () => {
    const { url, headers } = await store.presignPut('voice/changed.ogg', { expiresInSeconds: 60, contentType: 'audio/ogg', sizeBytes: 3 });
    const terms = Buffer.from(JSON.stringify({ contentType: 'audio/ogg' })).toString('base64url');
    for (const changed of [url.replace(/terms=[\w-]+/, `terms=${terms}`), url.replace(/&?terms=[\w-]+/, ''), `${url}&terms=${terms}`]) {
      const answer = await answerOf(fetch(here(changed), { method: 'PUT', headers, body: '123' }));
      expect(answer).toMatchObject({ status: 403, json: { error: { code: 'invalid_link' } } });
    }
  });

  it.each([
    ['no signature', (url: string) => url.replace(/\?.*/, '')],
    ['another signature', (url: string) => url.replace(/signature=.{4}/, 'signature=AAAA')],
    ['another time', (url: string) => url.replace(/expires=\d+/, 'expires=9999999999')],
    ['a time gone by', (url: string) => url.replace(/expires=\d+/, 'expires=1')],
    ['another key', (url: string) => url.replace('a.ogg', 'b.ogg')],
    ['the signature twice', (url: string) => `${url}&signature=x`],
    ['a way out', (url: string) => url.replace('voice/', '..%2f..%2fetc/')],
  ])('refuses a link with %s, always in the same words', async (_what, change) => {
    const answer = await answerOf(fetch(change(await link())));
    expect(answer).toMatchObject({ status: 403, json: { error: { code: 'invalid_link', type: 'permission_error' } } });
    expect(answer.json.error?.message).toBe('This link is not valid, or not any more. Ask for a new one.');
  });

  it('says when the object of a good link is gone', async () => {
    expect(await answerOf(fetch(await link('GET', 'voice/gone.ogg')))).toMatchObject({
      status: 404,
      json: { error: { code: 'object_not_found', message: "There is no object 'voice/gone.ogg'." } },
    });
  });
});
