import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { VoiceService } from '@parlance/voice';

/** Loads the engines while the server already answers that it lives. */
@Injectable()
export class WarmUpService implements OnApplicationBootstrap {
  state: 'starting' | 'ready' | 'failed' = 'starting';
  private readonly logger = new Logger('Gateway');

  constructor(private readonly voice: VoiceService) {}

  onApplicationBootstrap(): void {
    void this.warmUp();
  }

  private async warmUp(): Promise<void> {
    try {
      await this.voice.warmUp();
      this.state = 'ready';
    } catch (error) {
      this.state = 'failed';
      this.logger.error(`The engines cannot be loaded: ${error instanceof Error ? error.message : 'unknown reason'}`);
    }
  }
}
