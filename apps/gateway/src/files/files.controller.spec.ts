import { spokenAudio } from '@parlance/testing';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { answerOf, postJson, type Answer } from '../__fixtures__/post.js';

describe('/v1/files', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway({ PARLANCE_MAX_UPLOAD_BYTES: '4096' });
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.voice.reset());

  const here = (link: string): string => link.replace('http://127.0.0.1', gateway.url);
  const ask = (path: string, method = 'GET'): Promise<Answer> => answerOf(fetch(`${gateway.url}/v1/files/${path}`, { method }));
  interface Prepared {
    id: string;
    upload: { url: string; method: string; headers: Record<string, string>; expiresAt: string };
  }
  const prepare = async (body: object): Promise<Prepared> => {
    const answer = await postJson(`${gateway.url}/v1/files`, body);
    expect(answer.status).toBe(201);
    return answer.json as unknown as Prepared;
  };
  const send = ({ upload: { url, method, headers } }: Prepared, body: Uint8Array): Promise<Answer> =>
    answerOf(fetch(here(url), { method, headers, body: Uint8Array.from(body) }));

  it('a recording is uploaded, described, linked to, opened, transcribed and deleted', async () => {
    const bytes = spokenAudio('opus').subarray(0, 4000);
    const prepared = await prepare({ filename: 'Grüße.ogg', sizeBytes: bytes.length, tenant: 'acme', agent: null });
    expect(prepared.upload).toMatchObject({ method: 'PUT', headers: { 'content-type': 'audio/ogg' }, expiresAt: expect.any(String) });
    expect((await ask(prepared.id)).status).toBe(404);
    expect(await send(prepared, bytes)).toMatchObject({ status: 200, json: { sizeBytes: bytes.length } });

    const described = await ask(prepared.id);
    expect(described).toMatchObject({
      status: 200,
      json: { id: prepared.id, originalFilename: 'Grüße.ogg', mediaType: 'audio/ogg', sizeBytes: 4000, format: 'ogg-opus', channels: 1 },
    });

    const link = await ask(`${prepared.id}/url?expiresInSeconds=60`);
    expect(link).toMatchObject({ status: 200, json: { expiresAt: expect.any(String) } });
    const opened = await answerOf(fetch(here(String(link.json['url']))));
    expect(opened.status).toBe(200);
    expect(opened.headers.get('content-disposition')).toBe(`inline; filename="Gr__e.ogg"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.ogg`);

    const heard = await postJson(`${gateway.url}/v1/voice/transcribe`, {
      fileId: prepared.id,
      model: 'whisper-1',
      cache: false,
      language: null,
    });
    expect(heard.status).toBe(200);
    expect(gateway.voice.heard).toEqual([{ audio: Buffer.from(bytes), filename: 'Grüße.ogg', model: 'whisper-1', cache: false }]);

    const deleting = { method: 'DELETE', headers: { 'content-type': 'application/json' } };
    const deletions = [await ask(prepared.id, 'DELETE'), await answerOf(fetch(`${gateway.url}/v1/files/${prepared.id}`, deleting))];
    expect(deletions).toMatchObject([1, 2].map(() => ({ status: 204, text: '' })));
    for (const path of [prepared.id, `${prepared.id}/url`]) {
      expect(await ask(path)).toMatchObject({ status: 404, json: { error: { code: 'file_not_found', param: null } } });
    }
    expect((await answerOf(fetch(here(String(link.json['url']))))).status).toBe(404);
    expect(await postJson(`${gateway.url}/v1/voice/transcribe`, { fileId: prepared.id })).toMatchObject({ status: 404 });
  });

  it('an upload is what was said of it, and nobody else’s', async () => {
    const [one, other] = [await prepare({ contentType: 'audio/ogg', sizeBytes: 3 }), await prepare({ contentType: 'audio/ogg' })];
    expect((await send(one, Buffer.from('four'))).status).toBe(403);
    expect((await send(other, Buffer.alloc(4097))).status).toBe(413);
    const [path, otherPath] = [one, other].map(({ upload }) => new URL(upload.url).pathname) as [string, string];
    const swapped = { ...one, upload: { ...one.upload, url: one.upload.url.replace(path, otherPath) } };
    expect((await send(swapped, Buffer.from('one'))).status).toBe(403);
    expect((await answerOf(fetch(here(one.upload.url)))).status).toBe(403);
    for (const { id } of [one, other]) expect((await ask(id)).status).toBe(404);
    expect((await send(one, Buffer.from('one'))).status).toBe(200);
  });

  it.each([
    [{}, 'contentType'],
    [{ contentType: 'text/html' }, 'contentType'],
    [{ filename: 'a.exe' }, 'filename'],
    [{ filename: 'a.ogg', sizeBytes: 0 }, 'sizeBytes'],
    [{ filename: 'a.ogg', sizeBytes: 1.5 }, 'sizeBytes'],
    [{ filename: 'x'.repeat(256) }, 'filename'],
    [{ filename: 'a.ogg', key: '../a' }, 'key'],
  ])('refuses to take %j', async (body, param) => {
    expect(await postJson(`${gateway.url}/v1/files`, body)).toMatchObject({ status: 400, json: { error: { param } } });
  });

  it('refuses what is too large before it comes', async () => {
    const answer = await postJson(`${gateway.url}/v1/files`, { filename: 'a.ogg', sizeBytes: 4097 });
    expect(answer).toMatchObject({ status: 413, json: { error: { param: 'sizeBytes', code: 'content_too_large' } } });
  });

  it.each(['nonsense', '..%2f..%2fetc%2fpasswd', Buffer.from('../../etc/passwd').toString('base64url'), 'A'.repeat(2000)])(
    'knows no file %s',
    async (id) => {
      for (const [path, method] of [
        [id, 'GET'],
        [`${id}/url`, 'GET'],
        [id, 'DELETE'],
      ] as const) {
        expect(await ask(path, method)).toMatchObject({ status: 404, json: { error: { type: 'invalid_request_error' } } });
      }
    },
  );

  it.each(['0', '604801', '1.5', 'x'])('gives no link for %s seconds', async (seconds) => {
    const { id } = await prepare({ filename: 'a.ogg' });
    expect(await ask(`${id}/url?expiresInSeconds=${seconds}`)).toMatchObject({
      status: 400,
      json: { error: { param: 'expiresInSeconds' } },
    });
  });
});

