import { createHash } from 'node:crypto';
import { parseKeys } from '@parlance/configuration';
import { newKey, type NewKeyOptions } from './keys.js';

function made(options: NewKeyOptions): { key: string; entry: string } {
  let text = '';
  newKey(options, (written) => (text += written));
  const [, key = '', , ...rest] = text.split('\n');
  return { key, entry: rest.join('\n') };
}

describe('parlance keys new', () => {
  it('gives a key, and an entry with its hash that the keys file takes', () => {
    const options = { name: 'website', scopes: 'speech, files', tenant: 'acme', requestsPerMinute: 60, expires: '2999-01-01' };
    const { key, entry } = made(options);
    expect(key).toMatch(/^parlance_[A-Za-z0-9_-]{43}$/);
    expect(entry).not.toContain(key);
    expect(parseKeys(entry)).toEqual({
      problems: [],
      keys: [
        {
          name: 'website',
          hash: createHash('sha256').update(key).digest('hex'),
          scopes: ['speech', 'files'],
          tenant: 'acme',
          requestsPerMinute: 60,
          expires: Date.UTC(2999, 0, 1),
        },
      ],
    });
  });

  it('gives another key each time', () => {
    const options = { name: 'a', scopes: 'admin' };
    expect(made(options).key).not.toBe(made(options).key);
  });

  it('says everything that is wrong, and makes no key then', () => {
    const write = jest.fn();
    expect(() => newKey({ name: 'a b', scopes: 'speach', expires: 'soon' }, write)).toThrow(
      /name must be .*; scopes must be .*speech, transcription.*; expires must be/,
    );
    expect(() => newKey({ name: 'a', scopes: 'admin', tenant: 'acme' }, write)).toThrow('cannot have the scope admin');
    expect(() => newKey({ name: 'a', scopes: 'speech', expires: '2020-01-01' }, write)).toThrow('expires is over');
    expect(write).not.toHaveBeenCalled();
  });
});
