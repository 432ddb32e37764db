import { UrlSigner } from './url-signer.js';

const NOW = Date.UTC(2026, 0, 1);

describe('UrlSigner', () => {
  const signer = new UrlSigner('secret');
  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => jest.useRealTimers());

  it('accepts its own links until they expire', () => {
    const query = { ...signer.sign('GET', 'a/b.ogg', 60) };
    expect(signer.verify('GET', 'a/b.ogg', query)).toBe('ok');
    jest.setSystemTime(NOW + 59_999);
    expect(signer.verify('GET', 'a/b.ogg', query)).toBe('ok');
    jest.setSystemTime(NOW + 60_000);
    expect(signer.verify('GET', 'a/b.ogg', query)).toBe('expired');
  });

  it('covers what else was agreed on', () => {
    const query = { ...signer.sign('PUT', 'a', 60, 'terms') };
    expect(query.terms).toBe('terms');
    expect(signer.verify('PUT', 'a', query)).toBe('ok');
    const { terms: _terms, ...without } = query;
    for (const changed of [without, { ...query, terms: 'others' }, { ...query, terms: ['terms'] }, { ...query, terms: '' }]) {
      expect(signer.verify('PUT', 'a', changed)).toBe('invalid');
    }
    expect(signer.verify('GET', 'a', { ...signer.sign('GET', 'a', 60), terms: 'terms' })).toBe('invalid');
  });

  it.each([
    ['GET', 'GET', 'ok'],
    ['GET', 'HEAD', 'ok'],
    ['GET', 'PUT', 'invalid'],
    ['GET', 'DELETE', 'invalid'],
    ['GET', 'get', 'invalid'],
    ['PUT', 'PUT', 'ok'],
    ['PUT', 'GET', 'invalid'],
    ['PUT', 'HEAD', 'invalid'],
    ['PUT', 'POST', 'invalid'],
  ] as const)('a link for %s used with %s is %s', (signed, used, verdict) => {
    expect(signer.verify(used, 'a', { ...signer.sign(signed, 'a', 60) })).toBe(verdict);
  });

  it('accepts no other key, time or secret', () => {
    const query = signer.sign('GET', 'a/b', 60);
    const later = String(Number(query.expires) + 1);
    expect(signer.verify('GET', 'a/c', { ...query })).toBe('invalid');
    expect(signer.verify('GET', 'a/b', { ...query, expires: later })).toBe('invalid');
    expect(signer.verify('GET', 'a/b', { ...query, expires: `0${query.expires}` })).toBe('invalid');
    expect(new UrlSigner('other').verify('GET', 'a/b', { ...query })).toBe('invalid');
    expect(new UrlSigner('secret').verify('GET', 'a/b', { ...query })).toBe('ok');
  });

  it('does not tell an expired link from a wrong one when the signature is wrong', () => {
    const query = signer.sign('GET', 'a', 60);
    jest.setSystemTime(NOW + 100_000);
    expect(signer.verify('GET', 'b', { ...query })).toBe('invalid');
  });

  it('accepts no other spelling of its signature', () => {
    const { expires, signature } = signer.sign('GET', 'a', 60);
    const last = signature.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const other of alphabet.replace(last, '')) {
      expect(signer.verify('GET', 'a', { expires, signature: signature.slice(0, -1) + other })).toBe('invalid');
    }
    expect(signer.verify('GET', 'a', { expires, signature: `${signature}=` })).toBe('invalid');
  });

  it.each([
    ['nothing', {}],
    ['no signature', { expires: '99999999999' }],
    ['lists', { expires: ['99999999999'], signature: ['a'.repeat(43)] }],
    ['numbers', { expires: 99_999_999_999, signature: 1 }],
    ['other characters', { expires: '1e11', signature: 'ü'.repeat(43) }],
    ['too much', { expires: '9'.repeat(400), signature: 'a'.repeat(5000) }],
  ])('takes a query with %s for invalid', (_what, query) => {
    expect(signer.verify('GET', 'a', query)).toBe('invalid');
  });

  it.each(['../a', 'a/../../b', '/a', 'a\\b', '', 'a%2fb', 'a\0'])('neither signs nor accepts the key %p', (key) => {
    expect(() => signer.sign('GET', key, 60)).toThrow(expect.objectContaining({ code: 'invalid', param: 'key' }));
    expect(signer.verify('GET', key, { ...signer.sign('GET', 'a', 60) })).toBe('invalid');
  });
});
