import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Upstreams, type UpstreamEvent } from './upstreams.js';

/** A line in the log for every breaker that changes; an error for what somebody has to mend. */
@Injectable()
export class BreakerLog implements OnModuleDestroy {
  private readonly logger = new Logger('Breaker');
  private readonly unsubscribe: () => void;

  constructor(upstreams: Upstreams) {
    this.unsubscribe = upstreams.subscribe((event) => this.write(event));
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }

  private write({ upstream: { provider, operation, model }, to, cause, openMilliseconds, alert, elsewhere }: UpstreamEvent): void {
    // Clients may make up names of models.
    const name = `${provider} (${operation}, ${model.replaceAll(/\p{C}+/gu, ' ').slice(0, 64)})`;
    const why = elsewhere === true ? `${cause}, told by another process` : cause;
    if (to !== 'open') return this.logger.log(`${name}: ${to === 'closed' ? 'closed' : 'half open, real requests try'} (${why})`);
    const time = openMilliseconds === undefined ? 'until it is closed by hand' : `for ${(openMilliseconds / 1000).toFixed(1)} s`;
    const line = `${name}: open ${time} (${why})`;
    if (alert) this.logger.error(`${line}. Check the key and the account of ${provider}: this does not pass by itself.`);
    else this.logger.warn(line);
  }
}
