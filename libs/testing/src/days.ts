const DAY_MILLISECONDS = 86_400_000;

/** The days in UTC that a test can see which begins now: it may last past midnight. */
export function daysFromNow(): { from: string; to: string } {
  const now = Date.now();
  return { from: day(now), to: day(now + DAY_MILLISECONDS) };
}

/** Moves the clock of the process to noon in UTC, where it runs on: for what begins anew at midnight. */
export function startAtNoon(): void {
  const now = Date.now.bind(Date);
  const shift = Date.parse(`${day(now())}T12:00:00Z`) - now();
  jest.spyOn(Date, 'now').mockImplementation(() => now() + shift);
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
