import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { DELIVERY_STATES, DeliveryStatuses, type DeliveryState, type DeliveryStatus } from './delivery-statuses.js';

const at = '2026-11-25T12:00:00.000Z';
const status = (id: string, state: DeliveryState): DeliveryStatus => ({ id, state, at, ...(state === 'failed' && { errorCode: 131026 }) });

describe('DeliveryStatuses', () => {
  let warnings: unknown[];
  beforeEach(() => {
    warnings = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => void warnings.push(message));
  });
  afterEach(() => jest.restoreAllMocks());

  it('goes forward only', () => {
    const statuses = new DeliveryStatuses();
    const moved = (['sent', 'read', 'delivered', 'read', 'played', 'sent'] as const).map((state) => statuses.record(status('a', state)));
    expect(moved).toEqual([true, true, false, false, true, false]);
    expect(statuses.find('a')).toEqual({ state: 'played' });
    expect(statuses.find('b')).toBeUndefined();
  });

  it('logs the code of a failure, once, and nothing else', () => {
    const statuses = new DeliveryStatuses();
    statuses.record(status('wamid.a', 'sent'));
    statuses.record(status('wamid.a', 'failed'));
    statuses.record(status('wamid.a', 'failed'));
    expect(statuses.find('wamid.a')).toEqual({ state: 'failed', errorCode: 131026 });
    expect(warnings).toEqual(['A message could not be delivered (code 131026).']);
    expect(statuses.counts).toEqual({ sent: 1, failed: 1, delivered: 0, read: 0, played: 0 });
  });

  it('forgets the oldest', () => {
    const statuses = new DeliveryStatuses({ maximumMessages: 2 });
    for (const id of ['a', 'b', 'c']) statuses.record(status(id, 'sent'));
    expect(['a', 'b', 'c'].map((id) => statuses.find(id)?.state)).toEqual([undefined, 'sent', 'sent']);
    expect(statuses.counts.sent).toBe(3);
  });

  it('knows the same in whatever order, and however often, it is told', () => {
    const told = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...DELIVERY_STATES)), { maxLength: 20 });
    const shuffled = told.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.boolean()));
    fc.assert(
      fc.property(shuffled, ([list, other, twice]) => {
        const [first, second] = [new DeliveryStatuses(), new DeliveryStatuses()];
        for (const [id, state] of list) first.record(status(id, state));
        for (const [id, state] of twice ? [...other, ...list] : other) second.record(status(id, state));
        for (const id of ['a', 'b', 'c']) {
          const furthest = DELIVERY_STATES.findLast((state) => list.some(([of, reached]) => of === id && reached === state));
          expect([first.find(id)?.state, second.find(id)?.state]).toEqual([furthest, furthest]);
        }
        expect(second.counts).toEqual(first.counts);
      }),
    );
  });
});
