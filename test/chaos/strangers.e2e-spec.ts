import type { UsageRow } from '@parlance/voice';
import { bearer, KeysFile } from '../../apps/gateway/src/__fixtures__/keys-file.js';
import { until, startFleet, type Fleet } from './support/fleet.js';

const TEXT = 'This is a sentence that somebody asks for.';

/** What each of them asks for would cost something. */
function requestsOf(text: string, tenant: string | undefined): readonly (readonly [path: string, body: object])[] {
  return [
    ...(tenant === undefined ? [['/v1/audio/speech', { model: 'tts-1', voice: 'alloy', input: text }] as const] : []),
    ['/v1/voice/speak', { text, ...(tenant !== undefined && { tenant }) }],
    ['/v1/jobs/speech', { text, ...(tenant !== undefined && { tenant }) }],
  ];
}

describe('32: wrong keys, no keys, keys of others', () => {
  let file: KeysFile;
  let fleet: Fleet;
  beforeAll(async () => {
    file = new KeysFile({
      acme: { scopes: ['speech', 'jobs'], tenant: 'acme' },
      poor: { scopes: ['speech'], tenant: 'poor' },
      few: { scopes: ['speech'], tenant: 'acme', requestsPerMinute: 1 },
      old: { scopes: ['speech', 'jobs'], expires: '2026-01-01' },
      files: { scopes: ['files'] },
      operator: { scopes: ['admin'] },
    });
    fleet = await startFleet({
      environment: { PARLANCE_KEYS_FILE: file.path },
      configuration: { tenants: { poor: { budget: { charactersPerDay: TEXT.length } } } },
    });
  });
  afterAll(async () => {
    await fleet.close();
    file.remove();
  });

  const post = (path: string, body: object, headers: Record<string, string>) =>
    fetch(fleet.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

  const usage = async (): Promise<UsageRow[]> => {
    const response = await fetch(`${fleet.url}/v1/usage?groupBy=tenant,provider`, { headers: bearer('operator') });
    return ((await response.json()) as { data: UsageRow[] }).data;
  };

  async function expectRefused(send: () => Promise<Response>, status: number, code: string): Promise<Response> {
    const spent = async () => ({ calls: fleet.first.standIn.calls.length + fleet.second.standIn.calls.length, usage: await usage() });
    const before = await spent();
    const response = await send();
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status, body: { error: { code } } });
    expect(await spent()).toEqual(before);
    return response;
  }

  it.each([
    ['no key', {}, undefined, 401, 'invalid_api_key'],
    ['a wrong key', { authorization: 'Bearer a-key-of-nobody' }, undefined, 401, 'invalid_api_key'],
    ['a key that has expired', bearer('old'), undefined, 401, 'api_key_expired'],
    ['a key for something else', bearer('files'), undefined, 403, 'insufficient_scope'],
    ['a key of another tenant', bearer('acme'), 'poor', 403, 'tenant_not_allowed'],
  ] as const)('%s is refused, and costs nothing', async (_who, headers, tenant, status, code) => {
    for (const [path, body] of requestsOf(TEXT, tenant)) await expectRefused(() => post(path, body, headers), status, code);
    expect(fleet.first.standIn.calls).toEqual([]);
  });

  it('a key over its limit is refused until its minute is over', async () => {
    const body = { text: `${TEXT} Again.` };
    expect((await post('/v1/voice/speak', body, bearer('few'))).status).toBe(200);
    // What was used is counted when the answer has gone out.
    await until(async () => (await usage()).some(({ tenant }) => tenant === 'acme'));
    const refused = await expectRefused(() => post('/v1/voice/speak', { text: 'Other.' }, bearer('few')), 429, 'rate_limit_exceeded');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('a key whose tenant has used up its budget is refused until the next day', async () => {
    expect((await post('/v1/voice/speak', { text: TEXT }, bearer('poor'))).status).toBe(200);
    await until(async () => (await usage()).some(({ tenant, characters }) => tenant === 'poor' && characters === TEXT.length));
    const refused = await expectRefused(() => post('/v1/voice/speak', { text: 'One more.' }, bearer('poor')), 429, 'budget_exceeded');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // The budget is that of the tenant, whoever asks for it; another tenant has its own.
    expect((await post('/v1/voice/speak', { text: 'One more.' }, bearer('acme'))).status).toBe(200);
  });
});
