import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortedError } from '@parlance/contracts';
import { atMost } from '../../at-most.js';
import type { RedisConnections } from '../../redis/redis-connections.js';
import type { Start, Started } from '../flight.js';
import type { SharedWork } from './flight-codec.js';
import { FlightNews } from './flight-news.js';
import { DEFAULT_FLIGHT_SETTINGS, type FlightSettings } from './flight-settings.js';
import { FlightStore, type FlightName } from './flight-store.js';
import { FollowingFlight } from './following-flight.js';
import { LeadingFlight } from './leading-flight.js';
import { OutageWatch } from './outage-watch.js';

interface Shared {
  store: FlightStore;
  news: FlightNews;
  outages: OutageWatch;
}

const RETRY_MILLISECONDS = 100;
/** A failure waits no longer for Redis to forget its flight. */
const FAREWELL_MILLISECONDS = 1000;

/**
 * Equal requests in flight share one piece of work over all processes that share a Redis. One of them leads: it does
 * the work, and writes down what it makes once somebody follows. When the leader dies, a follower that has delivered
 * nothing leads in its place after the lease; one that has fails with `server`. While Redis is away each process goes
 * on by itself.
 */
export class SharedFlights {
  private readonly settings: FlightSettings;
  private readonly shared: Shared | undefined;
  private readonly processId = randomUUID();
  private readonly leading = new Map<string, { publish(): Promise<void>; giveUp(): Promise<void>; whenOver: Promise<void> }>();
  private turns = 0;

  constructor({ commands, subscriber }: Pick<RedisConnections, 'commands' | 'subscriber'>, settings: Partial<FlightSettings> = {}) {
    this.settings = { ...DEFAULT_FLIGHT_SETTINGS, ...settings };
    if (commands === undefined || subscriber === undefined) return;
    const outages = new OutageWatch(this.settings.patienceMilliseconds);
    this.shared = { store: new FlightStore(commands, this.settings), news: new FlightNews(subscriber), outages };
    this.shared.news.listen(FlightStore.inboxOf(this.processId), (token) => void this.leading.get(token)?.publish());
  }

  /**
   * The work as the coalescer of this process is to begin it: done here, or followed where another process does it.
   * @param key what makes two requests equal; equal keys must mean equal types of head and chunk
   */
  across<Head, Chunk>(key: string, work: SharedWork<Head, Chunk>): Start<Head, Chunk> {
    const { shared } = this;
    return shared === undefined ? work.start : (signal) => this.leadOrFollow(shared, key, work, signal);
  }

  /** Pieces of work that this process does and others may follow. */
  get led(): number {
    return this.leading.size;
  }

  /** Resolves when nothing is led, also for others who follow elsewhere, or the time is over. */
  async settled(over: AbortSignal): Promise<void> {
    const timeIsOver = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
    while (this.leading.size > 0 && !over.aborted) {
      await Promise.race([timeIsOver, ...[...this.leading.values()].map(({ whenOver }) => whenOver)]);
    }
  }

  /** Gives up what is led, so that followers elsewhere need not wait for the lease. The connections stay open. */
  async close(): Promise<void> {
    await Promise.all([...this.leading.values()].map((flight) => flight.giveUp()));
    this.shared?.news.close();
  }

  private async leadOrFollow<Head, Chunk>(
    shared: Shared,
    key: string,
    work: SharedWork<Head, Chunk>,
    signal: AbortSignal,
  ): Promise<Started<Head, Chunk>> {
    let gone: string | undefined;
    for (;;) {
      const name: FlightName = { key, token: `${this.processId}:${(this.turns += 1)}` };
      const leader = await this.join(shared, name, signal);
      if (leader === name.token) return this.lead(shared, name, work, signal);
      if (signal.aborted) throw new AbortedError(signal.reason);
      // Redis is away, or out of its mind.
      if (leader === undefined || leader === gone) return work.start(signal);
      const parts = { ...shared, name: { key, token: leader }, settings: this.settings, codec: work.codec };
      const followed = await new FollowingFlight(parts, signal).begin();
      if (followed === 'away') return work.start(signal);
      if (followed !== 'gone') return followed;
      gone = leader;
    }
  }

  /** @returns who leads; `undefined` when Redis is away, or the caller is */
  private async join({ store, outages }: Shared, name: FlightName, signal: AbortSignal): Promise<string | undefined> {
    for (;;) {
      try {
        // Asked a second time, it gives the same answer.
        const leader = await store.join(name);
        outages.succeeded();
        return leader;
      } catch {
        if (outages.failed() || signal.aborted) return undefined;
        await sleep(RETRY_MILLISECONDS);
      }
    }
  }

  private async lead<Head, Chunk>(
    { store }: Shared,
    name: FlightName,
    { start, recall, codec }: SharedWork<Head, Chunk>,
    signal: AbortSignal,
  ): Promise<Started<Head, Chunk>> {
    const onOver = () => this.leading.delete(name.token);
    if (signal.aborted) {
      await store.leave(name, true).catch(() => undefined);
      throw new AbortedError(signal.reason);
    }
    const flight = new LeadingFlight<Head, Chunk>({ name, store, settings: this.settings, codec, onOver });
    this.leading.set(name.token, flight);
    try {
      return await flight.run(async (either) => (await recall()) ?? start(either), signal);
    } catch (error) {
      // Whoever asks after somebody was told of the failure begins anew, and does not hear of it again.
      await atMost(FAREWELL_MILLISECONDS, flight.whenOver);
      throw error;
    }
  }
}
