import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { logLine } from '../observation/log-line.js';
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

  private write({ upstream: { provider, operation, model }, to, cause, openMilliseconds, alert, elsewhere, origin }: UpstreamEvent): void {
    // Clients may make up names of models.
    const name = `${provider} (${operation}, ${model.replaceAll(/\p{C}+/gu, ' ').slice(0, 64)})`;
    const why = elsewhere === true ? `${cause}, told by another process` : cause;
    const said = (message: string) => logLine(`${name}: ${message}`, origin);
    if (to !== 'open') return this.logger.log(said(`${to === 'closed' ? 'closed' : 'half open, real requests try'} (${why})`));
    const time = openMilliseconds === undefined ? 'until it is closed by hand' : `for ${(openMilliseconds / 1000).toFixed(1)} s`;
    const line = `open ${time} (${why})`;
    if (alert) this.logger.error(said(`${line}. Check the key and the account of ${provider}: this does not pass by itself.`));
    else this.logger.warn(said(line));
  }
}
