import { ApiError, errorIn, errorOf, toApiError } from './api-error.js';

describe('the error of an answer', () => {
  it('is what the gateway says', () => {
    const attempts = [{ provider: 'local', model: 'flite', segment: 0, outcome: 'server', milliseconds: 3 }];
    const body = JSON.stringify({ error: { message: 'Ask for less.', type: 'x', param: 'text', code: 'content_too_large', attempts } });
    const error = errorOf(413, body, 'req_1');
    expect(error).toBeInstanceOf(ApiError);
    const { message, status, code, param, requestId } = error;
    expect({ message, status, code, param, requestId, attempts: error.attempts }).toEqual({
      message: 'Ask for less.',
      status: 413,
      code: 'content_too_large',
      param: 'text',
      requestId: 'req_1',
      attempts,
    });
  });

  it('leaves out what is null', () => {
    const error = errorOf(502, '{"error":{"message":"No.","param":null,"code":null}}', null);
    expect([error.code, error.param, error.requestId]).toEqual([undefined, undefined, undefined]);
  });

  it.each(['', '<html>502</html>', '"text"', '{"error":"text"}', 'null'])('can be shown when the body is %j', (body) => {
    expect(errorOf(502, body).message).toContain('502');
  });

  it('knows when another key would help', () => {
    expect(new ApiError({ status: 403, message: '', code: 'insufficient_scope' }).lacksScope).toBe(true);
    expect(new ApiError({ status: 403, message: '', code: 'tenant_not_allowed' }).lacksScope).toBe(false);
  });
});

it('events without an error have none', () => {
  expect(errorIn({ type: 'text' })).toBeUndefined();
  expect(errorIn([])).toBeUndefined();
});

it('anything thrown can be shown', () => {
  const known = new ApiError({ status: 1, message: 'a' });
  expect(toApiError(known)).toBe(known);
  expect(toApiError(new TypeError('no such thing')).message).toContain('no such thing');
});
