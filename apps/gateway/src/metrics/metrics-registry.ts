import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';

/** All metrics of this process but those of Node itself, and what has to be asked before they can be told. */
@Injectable()
export class MetricsRegistry extends Registry {
  private readonly questions: (() => Promise<void>)[] = [];

  /** @param question is asked before every reading; it never rejects, and what it does not find out it leaves out */
  askedBy(question: () => Promise<void>): void {
    this.questions.push(question);
  }

  /** In Prometheus's text format. */
  async read(): Promise<string> {
    await Promise.all(this.questions.map((question) => question()));
    return this.metrics();
  }
}
