/** The settings cannot be used; the message lists every problem and no value of a secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly problems: readonly string[]) {
    super(`Parlance cannot start with these settings:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}
