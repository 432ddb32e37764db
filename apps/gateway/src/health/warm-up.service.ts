import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AgentRunner } from '@parlance/agent-runner';
import { ParlanceError } from '@parlance/contracts';
import { describeRetirement } from '@parlance/providers';
import { VoiceCatalogue, VoiceService } from '@parlance/voice';
import { whatFailed } from '../logging/what-failed.js';

/** Loads the engines while the server already answers that it lives. */
@Injectable()
export class WarmUpService implements OnApplicationBootstrap, OnModuleDestroy {
  /** `incomplete`: a provider is not loaded, beside which others may serve. `failed`: without what is not loaded nobody can. */
  state: 'starting' | 'ready' | 'incomplete' | 'failed' = 'starting';
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

  private async warmUp(): Promise<void> {
    for (const retiring of this.catalogue.retiringModels()) this.logger.warn(describeRetirement(retiring));
    for (const strange of this.catalogue.strangeVoices()) this.logger.warn(`Names of voices: ${strange}`);
    try {
      await this.voice.warmUp();
      this.state = 'ready';
    } catch (error) {
      this.state = error instanceof ParlanceError && error.reason === 'codecs_not_loaded' ? 'failed' : 'incomplete';
      if (this.closing) return;
      this.logger.error(`Not everything could be loaded: ${whatFailed(error)}`);
    }
    // Nobody waits for it but the first to write to an agent, who would be told of a failure.
    await this.runner.warmUp().catch(() => undefined);
  }
}
