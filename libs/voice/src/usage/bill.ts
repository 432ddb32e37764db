import type { Trace, TraceCandidate } from '@parlance/contracts';
import { tellWhenRead } from '../streams/async-streams.js';
import type { Budgets, Reservation, Spender } from './budgets.js';
import { Charge } from './charge.js';
import type { UsageLedger } from './usage-ledger.js';
import type { UsageCounts } from './usage.types.js';

interface Counted {
  candidate: TraceCandidate;
  counts: UsageCounts;
}

/** What one request uses: reserved before a provider is asked, settled when the work is over. */
export class Bill {
  private readonly charges: Charge[] = [];
  private reservation: Reservation | undefined;
  private isOver = false;

  constructor(
    private readonly spender: Spender,
    private readonly ledger: UsageLedger,
    private readonly budgets: Budgets,
  ) {}

  /** Served from the cache: counted, and free. */
  cached(servedBy: TraceCandidate): void {
    this.count(servedBy, { requests: 1, cached: 1 });
  }

  /** Another request has paid: counted, and free. */
  coalesced(servedBy: TraceCandidate): void {
    this.count(servedBy, { requests: 1, coalesced: 1 });
  }

  /**
   * @param amount characters of the text, or seconds of the recording
   * @throws ParlanceError `quota` when the budget does not reach for it
   */
  async reserve(amount: number): Promise<void> {
    this.reservation = await this.budgets.reserve(this.spender, amount);
    // The caller has left meanwhile.
    if (this.isOver) this.settle();
  }

  /** Opens the account of one call to a provider. @param amount what it will use unless the provider says otherwise */
  charge(candidate: TraceCandidate, amount: number): Charge {
    const charge = new Charge(this.spender.operation, candidate, amount, () => {
      // An answer that nobody waits for any more costs the same.
      if (this.isOver) this.settle();
    });
    this.charges.push(charge);
    return charge;
  }

  /** The work is over, however it ended: what was not used is given back. */
  close({ attempts, servedBy }: Trace): void {
    if (this.isOver) return;
    this.isOver = true;
    const failed = attempts.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'aborted');
    // A later provider of the plan may have made it before, or all of its pieces may be known: nobody is paid for it then.
    const served: UsageCounts = this.charges.every(({ isFree }) => isFree) ? { requests: 1, cached: 1 } : { requests: 1 };
    this.settle([
      ...(servedBy === undefined ? [] : [{ candidate: servedBy, counts: served }]),
      ...failed.map((candidate) => ({ candidate, counts: { failed: 1 } })),
    ]);
  }

  /** Reserves, begins, and closes when what was begun has been read, was broken off, or has failed. */
  async spend<Made extends { chunks: AsyncIterable<Uint8Array>; bytes?: Uint8Array }>(
    amount: number,
    begin: () => Promise<Made>,
    trace: Trace,
    signal: AbortSignal,
  ): Promise<Made> {
    const close = () => this.close(trace);
    try {
      await this.reserve(amount);
      return tellWhenRead(await begin(), close, signal);
    } catch (error) {
      close();
      throw error;
    }
  }

  private settle(others: readonly Counted[] = []): void {
    const used = this.charges.map((charge) => ({ candidate: charge.candidate, counts: charge.takeNew() }));
    // What is of one model is counted at once: to count takes 7 µs of processor.
    for (const { candidate, counts } of together([...others, ...used])) this.count(candidate, counts);
    this.reservation?.settle(this.charges.reduce((sum, { amountUsed }) => sum + amountUsed, 0));
  }

  private count({ provider, model }: TraceCandidate, counts: UsageCounts): void {
    this.ledger.count({ ...this.spender, provider, model }, counts);
  }
}

/** The same, added up by model. */
function together(all: readonly Counted[]): Counted[] {
  const sums: Counted[] = [];
  for (const { candidate, counts } of all) {
    const sum = sums.find((one) => one.candidate.provider === candidate.provider && one.candidate.model === candidate.model);
    if (sum === undefined) sums.push({ candidate, counts: { ...counts } });
    else
      for (const [unit, amount] of Object.entries(counts) as [keyof UsageCounts, number][])
        sum.counts[unit] = (sum.counts[unit] ?? 0) + amount;
  }
  return sums;
}
