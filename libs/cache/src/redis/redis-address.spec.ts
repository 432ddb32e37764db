import { parseRedisUrl } from './redis-address.js';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://localhost', { kind: 'single', tls: false, hosts: [{ host: 'localhost', port: 6379 }], database: 0, master: '' }],
    [
      'rediss://user:p%40ss:word@redis.example.com:6380/3',
      {
        kind: 'single',
        tls: true,
        hosts: [{ host: 'redis.example.com', port: 6380 }],
        username: 'user',
        password: 'p@ss:word',
        database: 3,
        master: '',
      },
    ],
    [
      'redis://:secret@[::1]:7000',
      { kind: 'single', tls: false, hosts: [{ host: '::1', port: 7000 }], password: 'secret', database: 0, master: '' },
    ],
    [
      'redis-sentinel://one,two:26380/main/2?sentinelPassword=a%26b',
      {
        kind: 'sentinel',
        tls: false,
        hosts: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 26_380 },
        ],
        database: 2,
        master: 'main',
        sentinelPassword: 'a&b',
      },
    ],
    [
      'rediss-cluster://10.0.0.1:7000,10.0.0.2:7001/',
      {
        kind: 'cluster',
        tls: true,
        hosts: [
          { host: '10.0.0.1', port: 7000 },
          { host: '10.0.0.2', port: 7001 },
        ],
        database: 0,
        master: '',
      },
    ],
  ])('reads %s', (url, expected) => {
    expect(parseRedisUrl(url)).toEqual(expected);
  });

  it.each([
    ['', 'It has the form redis://'],
    ['http://host', 'It has the form redis://'],
    ['redis://:hunter2@one,two', 'names one server'],
    ['redis://:hunter2@host:99999', 'port of 1-65535'],
    ['redis://:hunter2@ho st', 'host or host:port'],
    ['redis://:hunter2@host/five', 'is a number'],
    ['redis://:hunter2@host/1/2', 'is a number'],
    ['redis://:hunter2%@host', 'written %25'],
    ['redis://:hunter2@host?timeout=5', 'sentinelPassword'],
    ['redis-sentinel://:hunter2@host', 'master is missing'],
    ['redis-cluster://:hunter2@host/1', 'no database but 0'],
  ])('refuses %p without repeating it', (url, problem) => {
    const parse = () => parseRedisUrl(url);
    expect(parse).toThrow(expect.objectContaining({ code: 'invalid', param: 'redisUrl', message: expect.stringContaining(problem) }));
    expect(parse).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
  });
});
