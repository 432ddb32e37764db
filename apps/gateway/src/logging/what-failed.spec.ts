import { failureOf, whatFailed } from './what-failed.js';

describe('failureOf', () => {
  it('has the code of the system where clients have wrapped it, and no message on the way', () => {
    const refused = Object.assign(new Error('connect to secret'), { code: 'ECONNREFUSED' });
    const wrapped = new Error('Connection error: secret', { cause: new TypeError('secret failed', { cause: refused }) });
    expect(failureOf(wrapped)).toMatchObject({ name: 'Error', code: 'ECONNREFUSED' });
    expect(whatFailed(wrapped)).toBe('Error ECONNREFUSED');
    expect(JSON.stringify(failureOf(wrapped))).not.toContain('secret');
  });

  it('has its own code or status where it has one', () => {
    const cause = Object.assign(new Error('m'), { code: 'ECONNRESET' });
    expect(failureOf(Object.assign(new Error('m', { cause }), { status: 401 }))).toMatchObject({ code: '401' });
  });

  it('has none where no cause has one, also where causes go round in a ring', () => {
    const error = new Error('m', { cause: 'secret' });
    expect(failureOf(error)).not.toHaveProperty('code');
    error.cause = new Error('m', { cause: error });
    expect(failureOf(error)).not.toHaveProperty('code');
  });
});
