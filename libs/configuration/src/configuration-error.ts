/** The settings cannot be used; the message lists every problem and no value of a secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** @param warnings what has no effect: a name that is misspelt may be why something seems to be missing */
  constructor(
    readonly problems: readonly string[],
    warnings: readonly string[] = [],
  ) {
    super(['Parlance cannot start with these settings:', ...items(problems), ...others(warnings)].join('\n'));
  }
}

function others(warnings: readonly string[]): string[] {
  return warnings.length === 0 ? [] : ['Beside them:', ...items(warnings)];
}

function items(texts: readonly string[]): string[] {
  return texts.map((text) => `  - ${text}`);
}
