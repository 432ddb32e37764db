import { setTimeout as pause } from 'node:timers/promises';
import { AbortedError, throwIfAborted } from '@parlance/contracts';
import { GraphError, type Patience } from './graph-error.js';

export interface BackOffOptions {
  /** How long a second of waiting is, in milliseconds. Default 1000. */
  secondMilliseconds?: number;
  /** The longest that one call waits, all pauses together, in those seconds. Default 60. */
  patienceSeconds?: number;
}

/** Seconds before each further attempt. The platform asks for 4^X between messages to one person. */
const PAUSES: Readonly<Record<Patience, readonly number[]>> = {
  pair: [1, 4, 16, 64, 256],
  busy: [1, 2, 4, 8, 16, 32, 64],
  temporary: [1, 2, 4],
};

/** Tries a call again as long as its failure says that it may work later, and the pauses fit into the patience. */
export class BackOff {
  private readonly secondMilliseconds: number;
  private readonly patienceSeconds: number;

  constructor({ secondMilliseconds = 1000, patienceSeconds = 60 }: BackOffOptions = {}) {
    this.secondMilliseconds = secondMilliseconds;
    this.patienceSeconds = patienceSeconds;
  }

  /** @throws what the last attempt threw; AbortedError */
  async run<Result>(attempt: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    let waited = 0;
    for (let failures = 0; ; failures += 1) {
      throwIfAborted(signal);
      try {
        return await attempt();
      } catch (error) {
        const seconds = error instanceof GraphError && error.patience !== undefined ? PAUSES[error.patience][failures] : undefined;
        if (seconds === undefined || waited + seconds > this.patienceSeconds) throw error;
        waited += seconds;
        await this.wait(seconds, signal);
      }
    }
  }

  private async wait(seconds: number, signal: AbortSignal): Promise<void> {
    try {
      await pause(seconds * this.secondMilliseconds, undefined, { signal });
    } catch {
      throw new AbortedError(signal.reason);
    }
  }
}
