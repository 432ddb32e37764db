import { SharedRedis } from '@parlance/cache';
import { ChatQueue, type TelegramChannel, type TelegramPolling } from '@parlance/channels';
import { ParlanceError } from '@parlance/contracts';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';

/** A process that has died polls no longer than this, and then another does. */
const LEASE_MILLISECONDS = 15_000;

/** Takes the lease, or renews one's own. */
const LEAD = `
local owner = redis.call('get', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;
const RESIGN = `if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end return 1`;

/** Polls Telegram for the bots that are not called: one process at a time for each, where there is Redis. */
@Injectable()
export class TelegramPollers {
  private readonly logger = new Logger('Telegram');
  private readonly owner = randomUUID();
  private readonly running = new Map<TelegramChannel, TelegramPolling>();

  constructor(
    @Inject(ChatQueue) private readonly queue: ChatQueue,
    private readonly redis: SharedRedis,
  ) {}

  /** Exactly these from now on. */
  async poll(bots: ReadonlyMap<string, TelegramChannel>): Promise<void> {
    const wanted = new Set(bots.values());
    // First: an agent that has changed has the same bot, and of two that poll for it one is refused.
    await Promise.all([...this.running.keys()].filter((channel) => !wanted.has(channel)).map((channel) => this.end(channel)));
    for (const channel of wanted) if (!this.running.has(channel)) this.begin(channel);
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((channel) => this.end(channel)));
  }

  private begin(channel: TelegramChannel): void {
    const polling = channel.polling({
      lead: () => this.leads(channel),
      take: async (update) => {
        const message = await channel
          .read(update, AbortSignal.timeout(LEASE_MILLISECONDS))
          .catch((error: unknown) => this.passOver(error, channel));
        if (message !== undefined) await this.queue.put(message);
      },
      // The lease is renewed between two polls.
      pollSeconds: LEASE_MILLISECONDS / 3000,
    });
    this.running.set(channel, polling);
    polling.start();
  }

  /** An update that cannot be read will be no better the next time, and everything that comes later would wait for it. */
  private passOver(error: unknown, { id }: TelegramChannel): undefined {
    if (!(error instanceof ParlanceError && error.reason === 'webhook_unreadable')) throw error;
    this.logger.warn(`Bot ${id} was told of something that cannot be read. It is passed over.`);
  }

  private async end(channel: TelegramChannel): Promise<void> {
    const polling = this.running.get(channel);
    this.running.delete(channel);
    await polling?.close();
    await this.redis.attempt(keyOf(channel), (client) => client.eval(RESIGN, 1, keyOf(channel), this.owner));
  }

  private async leads(channel: TelegramChannel): Promise<boolean> {
    if (!this.redis.isConfigured) return true;
    const key = keyOf(channel);
    const answer = await this.redis.attempt(key, (client) => client.eval(LEAD, 1, key, this.owner, LEASE_MILLISECONDS));
    // While Redis is away nobody polls who did not before: Telegram keeps what comes.
    return answer?.value === 1;
  }
}

function keyOf({ id }: TelegramChannel): string {
  return `parlance:telegram:poller:{${id}}`;
}
