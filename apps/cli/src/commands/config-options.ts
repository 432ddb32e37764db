import { Logger } from '@nestjs/common';
import type { EnvironmentValues } from '@parlance/configuration';

/** What the commands of `parlance config` share. */
export interface ConfigOptions {
  /** Instead of PARLANCE_CONFIG_FILE. */
  config?: string;
}

export type Write = (text: string) => unknown;

export const toStandardOutput: Write = (text) => process.stdout.write(text);

/** The environment with what the options say, and where that is from. */
export function withOptions(
  environment: EnvironmentValues,
  { config }: ConfigOptions,
): { values: EnvironmentValues; sources: Readonly<Record<string, string>> } {
  if (config === undefined) return { values: environment, sources: {} };
  return { values: { ...environment, PARLANCE_CONFIG_FILE: config }, sources: { PARLANCE_CONFIG_FILE: '--config' } };
}

/** What is read tells of itself as it would in a gateway's log: here it is told otherwise. */
export function silenceLog(): void {
  Logger.overrideLogger(['error', 'fatal']);
}
