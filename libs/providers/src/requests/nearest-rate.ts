/** The rate (Hz) of those a vendor makes that keeps what was wished for: the next one up, else the highest. */
export function nearestRate(rates: readonly number[], wish: number): number {
  const rising = rates.toSorted((one, other) => one - other);
  return rising.find((rate) => rate >= wish) ?? rising.at(-1) ?? wish;
}
