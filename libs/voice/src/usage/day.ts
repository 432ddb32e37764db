const DAY_MILLISECONDS = 86_400_000;

/** The last one that was asked for: every request asks for today several times. */
let known = { day: Number.NaN, text: '' };

/** The UTC day of a time (milliseconds since 1970) as `2026-11-25`. */
export function dayOf(time: number): string {
  const day = Math.floor(time / DAY_MILLISECONDS);
  if (known.day !== day) known = { day, text: new Date(time).toISOString().slice(0, 10) };
  return known.text;
}

/** When the next UTC day begins, in milliseconds since 1970. */
export function nextDay(time: number): number {
  return (Math.floor(time / DAY_MILLISECONDS) + 1) * DAY_MILLISECONDS;
}

/** Every day from the first to the last, both included. */
export function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let time = Date.parse(first); time <= Date.parse(last); time += DAY_MILLISECONDS) days.push(dayOf(time));
  return days;
}
