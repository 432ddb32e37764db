import { Logger } from '@nestjs/common';

const logger = new Logger('Observers');

/** Whoever wants to know what goes on, such as metrics. Nobody waits for them, and none of them can make a request fail. */
export class Observers<News> {
  private readonly listeners = new Set<(news: News) => void>();

  /** @returns ends the subscription */
  subscribe(listener: (news: News) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  tell(news: News): void {
    for (const listener of this.listeners) {
      try {
        listener(news);
      } catch (error) {
        // A request must not fail because somebody who watches it does.
        logger.error(`Somebody who was told of something has failed: ${error instanceof Error ? error.name : typeof error}`);
      }
    }
  }
}
