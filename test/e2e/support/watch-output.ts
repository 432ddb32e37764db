/** Everything that this process writes from now on, as its log is, until it is let go; nothing of it is shown. */
export function watchOutput(): { text: () => string; restore: () => void } {
  const pieces: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((piece) => {
      pieces.push(Buffer.from(piece).toString('utf8'));
      return true;
    }),
  );
  return { text: () => pieces.join(''), restore: () => spies.forEach((spy) => spy.mockRestore()) };
}

/** The names of what a text must not have in it, and has. */
export function leaksOf(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.keys(secrets).filter((name) => text.includes(secrets[name]!));
}
