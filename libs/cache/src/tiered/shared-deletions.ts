import { randomUUID } from 'node:crypto';
import type { RedisConnections } from '../redis/redis-connections.js';

const CHANNEL = 'parlance:cache-deleted';

/** Tells every process which entries are no longer to be answered with. Without Redis there is nobody to tell. */
export class SharedDeletions {
  private readonly self = randomUUID();

  constructor(private readonly connections: RedisConnections) {
    // Asked for early: a connection that is only now being made takes no commands.
    void connections.commands;
  }

  /**
   * Best effort: a process that cannot be reached keeps an entry until its short life in memory is over.
   * @param tag of all that is gone: others may have entries with it that were made while Redis was away, and which only they know
   */
  tell(keys: readonly string[], tag?: string): void {
    if (keys.length === 0 && tag === undefined) return;
    const message = JSON.stringify({ from: this.self, keys, tag });
    this.connections.commands?.publish(CHANNEL, message).catch(() => undefined);
  }

  /** @param listener gets the keys that others have deleted, and their tag where they were deleted by that */
  onDeleted(listener: (keys: readonly string[], tag?: string) => void): void {
    const { subscriber } = this.connections;
    if (subscriber === undefined) return;
    subscriber.on('message', (channel: string, message: string) => {
      if (channel !== CHANNEL) return;
      const { from, keys, tag } = JSON.parse(message) as { from: string; keys: readonly string[]; tag?: string };
      if (from !== this.self) listener(keys, tag);
    });
    subscriber.subscribe(CHANNEL).catch(() => undefined);
  }
}
