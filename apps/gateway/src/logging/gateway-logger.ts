import type { LoggerService } from '@nestjs/common';
import type { ParlanceConfiguration } from '@parlance/configuration';
import { pino, stdTimeFunctions, type Logger } from 'pino';
import { entryOf } from './log-entry.js';
import { textLine } from './text-lines.js';

/** Nest's reports of its own start: of interest only to those who look for a fault in it. */
const FRAMEWORK_CONTEXTS = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** A start that fails is told by whoever began it, in words for people; Nest tells of it before, with the stack. */
const FAILED_START = 'ExceptionHandler';

/**
 * The log of the process: one line of JSON for each entry on standard output, or of text where a person reads it. Lines
 * of a request carry its id and route. What a line can say is in `log-entry.ts`.
 */
export class GatewayLogger implements LoggerService {
  private readonly pino: Logger;

  /** @param logFormat absent: text in a terminal, else JSON */
  constructor({ logLevel, logFormat }: Pick<ParlanceConfiguration, 'logLevel' | 'logFormat'>) {
    const { stdout } = process;
    const isTerminal = stdout.isTTY;
    const isText = (logFormat ?? (isTerminal ? 'text' : 'json')) === 'text';
    const write = (line: string) => void stdout.write(isText ? textLine(line, isTerminal) : line);
    const formatters = { level: (level: string) => ({ level }) };
    this.pino = pino({ level: logLevel, base: null, messageKey: 'message', timestamp: stdTimeFunctions.isoTime, formatters }, { write });
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write(rest.at(-1) === FAILED_START ? 'debug' : 'error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    this.write(typeof context === 'string' && FRAMEWORK_CONTEXTS.has(context) ? 'debug' : 'info', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  private write(level: 'fatal' | 'error' | 'warn' | 'info' | 'debug', message: unknown, rest: readonly unknown[]): void {
    if (this.pino.isLevelEnabled(level)) this.pino[level](entryOf(message, rest));
  }
}
