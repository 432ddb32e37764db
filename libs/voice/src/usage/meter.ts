import { RateLimits } from '@parlance/cache';
import { InvalidRequestError } from '@parlance/contracts';
import { Injectable } from '@nestjs/common';
import type { SpeakRequest, TranscribeRequest } from '../voice.types.js';
import { Bill } from './bill.js';
import { Budgets } from './budgets.js';
import { UsageLedger } from './usage-ledger.js';
import type { VoiceOperation } from './usage.types.js';

type Asker = Pick<SpeakRequest & TranscribeRequest, 'tenant' | 'agent' | 'user' | 'rateLimitPerMinute'>;

const WINDOW_SECONDS = 60;

/** Who may ask, and what it costs them. */
@Injectable()
export class Meter {
  constructor(
    private readonly limits: RateLimits,
    private readonly ledger: UsageLedger,
    private readonly budgets: Budgets,
  ) {}

  /**
   * Counts a request against the limit of its user, where it has one.
   * @throws ParlanceError `rate` with the seconds to wait
   */
  async admit({ tenant = 'default', agent = '', user = '', rateLimitPerMinute: points }: Asker): Promise<void> {
    if (points === undefined) return;
    if (!Number.isSafeInteger(points) || points < 1) {
      throw new InvalidRequestError("'rateLimitPerMinute' must be a whole number of at least 1.", 'rateLimitPerMinute');
    }
    await this.limits.consume('agent-user', JSON.stringify([tenant, agent, user]), { points, seconds: WINDOW_SECONDS });
  }

  /** Who spends out of the same budgets: what they ask for together is paid once. */
  purse({ tenant = 'default', agent = '' }: Asker): string {
    return this.budgets.purseOf({ tenant, agent });
  }

  bill(operation: VoiceOperation, { tenant = 'default', agent = '' }: Asker): Bill {
    return new Bill({ operation, tenant, agent }, this.ledger, this.budgets);
  }
}
