import { ParlanceError } from '@parlance/contracts';
import { StandIn } from '@parlance/testing';
import { ConnectionPools } from './connection-pools.js';
import { HttpClient } from './http-client.js';
import { probe } from './probe.js';

describe('probe', () => {
  const json = { 'content-type': 'application/json' };
  const standIn = new StandIn(({ path }) => ({ status: 200, headers: json, body: path === '/long' ? 'x'.repeat(9_000_000) : '[]' }));
  let pools: ConnectionPools;
  beforeAll(() => standIn.start());
  beforeEach(() => {
    pools = new ConnectionPools();
  });
  afterEach(async () => {
    standIn.reset();
    await pools.close();
  });
  afterAll(() => standIn.close());

  const failure = async () => new ParlanceError('auth', 'No.');
  const ask = (url: string, milliseconds?: number) => {
    const http = new HttpClient('vendor', pools);
    return probe(
      { provider: 'vendor', ask: (signal) => http.send({ method: 'GET', url }, signal), failure },
      new AbortController().signal,
      milliseconds,
    );
  };

  it('is content with any JSON, however much there is of it', async () => {
    await expect(ask(standIn.url)).resolves.toBeUndefined();
    await expect(ask(`${standIn.url}/long`)).resolves.toBeUndefined();
  });

  it.each([
    ['a refusal', { kind: 'reply', status: 401 }, 'auth'],
    ['a page', { kind: 'html' }, 'server'],
    ['an answer without a type', { kind: 'reply', status: 200 }, 'server'],
    ['an answer that breaks off', { kind: 'cut' }, 'timeout'],
  ] as const)('is not content with %s', async (_name, fault, code) => {
    standIn.fail(fault);
    await expect(ask(standIn.url)).rejects.toMatchObject({ code });
  });

  it('finds out that nobody is there', async () => {
    await expect(ask('http://127.0.0.1:1/models')).rejects.toMatchObject({ code: 'timeout', provider: 'vendor' });
  });

  it.each(['hang', 'hang-mid-body'] as const)('has an end of its own for the whole of it (%p)', async (kind) => {
    standIn.fail({ kind });
    await expect(ask(standIn.url, 50)).rejects.toMatchObject({ code: 'timeout', provider: 'vendor' });
  });
});
