import { eventually } from '@parlance/testing';
import { MemoryInboxStore } from './memory-inbox-store.js';
import { InboxAwayError, PartClaims } from './part-claims.js';

const never = new AbortController().signal;

describe('PartClaims', () => {
  it('has the same process send what it could not give back', async () => {
    const store = new MemoryInboxStore();
    const claims = new PartClaims(store, 'one', never);
    expect(await claims.claim('c', 'answer 1', never)).toBe(true);
    jest.spyOn(store, 'unclaim').mockRejectedValueOnce(new Error('away'));
    await expect(claims.giveBack('c', 'answer 1')).rejects.toThrow(InboxAwayError);
    expect(await claims.claim('c', 'answer 1', never)).toBe(true);
    expect(await claims.claim('c', 'answer 1', never)).toBe(false);
  });

  it('gives it back to another process when the inbox is there again', async () => {
    const store = new MemoryInboxStore();
    const claims = new PartClaims(store, 'one', never, { giveBackMilliseconds: 1 });
    await claims.claim('c', 'answer 1', never);
    const unclaim = jest.spyOn(store, 'unclaim').mockRejectedValueOnce(new Error('away'));
    await expect(claims.giveBack('c', 'answer 1')).rejects.toThrow(InboxAwayError);
    await eventually(() => Promise.resolve(unclaim.mock.calls.length === 2), 'It was not given back.');
    expect(await new PartClaims(store, 'two', never).claim('c', 'answer 1', never)).toBe(true);
  });
});
