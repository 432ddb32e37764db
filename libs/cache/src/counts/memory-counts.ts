/** Something to be taken out of a total that may not be passed. */
export interface Claim {
  field: string;
  /** Whole, at least 0. */
  amount: number;
  /** What the total may be at the most. */
  limit: number;
}

/** What became of claims that are granted all together, or not at all. */
export type Claimed =
  { granted: true } | { granted: false; /** The first that did not fit. */ claim: Claim; /** What is left of its total. */ left: number };

/** Totals of whole numbers, by key and field. Bounded: the keys that were begun first go when there are too many fields. */
export class MemoryCounts {
  private readonly totals = new Map<string, Map<string, number>>();
  private fields = 0;

  /** @param maximumFields over all keys; the newest key is kept whatever its size */
  constructor(private readonly maximumFields = 500_000) {}

  add(key: string, deltas: ReadonlyMap<string, number>): void {
    if (deltas.size === 0) return;
    const counts = this.totals.get(key) ?? this.begin(key);
    for (const [field, delta] of deltas) this.set(counts, field, (counts.get(field) ?? 0) + delta);
    this.forgetOldest();
  }

  /** What somebody else has counted. */
  replace(key: string, totals: ReadonlyMap<string, number>): void {
    const counts = this.totals.get(key) ?? this.begin(key);
    for (const [field, total] of totals) this.set(counts, field, total);
    this.forgetOldest();
  }

  claim(key: string, claims: readonly Claim[]): Claimed {
    const counts = this.totals.get(key);
    for (const claim of claims) {
      const used = counts?.get(claim.field) ?? 0;
      if (used + claim.amount > claim.limit) return { granted: false, claim, left: Math.max(0, claim.limit - used) };
    }
    this.add(key, new Map(claims.map(({ field, amount }) => [field, amount])));
    return { granted: true };
  }

  read(key: string): ReadonlyMap<string, number> {
    return this.totals.get(key) ?? new Map<string, number>();
  }

  private begin(key: string): Map<string, number> {
    const counts = new Map<string, number>();
    this.totals.set(key, counts);
    return counts;
  }

  private set(counts: Map<string, number>, field: string, total: number): void {
    if (!counts.has(field)) this.fields += 1;
    counts.set(field, total);
  }

  private forgetOldest(): void {
    for (const [key, { size }] of this.totals) {
      if (this.fields <= this.maximumFields || this.totals.size === 1) return;
      this.totals.delete(key);
      this.fields -= size;
    }
  }
}
