/** Where something was thrown: the lines of a stack, without the first ones, which are the message and may hold what was said. */
export function placesOf(stack: string | undefined): string[] {
  const lines = (stack ?? '').split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('at '));
}
