import type { RedisClient } from '../../redis/redis-connection.js';

type Listener = (message: string) => void;

/**
 * Messages of Redis for those in this process who wait for them. They may get lost, as any message of Redis may while
 * a connection breaks: whoever waits looks by himself now and then.
 */
export class FlightNews {
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(private readonly subscriber: RedisClient) {
    subscriber.on('message', this.pass);
  }

  /**
   * @param listener is also called, with '', once messages arrive: something may have been missed until then
   * @returns ends it
   */
  listen(channel: string, listener: Listener): () => void {
    const others = this.listeners.get(channel);
    const all = others ?? new Set();
    all.add(listener);
    if (others === undefined) {
      this.listeners.set(channel, all);
      // While Redis is away it waits, and may be given up with the connection.
      this.subscriber.subscribe(channel).then(
        () => this.pass(channel, ''),
        () => undefined,
      );
    }
    return () => {
      all.delete(listener);
      if (all.size > 0 || this.listeners.get(channel) !== all) return;
      this.listeners.delete(channel);
      this.subscriber.unsubscribe(channel).catch(() => undefined);
    };
  }

  close(): void {
    this.subscriber.off('message', this.pass);
    this.listeners.clear();
  }

  private readonly pass = (channel: string, message: string): void => {
    for (const listener of this.listeners.get(channel) ?? []) listener(message);
  };
}
