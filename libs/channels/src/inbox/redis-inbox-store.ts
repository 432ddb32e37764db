import { createHash } from 'node:crypto';
import type { RedisClient } from '@parlance/cache';
import { KNOWN_SECONDS, LEASE_MILLISECONDS, type Claimed, type InboxStore } from './inbox-store.js';

/** Puts a message unless it is known. */
const PUT = `
if not redis.call('set', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then return 0 end
redis.call('rpush', KEYS[2], ARGV[2])
redis.call('expire', KEYS[2], ARGV[1])
return 1`;
const RENEW = `
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('pexpire', KEYS[1], ARGV[2])`;
/** Whoever puts a message after this finds no lease. */
const LEAVE = `
if ARGV[2] == 'empty' and redis.call('llen', KEYS[2]) > 0 then return 0 end
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end
return 1`;

const CLAIM = `
local owner = redis.call('get', KEYS[1])
if owner == ARGV[1] then return 'own' end
if owner then return 'other' end
redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 'first'`;
const UNCLAIM = `
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end
return 1`;

/** For all processes that share a Redis. Failures are thrown as they come. */
export class RedisInboxStore implements InboxStore {
  constructor(
    private readonly client: RedisClient,
    private readonly leaseMilliseconds = LEASE_MILLISECONDS,
  ) {}

  async put(chat: string, id: string, body: string): Promise<boolean> {
    const keys = [keyOf(chat, `message ${id}`), keyOf(chat, 'waiting')];
    return (await this.client.eval(PUT, keys.length, ...keys, KNOWN_SECONDS, body)) === 1;
  }

  async list(chat: string): Promise<readonly string[]> {
    return this.client.lrange(keyOf(chat, 'waiting'), 0, -1);
  }

  async remove(chat: string, body: string): Promise<void> {
    await this.client.lrem(keyOf(chat, 'waiting'), 1, body);
  }

  async lease(chat: string, owner: string): Promise<boolean> {
    return (await this.client.set(keyOf(chat, 'lease'), owner, 'PX', this.leaseMilliseconds, 'NX')) !== null;
  }

  async renew(chat: string, owner: string): Promise<boolean> {
    return (await this.client.eval(RENEW, 1, keyOf(chat, 'lease'), owner, this.leaseMilliseconds)) === 1;
  }

  async leave(chat: string, owner: string): Promise<boolean> {
    return this.giveUp(chat, owner, 'empty');
  }

  async release(chat: string, owner: string): Promise<void> {
    await this.giveUp(chat, owner, 'any');
  }

  async claim(chat: string, name: string, owner: string): Promise<Claimed> {
    return (await this.client.eval(CLAIM, 1, keyOf(chat, name), owner, KNOWN_SECONDS)) as Claimed;
  }

  async unclaim(chat: string, name: string, owner: string): Promise<void> {
    await this.client.eval(UNCLAIM, 1, keyOf(chat, name), owner);
  }

  private async giveUp(chat: string, owner: string, when: 'empty' | 'any'): Promise<boolean> {
    const keys = [keyOf(chat, 'lease'), keyOf(chat, 'waiting')];
    return (await this.client.eval(LEAVE, keys.length, ...keys, owner, when)) === 1;
  }
}

/** What belongs to a conversation is in one place of a cluster; who talks to whom cannot be read from it. */
function keyOf(chat: string, name: string): string {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
  return `parlance:inbox:{${hash(chat)}}:${hash(name)}`;
}
