import { ChannelBots, ChatQueue, webhookUrl, type TelegramChannel } from '@parlance/channels';
import { ParlanceConfiguration } from '@parlance/configuration';
import { ParlanceError } from '@parlance/contracts';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { TelegramPollers } from './telegram-pollers.js';

/** How often bots are looked at that have come, gone or changed since. */
const LOOK_MILLISECONDS = 2000;

/** Has bots called or polled while the process runs, and answers given in order when it ends. */
@Injectable()
export class ChannelsLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Channels');
  private readonly leaving = new AbortController();
  /** Bots whose webhook was registered, by what they were made of. */
  private readonly registered = new WeakSet<object>();
  private timer: NodeJS.Timeout | undefined;
  private looking = Promise.resolve();
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly bots: ChannelBots,
    @Inject(ChatQueue) private readonly queue: ChatQueue,
    private readonly pollers: TelegramPollers,
    private readonly configuration: ParlanceConfiguration,
  ) {}

  onApplicationBootstrap(): void {
    this.queue.start();
    this.timer = setInterval(() => this.look(), LOOK_MILLISECONDS).unref();
    this.look();
  }

  /** @param graceMilliseconds for answers under way */
  stop(graceMilliseconds: number): Promise<void> {
    this.stopped ??= this.stopAll(graceMilliseconds);
    return this.stopped;
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop(0);
  }

  private async stopAll(graceMilliseconds: number): Promise<void> {
    clearInterval(this.timer);
    this.leaving.abort();
    await this.looking;
    await this.pollers.close();
    await this.queue.stop(graceMilliseconds);
  }

  private look(): void {
    this.looking = this.looking.then(async () => {
      if (this.leaving.signal.aborted) return;
      const bots = [...this.bots.telegrams()];
      await this.pollers.poll(new Map(bots.filter(([, { mode }]) => mode === 'polling')));
      // Telegram may take its time over one of them: the others need not wait for it.
      for (const [agent, { mode, webhook }] of bots) if (mode === 'webhook') void this.register(agent, webhook);
    });
  }

  private async register(agent: string, webhook: TelegramChannel['webhook']): Promise<void> {
    if (this.registered.has(webhook)) return;
    this.registered.add(webhook);
    try {
      await webhook.register(webhookUrl(this.configuration.publicUrl, 'telegram', agent), this.leaving.signal);
      this.logger.log(`${agent}: Telegram calls this server.`);
    } catch (error) {
      if (this.leaving.signal.aborted) return;
      const isPassing = error instanceof ParlanceError && error.retryable;
      if (isPassing) this.registered.delete(webhook);
      this.logger.error(`${agent}: Telegram's webhook could not be registered. ${error instanceof ParlanceError ? error.message : ''}`);
    }
  }
}
