import type { RunnableConfig } from '@langchain/core/runnables';

const KEY = 'parlance_writes';

/**
 * What one run of a graph writes into its thread. LangGraph gives up a run whose signal fires at once, and lets it come to its
 * end behind that: what it would write then would come between, or over, what the next turn of the thread remembers.
 */
export class RunWrites {
  private readonly underWay = new Set<Promise<void>>();
  private isOver = false;

  /** For the configuration of a run. */
  get configurable(): Record<string, unknown> {
    return { [KEY]: this };
  }

  /** Writes, unless the run is over. */
  async add(write: () => Promise<void>): Promise<void> {
    if (this.isOver) return;
    const writing = write();
    this.underWay.add(writing);
    try {
      await writing;
    } finally {
      this.underWay.delete(writing);
    }
  }

  /** Resolves when nothing is written any more. */
  async end(): Promise<void> {
    this.isOver = true;
    await Promise.allSettled(this.underWay);
  }
}

/** Those of the run that a configuration belongs to; runs that are nobody's turn have none. */
export function runWritesOf({ configurable }: RunnableConfig): RunWrites | undefined {
  const writes: unknown = configurable?.[KEY];
  return writes instanceof RunWrites ? writes : undefined;
}
