import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadRequestException, NotFoundException, PayloadTooLargeException } from '@nestjs/common';
import { AbortedError, InvalidRequestError, NotFoundError, ParlanceError, TooLargeError, UnsupportedError } from '@parlance/contracts';
import { errorBody, toErrorReply } from './error-reply.js';

describe('toErrorReply', () => {
  it.each([
    [new InvalidRequestError('m', 'speed'), 400, 'invalid_request_error', 'speed', null],
    [new TooLargeError('m', 'file'), 413, 'invalid_request_error', 'file', 'content_too_large'],
    [new TooLargeError('m', 'input'), 400, 'invalid_request_error', 'input', 'content_too_large'],
    [
      new NotFoundError('model', 'x', [], { param: 'model', reason: 'model_not_found' }),
      404,
      'invalid_request_error',
      'model',
      'model_not_found',
    ],
    [new NotFoundError('provider', 'x', [], { param: 'providers' }), 404, 'invalid_request_error', 'providers', null],
    [new NotFoundError('voice', 'x', [], { param: 'voice' }), 400, 'invalid_request_error', 'voice', null],
    [new NotFoundError('object', 'x', []), 404, 'invalid_request_error', null, null],
    [new UnsupportedError('m', 'language'), 400, 'invalid_request_error', 'language', null],
    [new ParlanceError('auth', 'm'), 401, 'invalid_request_error', null, 'invalid_api_key'],
    [new ParlanceError('auth', 'm', { provider: 'vendor' }), 502, 'server_error', null, 'invalid_api_key'],
    [new ParlanceError('auth', 'm', { reason: 's3_refused' }), 502, 'server_error', null, 's3_refused'],
    [new ParlanceError('permission', 'm'), 403, 'permission_error', null, null],
    [new ParlanceError('permission', 'm', { reason: 's3_refused' }), 502, 'server_error', null, 's3_refused'],
    [new ParlanceError('quota', 'm'), 429, 'rate_limit_error', null, 'insufficient_quota'],
    [new ParlanceError('rate', 'm'), 429, 'rate_limit_error', null, 'rate_limit_exceeded'],
    [new ParlanceError('server', 'm'), 502, 'server_error', null, 'provider_error'],
    [new ParlanceError('timeout', 'm'), 504, 'server_error', null, 'provider_timeout'],
    [new ParlanceError('empty', 'm'), 502, 'server_error', null, 'provider_error'],
    [new ParlanceError('unavailable', 'm'), 503, 'server_error', null, 'service_unavailable'],
    [new AbortedError(), 499, 'invalid_request_error', null, null],
    [new PayloadTooLargeException('m'), 413, 'invalid_request_error', null, 'content_too_large'],
    [new BadRequestException('m'), 400, 'invalid_request_error', null, null],
    [new NotFoundException('Cannot GET /secret?key=1'), 404, 'invalid_request_error', null, 'unknown_url'],
  ])('%s', (error, status, type, param, code) => {
    const reply = toErrorReply(error);
    expect(reply).toMatchObject({ status, body: { error: { type, param, code } }, unexpected: false });
    expect(reply.body.error.message).not.toContain('secret');
    expect(reply.headers).toEqual(status >= 500 ? { 'x-should-retry': 'false' } : {});
  });

  it.each([new Error('secret'), 'secret', undefined, new TypeError('secret')])('shows nothing of an unforeseen failure (%s)', (error) => {
    const reply = toErrorReply(error);
    expect(reply).toMatchObject({ status: 500, unexpected: true, headers: {} });
    expect(JSON.stringify(reply.body)).not.toContain('secret');
  });

  it('does not say that an address is not there which is, for another method', () => {
    const { message } = toErrorReply(new NotFoundException('Cannot GET /v1/audio/speech')).body.error;
    expect(message).toBe('There is no route with this address and method. The routes are listed at /docs.');
  });

  it.each(['stopping', 'cache_unavailable'])('lets clients repeat what has failed for %s', (reason) => {
    const { status, headers } = toErrorReply(new ParlanceError('unavailable', 'm', { reason }));
    expect([status, headers]).toEqual([503, {}]);
  });

  it('always has all four keys', () => {
    expect(errorBody(400, 'm')).toEqual({ error: { message: 'm', type: 'invalid_request_error', param: null, code: null } });
  });

  it.each([
    [new InvalidRequestError('m'), '400'],
    [new ParlanceError('auth', 'm'), '401'],
    [new ParlanceError('permission', 'm'), '403'],
    [new NotFoundError('object', 'x', []), '404'],
    [new ParlanceError('aborted', 'm', { reason: 'superseded' }), '409'],
    [new TooLargeError('m'), '413'],
    [new ParlanceError('invalid', 'm', { reason: 'range_not_satisfiable' }), '416'],
    [new ParlanceError('no_speech', 'm'), '422'],
    [new ParlanceError('rate', 'm'), '429'],
    [new Error('m'), '500'],
    [new ParlanceError('server', 'm'), '502'],
    [new ParlanceError('unavailable', 'm'), '503'],
    [new ParlanceError('timeout', 'm'), '504'],
  ])('%s has a status that docs/http-api.md lists (%s)', (error, status) => {
    const [, section = ''] = readFileSync(join(__dirname, '../../../../docs/http-api.md'), 'utf8').split(/^## Errors$/m);
    const documented = (section.match(/^\| [45][\d, ]+\|/gm) ?? []).flatMap((cell) => cell.match(/\d{3}/g) ?? []);
    expect(String(toErrorReply(error).status)).toBe(status);
    expect(documented).toContain(status);
  });
});
