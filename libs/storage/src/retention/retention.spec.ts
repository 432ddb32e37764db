import { buildCacheKey, buildObjectKey, isVoiceKey } from '../object-key.js';
import { Retention } from './retention.js';

const DAY = 24 * 60 * 60 * 1000;
const place = { kind: 'speech' as const, date: new Date(0), sha256: 'ab'.repeat(32), extension: 'ogg' };

describe('Retention', () => {
  it('says when an object ends, by the rule that is most its own', () => {
    const retention = new Retention({
      days: 30,
      agents: [
        { agent: 'Bot', days: 1 },
        { tenant: 'acme', agent: 'bot', days: 2 },
      ],
    });
    const daysOf = (tenant: string, agent?: string) =>
      retention.endOf({ key: buildObjectKey({ ...place, tenant, ...(agent !== undefined && { agent }) }), createdAt: new Date(0) }) / DAY;
    expect([daysOf('default'), daysOf('default', 'Bot'), daysOf('default', 'bot'), daysOf('acme', 'bot'), daysOf('acme', 'bot2')]).toEqual([
      30, 1, 30, 2, 30,
    ]);
    expect(retention.endOf({ key: 'others/a', createdAt: new Date(0) })).toBe(Number.POSITIVE_INFINITY);
  });

  it('can be for ever, but for some agents', () => {
    expect(new Retention({ days: 0 }).rules).toEqual([]);
    expect(new Retention({ days: 0, agents: [{ agent: 'a', days: 9 }] }).rules).toEqual([
      { prefix: 'voice/speech/default/a/', days: 9 },
      { prefix: 'voice/recording/default/a/', days: 9 },
    ]);
  });

  it('has a rule of its own for what the cache stores, also when audio is kept for ever', () => {
    const retention = new Retention({ days: 0, cacheDays: 7 });
    const key = buildCacheKey({ tenant: 'Acme', date: new Date(0), sha256: 'ab'.repeat(32) });
    expect(key).toBe(`cache/speech/_41cme/_/1970/01/01/${'ab'.repeat(32)}`);
    expect(isVoiceKey(key)).toBe(false);
    expect(retention.rules).toEqual([{ prefix: 'cache/', days: 7 }]);
    expect(retention.endOf({ key, createdAt: new Date(0) })).toBe(7 * DAY);
    expect(new Retention({ days: 30 }).endOf({ key, createdAt: new Date(0) })).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes agents that come and go, none of which keeps anything longer than all other', () => {
    const retention = new Retention({ days: 30, agents: [{ agent: 'fixed', days: 3 }] });
    const changed = jest.fn();
    retention.onChange(changed);
    retention.setAgents([
      { agent: 'a', days: 90 },
      { tenant: 'acme', agent: 'b', days: 5 },
    ]);
    expect(retention.rules.filter(({ prefix }) => prefix.startsWith('voice/speech/'))).toEqual([
      { prefix: 'voice/speech/default/fixed/', days: 3 },
      { prefix: 'voice/speech/default/a/', days: 30 },
      { prefix: 'voice/speech/acme/b/', days: 5 },
      { prefix: 'voice/speech/', days: 30 },
    ]);
    retention.setAgents([]);
    expect(retention.rules).toHaveLength(4);
    expect(changed).toHaveBeenCalledTimes(2);
    retention.setAgents(Array.from({ length: 1000 }, (_unused, index) => ({ agent: String(index), days: 1 })));
    expect(retention.rules).toHaveLength(802);
  });

  it('has one rule for an agent that is named more than once: the shortest', () => {
    const retention = new Retention({ days: 30, agents: [{ agent: 'a', days: 9 }] });
    const days = () => retention.rules.filter(({ prefix }) => prefix.startsWith('voice/speech/default/a/')).map((rule) => rule.days);
    retention.setAgents([{ tenant: 'default', agent: 'a', days: 3 }]);
    expect(days()).toEqual([3]);
    retention.setAgents([{ agent: 'a', days: 20 }]);
    expect(days()).toEqual([9]);
  });

  it.each([
    [{ days: -1 }],
    [{ days: 30, cacheDays: 0 }],
    [{ days: 30, cacheDays: 1.5 }],
    [{ days: 1.5 }],
    [{ days: Number.NaN }],
    [{ days: 36_501 }],
    [{ days: 30, agents: [{ agent: 'a', days: 31 }] }],
    [{ days: 30, agents: [{ agent: 'a', days: 0 }] }],
    [{ days: 30, agents: Array.from({ length: 401 }, (_unused, index) => ({ agent: String(index), days: 1 })) }],
  ])('is not %j', (options) => {
    expect(() => new Retention(options)).toThrow(expect.objectContaining({ code: 'invalid', param: 'retention' }));
  });
});
