import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { describeRetirement, type RetiringModel } from '@parlance/providers';
import { VoiceService } from '@parlance/voice';

/** Loads the engines while the server already answers that it lives. */
@Injectable()
export class WarmUpService implements OnApplicationBootstrap, OnModuleDestroy {
  state: 'starting' | 'ready' | 'failed' = 'starting';
  private closing = false;
  private readonly logger = new Logger('Gateway');

  constructor(private readonly voice: VoiceService) {}

  onApplicationBootstrap(): void {
    void this.warmUp();
  }

  onModuleDestroy(): void {
    this.closing = true;
  }

  /** Configured models whose end is announced, the next to end first. */
  retiringModels(): readonly RetiringModel[] {
    return this.voice.retiringModels();
  }

  private async warmUp(): Promise<void> {
    for (const retiring of this.voice.retiringModels()) this.logger.warn(describeRetirement(retiring));
    try {
      await this.voice.warmUp();
      this.state = 'ready';
    } catch (error) {
      this.state = 'failed';
      if (this.closing) return;
      this.logger.error(`The engines cannot be loaded: ${error instanceof Error ? error.message : 'unknown reason'}`);
    }
  }
}
