import { ProviderFactory, type ProviderLoan } from '@parlance/providers';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';

const MOST = 32;
const IDLE_MILLISECONDS = 10 * 60_000;

type Provider = ProviderLoan['provider'];

interface Kept {
  loan: ProviderLoan;
  timer: NodeJS.Timeout;
}

/**
 * Providers with accounts of the askers' own. They are kept for a while after they were asked for last: the next
 * request of the same asker finds its connections open.
 */
@Injectable()
export class OwnAccounts implements OnModuleDestroy {
  /** The last was asked for last. Each has a loan of its own beside those of the requests. */
  private readonly kept = new Map<Provider, Kept>();

  constructor(private readonly factory: ProviderFactory) {}

  /**
   * A configured account with other options laid over its own.
   * @throws NotFoundError for an account that is not configured; InvalidRequestError for options it cannot have
   */
  borrow(name: string, options: Readonly<Record<string, unknown>>): ProviderLoan {
    const loan = this.factory.borrowAs(name, options);
    const { provider } = loan;
    const known = this.kept.get(provider);
    if (known !== undefined) {
      this.kept.delete(provider);
      this.kept.set(provider, known);
      known.timer.refresh();
      return loan;
    }
    const timer = setTimeout(() => void this.drop(provider), IDLE_MILLISECONDS).unref();
    this.kept.set(provider, { loan: this.factory.borrowAs(name, options), timer });
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST && oldest !== undefined) void this.drop(oldest);
    return loan;
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([...this.kept.keys()].map((provider) => this.drop(provider)));
  }

  /** Requests under way go on: they have loans of their own. */
  private async drop(provider: Provider): Promise<void> {
    const known = this.kept.get(provider);
    if (known === undefined) return;
    clearTimeout(known.timer);
    this.kept.delete(provider);
    // What cannot be closed is of no use to anybody any more.
    await known.loan.release().catch(() => undefined);
  }
}
