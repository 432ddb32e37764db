import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { eventually } from '@parlance/testing';
import { Logger } from '@nestjs/common';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { answerOf, postJson } from '../__fixtures__/post.js';

const wanted = { input: 'a secret text', model: 'tts-1', voice: 'alloy' };

async function withGateway(run: (gateway: FakeGateway) => Promise<void>, environment: Record<string, string> = {}): Promise<void> {
  const gateway = await startFakeGateway(environment);
  try {
    await run(gateway);
  } finally {
    await gateway.close();
  }
}

/** Says it as it is, and hears all until the connection is closed. */
async function tell(url: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(request);
  let received = '';
  for await (const data of socket.setEncoding('utf8')) received += String(data);
  return received;
}

describe('API keys', () => {
  const hash = createHash('sha256').update('second-key').digest('hex');
  const environment = { PARLANCE_API_KEYS: `first-key-of-all,sha256:${hash}` };

  it.each(['Bearer first-key-of-all', 'bearer second-key'])('lets %j in', (authorization) =>
    withGateway(async ({ url }) => {
      expect((await postJson(`${url}/v1/audio/speech`, wanted, { authorization })).status).toBe(200);
    }, environment),
  );

  it.each(['', 'Bearer', 'Bearer wrong-key', `Bearer ${hash}`, 'Basic first-key-of-all', 'Bearer first-key-of-all second-key'])(
    'keeps %j out',
    (authorization) =>
      withGateway(async ({ url, voice }) => {
        for (const path of ['/v1/audio/speech', '/v1/voice/speak']) {
          const answer = await postJson(url + path, wanted, { authorization });
          expect(answer).toMatchObject({
            status: 401,
            json: { error: { type: 'invalid_request_error', param: null, code: 'invalid_api_key' } },
          });
          expect(answer.headers.get('www-authenticate')).toBe('Bearer');
          expect(answer.text).not.toContain('wrong-key');
        }
        expect((await answerOf(fetch(`${url}/v1/models`, { headers: { authorization } }))).status).toBe(401);
        expect(voice.spoken).toEqual([]);
      }, environment),
  );

  it('leaves health and the documentation open', () =>
    withGateway(async ({ url }) => {
      for (const path of ['/health/live', '/health/ready', '/docs/json']) expect((await fetch(url + path)).status).toBe(200);
    }, environment));
});

describe('every answer', () => {
  afterEach(() => jest.restoreAllMocks());

  it('has a request id: the client’s own where it is harmless', () =>
    withGateway(async ({ url }) => {
      const id = async (path: string, given?: string): Promise<string | null> =>
        (await fetch(url + path, given === undefined ? {} : { headers: { 'x-request-id': given } })).headers.get('x-request-id');
      expect(await id('/health/live', 'mine_1-2')).toBe('mine_1-2');
      for (const path of ['/health/live', '/nowhere', '/%zz', '/objects/x']) expect(await id(path)).toMatch(/^req_[0-9a-f]{32}$/);
      for (const bad of ['a b', 'a'.repeat(129), '<script>']) expect(await id('/health/live', bad)).toMatch(/^req_/);
    }));

  it('has the same error body where there is no route', () =>
    withGateway(async ({ url }) => {
      for (const path of ['/nowhere?key=secret', '/v1/audio', '/%zz']) {
        const answer = await answerOf(fetch(url + path));
        expect(Object.keys(answer.json.error ?? {})).toEqual(['message', 'type', 'param', 'code']);
        expect(answer.text).not.toContain('secret');
      }
      expect((await answerOf(fetch(`${url}/v1/audio/speech`))).status).toBe(404);
    }));

  it.each([
    ['is no HTTP', 'GARBAGE\r\n\r\n'],
    ['names no host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ])('has it too, and the usual headers, where the request %s', (_what, request) =>
    withGateway(async ({ url }) => {
      const received = await tell(url, request);
      expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*"error":\{"message"/);
      expect(received).toMatch(/\r\nx-request-id: req_[0-9a-f]{32}\r\n/);
      for (const header of ['x-content-type-options: nosniff', 'content-security-policy: default-src']) expect(received).toContain(header);
    }),
  );

  it.each([
    ['is written wrongly', '/%zz', 400],
    ['is too long', `/v1/files/${'a'.repeat(3000)}`, 414],
  ])('has the usual headers, a line in the log and a count where the address %s', (_what, path, status) =>
    withGateway(async ({ url }) => {
      const log = jest.spyOn(Logger.prototype, 'log');
      const answer = await answerOf(fetch(url + path));
      expect([answer.status, answer.headers.get('x-content-type-options')]).toEqual([status, 'nosniff']);
      const requestId = answer.headers.get('x-request-id');
      await eventually(async () => log.mock.calls.length > 0, 'There was no line.');
      expect(log.mock.calls).toEqual([[expect.objectContaining({ requestId, route: 'unknown route', status })]]);
      const { text } = await answerOf(fetch(`${url}/metrics`));
      expect(text).toContain('parlance_http_requests_total{method="GET",route="unmatched",status="4xx"} 1\n');
      expect(text).toContain('parlance_http_requests_in_progress 1\n');
    }),
  );

  it('passes over what is expected of it that it does not know', () =>
    withGateway(async ({ url }) => {
      const request = 'GET /health/live HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nConnection: close\r\n\r\n';
      expect(await tell(url, request)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    }));

  it('says what was too large: the headers, or the body', () =>
    withGateway(async ({ url }) => {
      const headers = await answerOf(fetch(`${url}/v1/models`, { headers: { 'x-large': 'a'.repeat(17_000) } }));
      expect(headers).toMatchObject({ status: 431, json: { error: { message: expect.stringContaining('16384 bytes') } } });
      const body = await postJson(`${url}/v1/audio/speech`, { ...wanted, input: 'a'.repeat(2_200_000) });
      expect(body).toMatchObject({
        status: 413,
        json: { error: { message: expect.stringContaining('Send a shorter text'), code: 'content_too_large' } },
      });
    }));

  it('is no failure of the server where the client leaves in the middle of its request', () =>
    withGateway(async ({ url }) => {
      const ended = new Promise<unknown>((resolve) => jest.spyOn(Logger.prototype, 'log').mockImplementation(resolve));
      const error = jest.spyOn(Logger.prototype, 'error').mockImplementation();
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      const head = 'POST /v1/audio/speech HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n';
      socket.write(`${head}{"input": "`, () => socket.resetAndDestroy());
      expect(await ended).toMatchObject({ route: '/v1/audio/speech', status: 499 });
      expect(error).not.toHaveBeenCalled();
    }));

  it('leaves one line in the log, without anything of the request’s content', () =>
    withGateway(async ({ url }) => {
      const log = jest.spyOn(Logger.prototype, 'log').mockImplementation();
      await postJson(`${url}/v1/audio/speech?key=secret`, wanted, { 'x-request-id': 'abc' });
      await fetch(`${url}/objects/secret?signature=secret`);
      const lines = log.mock.calls.map(([line]) => line as unknown);
      log.mockRestore();
      const milliseconds = expect.any(Number);
      expect(lines).toEqual([
        {
          requestId: 'abc',
          method: 'POST',
          route: '/v1/audio/speech',
          status: 200,
          milliseconds,
          message: expect.stringMatching(/^POST \/v1\/audio\/speech 200 \d+ ms$/),
        },
        expect.objectContaining({
          requestId: expect.stringMatching(/^req_/),
          method: 'GET',
          route: '/objects/*',
          status: 403,
          milliseconds,
        }),
      ]);
    }));
});
