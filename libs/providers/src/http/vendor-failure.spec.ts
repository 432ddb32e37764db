import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { spokenAudio } from '@parlance/testing';
import { failureOf, parseRetryAfter, readRefusal, vendorFailure } from './vendor-failure.js';
import { ConnectionPools } from './connection-pools.js';
import { HttpClient, readBytes, type HttpResponse } from './http-client.js';
import { textField } from './json-fields.js';

const answer = (status: number, headers: Record<string, string> = {}) => ({ status, header: (name: string) => headers[name] });
const read = (body: unknown) => ({
  message: typeof body === 'string' ? body : (textField(body, 'message') ?? ''),
  code: textField(body, 'code') ?? '',
});
const context = { provider: 'vendor', secrets: ['very-secret-key'] };

describe('failureOf', () => {
  it.each([
    [400, 'invalid', false],
    [401, 'auth', false],
    [402, 'quota', false],
    [403, 'permission', false],
    [404, 'not_found', false],
    [408, 'timeout', true],
    [409, 'server', true],
    [410, 'not_found', false],
    [413, 'too_large', false],
    [415, 'unsupported', false],
    [422, 'invalid', false],
    [423, 'server', true],
    [425, 'server', true],
    [429, 'rate', true],
    [431, 'server', true],
    [451, 'unsupported', false],
    [498, 'invalid', false],
    [499, 'timeout', true],
    [500, 'server', true],
    [502, 'server', true],
    [503, 'server', true],
    [504, 'timeout', true],
    [302, 'server', true],
  ])('%p is %s', (status, code, retryable) => {
    expect(failureOf(answer(status), '{"message":"x"}', read, context)).toMatchObject({ code, retryable, provider: 'vendor' });
  });

  it.each([
    [301, '<html>Moved</html>', 'server', 'vendor failed. It answered 301. Check its address.'],
    [308, 'Redirecting', 'server', 'vendor failed. It answered 308. Check its address.'],
    [400, '<html>The plain HTTP request was sent to HTTPS port</html>', 'server', 'vendor failed. It answered 400. Check its address.'],
    [405, '', 'server', 'vendor failed. It answered 405. Check its address.'],
    [407, '', 'server', 'vendor failed. It answered 407. Check its address.'],
    [421, '', 'server', 'vendor failed. It answered 421. Check its address.'],
    [426, '', 'server', 'vendor failed. It answered 426. Check its address.'],
    [422, '<html>', 'server', 'vendor failed. It answered 422. Check its address.'],
    [
      404,
      '\n<!doctype html>',
      'not_found',
      'vendor does not have what was asked for: check model and voice. It answered 404. Check its address.',
    ],
  ])('takes %p with %j for the answer of somebody else, and asks others', (status, text, code, message) => {
    expect(failureOf(answer(status), text, read, context)).toMatchObject({ code, message });
  });

  it('keeps the words of the vendor, its code and request id, and no secret', () => {
    const headers = { 'retry-after': '7', 'x-request-id': 'req_1' };
    const failure = failureOf(answer(429, headers), '{"message":"very-secret-key is busy","code":"rate_limit"}', read, context);
    expect(failure).toMatchObject({ reason: 'rate_limit', retryAfterSeconds: 7, requestId: 'req_1' });
    expect(failure.message).toBe('vendor is asked too often: try again later. It says: *** is busy');
  });

  it('finds the request id in the first of the headers that may hold it', () => {
    expect(failureOf(answer(500, { 'request-id': 'req_2' }), '{}', read, context).requestId).toBe('req_2');
    const ofVendor = { ...context, requestIdHeaders: ['first-id', 'second-id'] };
    expect(failureOf(answer(500, { 'second-id': 'b', 'first-id': 'a' }), '{}', read, ofVendor).requestId).toBe('a');
    expect(failureOf(answer(500, { 'x-request-id': 'req_3' }), '{}', read, ofVendor).requestId).toBeUndefined();
  });

  it('keeps no secret in a request id, wherever it stands', () => {
    const inBody = () => ({ requestId: 'very-secret-key/7' });
    expect(failureOf(answer(500), '{}', inBody, context).requestId).toBe('***/7');
    expect(failureOf(answer(500, { 'x-request-id': 'very-secret-key/8' }), '{}', read, context).requestId).toBe('***/8');
  });

  it('does not repeat a page', () => {
    expect(failureOf(answer(502), '<html>very bad gateway</html>', () => undefined, context).message).toBe(
      'vendor failed. It answered 502.',
    );
  });

  it('does not repeat what is no text', () => {
    const said = { message: 'The server is busy.' };
    for (const bytes of [gzipSync(JSON.stringify(said)), spokenAudio('mp3')]) {
      const readText = (body: unknown) => (typeof body === 'string' ? { message: body } : undefined);
      expect(failureOf(answer(503), Buffer.from(bytes).toString('utf8'), readText, context).message).toBe(
        'vendor failed. It answered 503.',
      );
    }
  });

  it("follows the vendor's own word where it says more than the status", () => {
    expect(failureOf(answer(401), '{}', () => ({ kind: 'quota' }), context)).toMatchObject({ code: 'quota' });
  });
});

describe('readRefusal', () => {
  /** An answer whose end never comes. */
  async function* endless(...parts: string[]): AsyncGenerator<Uint8Array> {
    for (const part of parts) yield Buffer.from(part);
    await new Promise(() => undefined);
  }
  const response = (body: AsyncIterable<Uint8Array>): HttpResponse => ({ ...answer(401), body, bytes: () => readBytes({ body }) });

  it('does not wait for words that do not come', async () => {
    expect(await readRefusal(response(endless('{"message":')), 20)).toBe('');
  });

  it('ends the connection of a server that drips', async () => {
    const server = createServer((_request, reply) => {
      reply.writeHead(401, { 'transfer-encoding': 'chunked' });
      const drip = setInterval(() => reply.write('x'), 5);
      reply.once('close', () => clearInterval(drip));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const pools = new ConnectionPools();
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const dripping = await new HttpClient('vendor', pools).send({ method: 'GET', url }, new AbortController().signal);
      expect(await readRefusal(dripping, 50)).toBe('');
      server.close();
      await once(server, 'close');
    } finally {
      server.closeAllConnections();
      await pools.close();
    }
  });

  it('is a refusal all the same', async () => {
    const failure = await vendorFailure(response(endless()), read, context);
    expect(failure).toMatchObject({ code: 'auth', message: 'vendor refused the credentials: check the key. It answered 401.' });
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-11-23T00:00:00Z');

  it.each([
    ['3', 3],
    ['1.5', 1.5],
    ['Mon, 23 Nov 2026 00:00:10 GMT', 10],
    ['Sun, 22 Nov 2026 23:00:00 GMT', 0],
    ['soon', undefined],
    ['60s', undefined],
    ['-5', undefined],
    ['5, 10', undefined],
    ['604800', 604_800],
    ['9'.repeat(22), 31_536_000],
    ['9'.repeat(400), 31_536_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 31_536_000],
    ['', undefined],
    [undefined, undefined],
  ])('%p is %p s', (value, seconds) => {
    expect(parseRetryAfter(value, now)).toBe(seconds);
  });
});
