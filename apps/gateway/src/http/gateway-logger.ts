import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { ParlanceConfiguration } from '@parlance/configuration';

const LEVELS: Readonly<Record<ParlanceConfiguration['logLevel'], LogLevel[]>> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
};

/** Nest's reports of its own start: of interest only to those who look for a fault in it. */
const FRAMEWORK_CONTEXTS = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

export class GatewayLogger extends ConsoleLogger {
  constructor({ logLevel, logFormat }: Pick<ParlanceConfiguration, 'logLevel' | 'logFormat'>) {
    super({
      prefix: 'Parlance',
      logLevels: LEVELS[logLevel],
      json: logFormat === 'json',
      colors: process.stdout.isTTY ? logFormat === 'text' : false,
    });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && FRAMEWORK_CONTEXTS.has(context)) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}