describe('recordings behind links', () => {
  it('are fetched by the rules of the server', async () => {
    const file = await startFakeGateway();
    const gateway = await startFakeGateway({ PARLANCE_REMOTE_HTTP: 'true', PARLANCE_REMOTE_HOSTS: new URL(file.url).host });
    const transcribe = (body: object): Promise<Answer> => postJson(`${gateway.url}/v1/voice/transcribe`, body);

    const prepared = (await postJson(`${file.url}/v1/files`, { filename: 'a.ogg' })).json as unknown as {
      id: string;
      upload: { url: string; headers: Record<string, string> };
    };
    const uploadUrl = prepared.upload.url.replace('http://127.0.0.1', file.url);
    await fetch(uploadUrl, { method: 'PUT', headers: prepared.upload.headers, body: 'sound' });
    const { json } = await answerOf(fetch(`${file.url}/v1/files/${prepared.id}/url`));
    const url = String(json['url']).replace('http://127.0.0.1', file.url);

    expect((await transcribe({ url, tenant: 'acme' })).status).toBe(200);
    expect(gateway.voice.heard).toEqual([{ audio: Buffer.from('sound'), tenant: 'acme' }]);
    for (const refused of [gateway.url, 'https://localhost/secret.ogg', 'http://169.254.169.254/', url.replace('http:', 'ftp:')]) {
      const answer = await transcribe({ url: refused });
      expect(answer).toMatchObject({ status: 400, json: { error: { param: 'url', code: 'url_not_allowed' } } });
      expect(answer.text).not.toContain(refused);
    }
    const expired = await transcribe({ url: url.replace(/signature=.{4}/, 'signature=AAAA') });
    expect(expired).toMatchObject({ status: 400, json: { error: { param: 'url', code: 'url_unusable' } } });
    await Promise.all([gateway.close(), file.close()]);
  });
});
