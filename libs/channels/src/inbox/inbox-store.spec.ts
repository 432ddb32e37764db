import { closeRedis, createRedis, type RedisClient } from '@parlance/cache';
import { describeWithRedis, PATIENT_REDIS } from '@parlance/testing';
import type { InboxStore } from './inbox-store.js';
import { MemoryInboxStore } from './memory-inbox-store.js';
import { RedisInboxStore } from './redis-inbox-store.js';

describe('MemoryInboxStore', () => {
  describeInboxStore(() => new MemoryInboxStore());
});

describeWithRedis((url) => {
  describe('RedisInboxStore', () => {
    let client: RedisClient;
    beforeAll(async () => {
      client = createRedis(url(), 'commands', PATIENT_REDIS);
      await client.connect();
    });
    afterAll(() => closeRedis(client));
    describeInboxStore(() => new RedisInboxStore(client));

    it('gives up a lease that is not renewed', async () => {
      const [brief, store] = [new RedisInboxStore(client, 50), new RedisInboxStore(client)];
      const chat = `gone ${process.pid} ${Date.now()}`;
      expect(await brief.lease(chat, 'one')).toBe(true);
      while (!(await store.lease(chat, 'two'))) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await store.renew(chat, 'one')).toBe(false);
      await store.release(chat, 'one');
      expect(await store.renew(chat, 'two')).toBe(true);
    });
  });
});

function describeInboxStore(create: () => InboxStore): void {
  let number = 0;
  const newChat = () => `chat ${process.pid} ${Date.now()} ${number++}`;

  it('keeps messages in their order, each once, by conversation', async () => {
    const store = create();
    const [chat, other] = [newChat(), newChat()];
    const put = await Promise.all(['1', '2', '1'].map((id) => store.put(chat, id, `body ${id}`)));
    expect(put).toEqual([true, true, false]);
    expect(await store.put(other, '1', 'else')).toBe(true);
    expect(await store.list(chat)).toEqual(['body 1', 'body 2']);
    await store.remove(chat, 'body 1');
    expect(await store.put(chat, '1', 'body 1')).toBe(false);
    expect([await store.list(chat), await store.list(other), await store.list(newChat())]).toEqual([['body 2'], ['else'], []]);
  });

  it('lets one work at a time, and leaves nothing behind', async () => {
    const store = create();
    const chat = newChat();
    expect([await store.lease(chat, 'one'), await store.lease(chat, 'two')]).toEqual([true, false]);
    expect([await store.renew(chat, 'one'), await store.renew(chat, 'two')]).toEqual([true, false]);
    await store.put(chat, '1', 'body');
    expect(await store.leave(chat, 'one')).toBe(false);
    await store.remove(chat, 'body');
    expect(await store.leave(chat, 'one')).toBe(true);
    expect(await store.lease(chat, 'two')).toBe(true);
    await store.put(chat, '2', 'body');
    await store.release(chat, 'one');
    expect(await store.lease(chat, 'three')).toBe(false);
    await store.release(chat, 'two');
    expect(await store.lease(chat, 'three')).toBe(true);
  });

  it('lets a part be claimed once, and tells its owner that it is theirs', async () => {
    const store = create();
    const chat = newChat();
    const claims = ['one', 'two', 'one'].map((owner) => store.claim(chat, 'answer 1', owner));
    expect(await Promise.all(claims)).toEqual(['first', 'other', 'own']);
    expect([await store.claim(chat, 'answer 2', 'two'), await store.claim(newChat(), 'answer 1', 'two')]).toEqual(['first', 'first']);
    await store.unclaim(chat, 'answer 1', 'two');
    expect(await store.claim(chat, 'answer 1', 'two')).toBe('other');
    await store.unclaim(chat, 'answer 1', 'one');
    expect(await store.claim(chat, 'answer 1', 'two')).toBe('first');
  });
}
