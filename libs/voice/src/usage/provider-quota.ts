import { RateLimits } from '@parlance/cache';
import { ParlanceError } from '@parlance/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';

const WINDOW_SECONDS = 60;

/** How often provider accounts may be asked, over all processes: where their owner, or the vendor, has set a limit. */
@Injectable()
export class ProviderQuota {
  private readonly requestsPerMinute: ReadonlyMap<string, number>;

  constructor(
    private readonly limits: RateLimits,
    @Inject(VOICE_OPTIONS) { providerLimits = {} }: VoiceModuleOptions,
  ) {
    this.requestsPerMinute = new Map(Object.entries(providerLimits).map(([name, limit]) => [name, limit.requestsPerMinute]));
  }

  isLimited(provider: string): boolean {
    return this.requestsPerMinute.has(provider);
  }

  /**
   * Counts one request to a provider.
   * @returns `undefined` when it may be asked; else the seconds until it may be again
   */
  async take(provider: string): Promise<number | undefined> {
    const points = this.requestsPerMinute.get(provider);
    if (points === undefined) return undefined;
    try {
      await this.limits.consume('provider', provider, { points, seconds: WINDOW_SECONDS });
      return undefined;
    } catch (error) {
      if (error instanceof ParlanceError && error.code === 'rate') return error.retryAfterSeconds ?? WINDOW_SECONDS;
      throw error;
    }
  }
}
