import { LRUCache } from 'lru-cache';
import { KNOWN_SECONDS, type Claimed, type InboxStore } from './inbox-store.js';

/** So many messages are known to have come; a platform delivers again those of the last minutes, as a rule. */
const MOST_KNOWN = 100_000;

/** For one process. What waits is lost with it. */
export class MemoryInboxStore implements InboxStore {
  private readonly waiting = new Map<string, string[]>();
  private readonly owners = new Map<string, string>();
  /** Messages that have come, and claims with their owners. */
  private readonly known = new LRUCache<string, string>({ max: MOST_KNOWN, ttl: KNOWN_SECONDS * 1000 });

  async put(chat: string, id: string, body: string): Promise<boolean> {
    if ((await this.claim(chat, `message ${id}`, '')) !== 'first') return false;
    this.waiting.set(chat, [...(this.waiting.get(chat) ?? []), body]);
    return true;
  }

  async list(chat: string): Promise<readonly string[]> {
    return this.waiting.get(chat) ?? [];
  }

  async remove(chat: string, body: string): Promise<void> {
    const left = (this.waiting.get(chat) ?? []).filter((one) => one !== body);
    if (left.length === 0) this.waiting.delete(chat);
    else this.waiting.set(chat, left);
  }

  async lease(chat: string, owner: string): Promise<boolean> {
    if (this.owners.has(chat)) return false;
    this.owners.set(chat, owner);
    return true;
  }

  async renew(chat: string, owner: string): Promise<boolean> {
    return this.owners.get(chat) === owner;
  }

  async leave(chat: string, owner: string): Promise<boolean> {
    if (this.waiting.has(chat)) return false;
    await this.release(chat, owner);
    return true;
  }

  async release(chat: string, owner: string): Promise<void> {
    if (this.owners.get(chat) === owner) this.owners.delete(chat);
  }

  async claim(chat: string, name: string, owner: string): Promise<Claimed> {
    const key = JSON.stringify([chat, name]);
    const known = this.known.get(key);
    if (known !== undefined) return known === owner ? 'own' : 'other';
    this.known.set(key, owner);
    return 'first';
  }

  async unclaim(chat: string, name: string, owner: string): Promise<void> {
    const key = JSON.stringify([chat, name]);
    if (this.known.get(key) === owner) this.known.delete(key);
  }
}
