import { ParlanceConfiguration } from '@parlance/configuration';
import { NotFoundError } from '@parlance/contracts';
import { VoiceObservers, type RequestNews } from '@parlance/voice';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { defer } from '../defer.js';
import { newRequestId } from '../http/request-id.js';
import type { TraceRecord } from './trace-record.js';
import { TraceRing } from './trace-ring.js';

const MAXIMUM_BYTES = 8 * 1024 * 1024;
/** Proxies close connections on which nothing comes for longer. */
const SILENCE_MILLISECONDS = 10_000;

/** What this process has done of late, request by request. */
@Injectable()
export class TraceHistory implements OnModuleInit, OnModuleDestroy {
  private readonly ring: TraceRing;
  private readonly waiting = new Set<() => void>();
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly configuration: ParlanceConfiguration,
    private readonly observers: VoiceObservers,
  ) {
    this.ring = new TraceRing({ records: configuration.history.traces, bytes: MAXIMUM_BYTES });
  }

  onModuleInit(): void {
    const { traces, content } = this.configuration.history;
    if (traces === 0) return;
    if (content) new Logger('Traces').warn('PARLANCE_TRACE_CONTENT: GET /v1/traces shows what users say. For development only.');
    this.unsubscribe = this.observers.subscribe((news) => {
      if (news.type === 'request') defer(() => this.add(news));
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe?.();
  }

  /** Newest first. */
  latest(limit: number): TraceRecord[] {
    return this.ring.latest(limit);
  }

  /** @throws NotFoundError */
  one(id: string): TraceRecord {
    const record = this.ring.find(id);
    if (record === undefined) throw new NotFoundError('trace', id, undefined, { reason: 'trace_not_found' });
    return record;
  }

  /**
   * Each as it ends; whoever reads more slowly than that misses those that have given way. `undefined`: there was none for
   * a while.
   * @param replay how many of before come first, oldest first
   */
  async *follow(replay: number, signal: AbortSignal): AsyncGenerator<TraceRecord | undefined, void, undefined> {
    let told = this.ring.count - replay;
    while (!signal.aborted) {
      const fresh = this.ring.since(told);
      told = this.ring.count;
      yield* fresh;
      if (this.ring.count > told) continue;
      await this.nextOrSilence(signal);
      if (this.ring.count === told && !signal.aborted) yield undefined;
    }
  }

  private add({ outcome, reason, trace, usage, began, tenant, agent, origin, content }: RequestNews): void {
    const { requestId = newRequestId(), route } = origin ?? {};
    const said = this.configuration.history.content ? content() : undefined;
    this.ring.add({
      id: requestId,
      at: began.toISOString(),
      operation: trace.operation,
      ...(route !== undefined && { route }),
      tenant,
      ...(agent !== undefined && { agent }),
      outcome,
      ...(reason !== undefined && { reason }),
      trace,
      usage,
      ...(said !== undefined && { content: said }),
    });
    for (const goOn of this.waiting) goOn();
  }

  private nextOrSilence(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', goOn);
        this.waiting.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, SILENCE_MILLISECONDS).unref();
      signal.addEventListener('abort', goOn);
      this.waiting.add(goOn);
    });
  }
}
