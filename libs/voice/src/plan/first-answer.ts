/** What was made before by the first who would be asked, or by one who would come before but is not asked now. */
export function firstAnswer<Candidate extends { barred?: string }, Made>(
  candidates: readonly Candidate[],
  known: ReadonlyMap<Candidate, Made>,
): { candidate: Candidate; made: Made } | undefined {
  for (const candidate of candidates) {
    const made = known.get(candidate);
    if (made !== undefined) return { candidate, made };
    if (candidate.barred === undefined) return undefined;
  }
  return undefined;
}
