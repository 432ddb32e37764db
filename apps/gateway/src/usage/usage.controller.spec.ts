import { UsageLedger } from '@parlance/voice';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { answerOf } from '../__fixtures__/post.js';

describe('GET /v1/usage', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway();
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-25T12:00:00Z'));
    const ledger = gateway.application.get(UsageLedger);
    const name = { tenant: 'acme', agent: 'support', provider: 'local', model: 'flite', operation: 'speak' } as const;
    ledger.count(name, { requests: 1, characters: 12 });
    ledger.count(name, { requests: 1, cached: 1 });
    ledger.count({ ...name, tenant: 'default', agent: '', operation: 'transcribe' }, { requests: 1, seconds: 2.5 });
  });
  afterAll(() => {
    jest.restoreAllMocks();
    return gateway.close();
  });

  const get = (query = '') => answerOf(fetch(`${gateway.url}/v1/usage${query}`));
  const zero = { requests: 0, characters: 0, seconds: 0, inputTokens: 0, outputTokens: 0, cached: 0, coalesced: 0, failed: 0 };
  const spoken = { object: 'usage', ...zero, requests: 2, characters: 12, cached: 1, cost: null };
  const heard = { object: 'usage', ...zero, requests: 1, seconds: 2.5, cost: null };

  it('tells the last thirty days by agent, provider and day', async () => {
    const { status, json } = await get();
    expect(status).toBe(200);
    expect(json).toEqual({
      object: 'list',
      from: '2026-10-27',
      to: '2026-11-25',
      data: [
        { day: '2026-11-25', agent: 'support', provider: 'local', ...spoken },
        { day: '2026-11-25', agent: null, provider: 'local', ...heard },
      ],
    });
  });

  it.each([
    [
      '?groupBy=tenant,operation',
      [
        { tenant: 'acme', operation: 'speak', ...spoken },
        { tenant: 'default', operation: 'transcribe', ...heard },
      ],
    ],
    ['?groupBy=model&tenant=acme', [{ model: 'flite', ...spoken }]],
    ['?groupBy=&agent=support', [spoken]],
    ['?groupBy=agent&tenant=nobody', []],
    ['?from=2026-01-01&to=2026-01-31', []],
  ])('%s', async (query, data) => {
    expect(await get(query)).toMatchObject({ status: 200, json: { data } });
  });

  it.each([
    ['?from=yesterday', 'from', 'must be a day in UTC such as 2026-11-25'],
    ['?to=2026-02-30', 'to', 'must be a day in UTC'],
    ['?groupBy=agent,voice', 'groupBy', 'must be a comma list of day, tenant, agent, provider, model, operation'],
    ['?from=2026-11-02&to=2026-11-01', 'from', "must not be after 'to'"],
    ['?from=2025-01-01&to=2026-11-01', 'from', '400 days at the most'],
    ['?tenant=', 'tenant', 'must be a string of 1 to 128 characters'],
  ])('%s is refused', async (query, param, message) => {
    const answer = await get(query);
    expect(answer).toMatchObject({ status: 400, json: { error: { param, type: 'invalid_request_error' } } });
    expect(answer.json.error?.message).toContain(message);
  });
});
