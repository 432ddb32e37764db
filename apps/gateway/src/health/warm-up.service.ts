import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AgentRunner } from '@parlance/agent-runner';
import { describeRetirement, type RetiringModel } from '@parlance/providers';
import { VoiceCatalogue, VoiceService } from '@parlance/voice';

/** Loads the engines while the server already answers that it lives. */
@Injectable()
export class WarmUpService implements OnApplicationBootstrap, OnModuleDestroy {
  state: 'starting' | 'ready' | 'failed' = 'starting';
  private closing = false;
  private readonly logger = new Logger('Gateway');

  constructor(
    private readonly voice: VoiceService,
    private readonly catalogue: VoiceCatalogue,
    private readonly runner: AgentRunner,
  ) {}

  onApplicationBootstrap(): void {
    void this.warmUp();
  }

  onModuleDestroy(): void {
    this.closing = true;
  }

  /** Configured models whose end is announced, the next to end first. */
  retiringModels(): readonly RetiringModel[] {
    return this.catalogue.retiringModels();
  }

  private async warmUp(): Promise<void> {
    for (const retiring of this.catalogue.retiringModels()) this.logger.warn(describeRetirement(retiring));
    try {
      await this.voice.warmUp();
      this.state = 'ready';
    } catch (error) {
      this.state = 'failed';
      if (this.closing) return;
      this.logger.error(`The engines cannot be loaded: ${error instanceof Error ? error.message : 'unknown reason'}`);
    }
    // Nobody waits for it but the first to write to an agent, who would be told of a failure.
    await this.runner.warmUp().catch(() => undefined);
  }
}
