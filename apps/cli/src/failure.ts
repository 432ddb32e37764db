import { ParlanceError } from '@parlance/contracts';
import { CommanderError } from 'commander';

/** The request was wrong: another call can do it. */
const usageExitCode = 2;
/** What a shell says of a program that was interrupted. */
const interruptedExitCode = 130;

const mistakes: readonly string[] = ['invalid', 'too_large', 'not_found', 'unsupported'];

interface Failure {
  message: string;
  exitCode: number;
}

/** What a person is told of a failure, and what a script. */
export function describeFailure(error: unknown, signal: AbortSignal): Failure {
  const { message, exitCode } = failureOf(error, signal);
  // Names of files are told of, too, and may have in them what a terminal obeys: colours, a title, a cleared screen.
  return { message: message.replaceAll(/(?![\n\t])\p{Cc}/gu, '?'), exitCode };
}

function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted) return { message: 'interrupted.', exitCode: interruptedExitCode };
  // It has said by itself what is wrong with the call, or given the help that was asked for.
  if (error instanceof CommanderError) return { message: '', exitCode: error.exitCode === 0 ? 0 : usageExitCode };
  // The reader of a pipe has enough: no failure of ours.
  if (isSystemError(error) && error.code === 'EPIPE') return { message: '', exitCode: 0 };
  if (error instanceof ParlanceError) return { message: error.message, exitCode: mistakes.includes(error.code) ? usageExitCode : 1 };
  if (isConfigurationError(error)) return { message: error.message, exitCode: usageExitCode };
  if (isSystemError(error)) return { message: error.message, exitCode: 1 };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 };
}

/** By its name: its class comes with all that can be configured, which help and a mistyped command would wait for, too. */
function isConfigurationError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ConfigurationError';
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
