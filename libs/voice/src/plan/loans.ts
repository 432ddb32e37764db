import { Holders, type Bytes } from '@parlance/contracts';
import type { ProviderLoan } from '@parlance/providers';
import { Logger } from '@nestjs/common';
import { tellWhenRead } from '../streams/async-streams.js';

const logger = new Logger('Providers');

/** What is on loan for one request, providers and its recording: it goes back when the request, and the work it has begun, are over. */
export class Loans {
  private readonly releases: (() => Promise<void> | void)[] = [];
  private readonly holders = new Holders(() => this.giveBack());

  get areNone(): boolean {
    return this.releases.length === 0;
  }

  add(loan: ProviderLoan): ProviderLoan['provider'] {
    this.releases.push(() => loan.release());
    return loan.provider;
  }

  /** Keeps bytes that are not in memory. @throws AbortedError when they have been given back already */
  keep(bytes: Bytes): void {
    if (!(bytes instanceof Uint8Array)) this.releases.push(bytes.hold());
  }

  /** @returns to be called once it is over, however it went; more calls do nothing */
  hold(): () => void {
    return this.holders.hold();
  }

  /** Holds them until the work is done or has failed. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const release = this.hold();
    try {
      return await work();
    } finally {
      release();
    }
  }

  /** Holds them until what is begun has been read, was broken off, or has failed. */
  async untilRead<Chunk, Made extends { chunks: AsyncIterable<Chunk>; bytes?: Uint8Array }>(
    begin: () => Promise<Made>,
    signal: AbortSignal,
  ): Promise<Made> {
    if (this.areNone) return begin();
    const release = this.hold();
    try {
      return tellWhenRead(await begin(), release, signal);
    } catch (error) {
      release();
      throw error;
    }
  }

  giveBack(): void {
    for (const release of this.releases.splice(0)) {
      (async () => release())().catch((error: unknown) => {
        logger.warn(`A provider on loan could not be closed: ${error instanceof Error ? error.name : typeof error}`);
      });
    }
  }
}
