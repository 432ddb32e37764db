import { randomUUID } from 'node:crypto';
import { RedisConnections, type RedisClient } from '@parlance/cache';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { keyOf, type UpstreamName } from '../upstream.js';
import { Upstreams, type ManualDecision, type UpstreamEvent } from '../upstreams.js';
import { BreakerBoard, durationOf, holdKeyOf, readMessage, type Board, type BoardEntry, type BreakerMessage } from './breaker-board.js';
import { TrialLeases } from './trial-leases.js';

/** How often the board is read: messages get lost with a connection. */
const READ_MILLISECONDS = 5000;

interface Connected {
  board: BreakerBoard;
  trials: TrialLeases;
  subscriber: RedisClient;
}

/** What was learnt from others, and which board it stood on: when it is gone from the same board, it is over. */
type Learnt = { name: UpstreamName; marker: string };

/**
 * Circuit breakers over all processes that share a Redis: one that opens or closes anywhere does so everywhere, one
 * process at a time tries what is half open, and what is decided by hand holds for all. While Redis is away each process
 * goes on by itself, and tells the others when it is back.
 */
@Injectable()
export class SharedBreakers implements OnModuleInit, OnModuleDestroy {
  private readonly connected: Connected | undefined;
  private readonly learnt = new Map<string, Learnt>();
  /** Providers that others hold, and the board it stood on. */
  private readonly learntHolds = new Map<string, string>();
  private readonly unsubscribe: (() => void)[] = [];
  /** Keys that something was said of since the board was asked for: what it says of them is old. */
  private readonly changed = new Set<string>();
  private marker = '';
  private reading: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly upstreams: Upstreams,
    { commands, subscriber }: RedisConnections,
  ) {
    if (commands === undefined || subscriber === undefined) return;
    const board = new BreakerBoard(commands, randomUUID());
    this.connected = { board, trials: new TrialLeases(board), subscriber };
  }

  /** Learns what is open. An outage is no error. @param readMilliseconds how often the board is read again */
  async onModuleInit(readMilliseconds = READ_MILLISECONDS): Promise<void> {
    const { connected, upstreams } = this;
    if (connected === undefined) return;
    const { subscriber, trials } = connected;
    upstreams.claimTrialsBy((upstream) => trials.claim(upstream));
    this.unsubscribe.push(
      upstreams.subscribe((event) => this.tell(connected, event)),
      upstreams.subscribeToDecisions((decision) => this.decided(connected, decision)),
      () => subscriber.off('message', this.hear),
      () => upstreams.claimTrialsBy(undefined),
    );
    subscriber.on('message', this.hear);
    // What was said before the subscription was there, or while it was gone, is on the board.
    subscriber.subscribe(BreakerBoard.channel).then(
      () => this.reconcile(),
      () => undefined,
    );
    this.timer = setInterval(() => void this.reconcile(), readMilliseconds);
    this.timer.unref();
    await this.reconcile();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    for (const end of this.unsubscribe.splice(0)) end();
    this.connected?.trials.close();
  }

  private tell({ board, trials }: Connected, { upstream: name, to, cause, openMilliseconds, elsewhere }: UpstreamEvent): void {
    // Decisions are told as such.
    if (elsewhere === true || cause === 'manual') return;
    this.changed.add(keyOf(name));
    this.learnt.delete(keyOf(name));
    if (to === 'open') {
      const repeats = this.upstreams.named(name).breaker.openedBefore;
      trials.forget(name);
      ignoringOutages(board.open(name, { milliseconds: openMilliseconds ?? 0, cause, repeats }));
    } else if (to === 'closed') {
      trials.forget(name);
      ignoringOutages(board.close(name, cause));
    } else if (cause === 'probe') ignoringOutages(board.tryEarly(name));
  }

  private decided({ board }: Connected, decision: ManualDecision): void {
    this.changed.add(holdKeyOf(decision.provider));
    this.learntHolds.delete(decision.provider);
    ignoringOutages(board.decide(decision));
  }

  private readonly hear = (channel: string, text: string): void => {
    if (channel !== BreakerBoard.channel || this.connected === undefined) return;
    const message = readMessage(text);
    if (message !== undefined && message.from !== this.connected.board.replica) this.follow(this.connected, message);
  };

  private follow({ trials }: Connected, message: BreakerMessage): void {
    const { upstreams, marker } = this;
    if (message.kind === 'decision') {
      const { provider, action, milliseconds } = message.decision;
      this.changed.add(holdKeyOf(provider));
      if (action === 'hold') this.learntHolds.set(provider, marker);
      else this.learntHolds.delete(provider);
      return upstreams.apply({ provider, action, milliseconds: durationOf(milliseconds) }, true);
    }
    const { name } = message;
    this.changed.add(keyOf(name));
    if (message.kind === 'trying') return trials.othersTry(name, message.milliseconds);
    if (message.kind === 'early') return upstreams.named(name).breaker.tryEarly(true);
    trials.forget(name);
    if (message.kind === 'open') this.open(name, message, marker);
    else {
      this.learnt.delete(keyOf(name));
      upstreams.named(name).breaker.close(message.cause, true);
    }
  }

  private open(name: UpstreamName, opened: Extract<BreakerMessage, { kind: 'open' }>, marker: string): void {
    const { provider, model, operation, fingerprint } = name;
    // Somebody's decision stands above what requests find out.
    if (this.upstreams.isHeld(provider)) return;
    this.learnt.set(keyOf(name), { name: { provider, model, operation, fingerprint }, marker });
    this.upstreams.named(name).breaker.adopt(opened);
  }

  /** Compares what is open here with what is open anywhere. One after the other. */
  private reconcile(): Promise<void> {
    this.reading = this.reading.then(async () => {
      const { connected } = this;
      this.changed.clear();
      const board = await connected?.board.read().catch(() => undefined);
      if (connected === undefined || board === undefined || this.timer === undefined) return;
      this.marker = board.marker;
      for (const [key, entry] of board.entries) if (!this.changed.has(key)) this.learn(connected, key, entry, board.marker);
      this.forgetWhatIsOver(board);
      this.repeatWhatIsUnknown(connected.board, board);
    });
    return this.reading;
  }

  private learn({ board }: Connected, key: string, { replica, milliseconds, message }: BoardEntry, marker: string): void {
    if (message.kind === 'decision') {
      const { provider } = message.decision;
      if (milliseconds <= 0 || this.upstreams.isHeld(provider)) return;
      this.learntHolds.set(provider, marker);
      return this.upstreams.apply({ provider, action: 'hold', milliseconds }, true);
    }
    if (message.kind !== 'open') return;
    const { state } = this.upstreams.named(message.name).breaker;
    // It was closed while Redis was away.
    if (replica === board.replica && state === 'closed') ignoringOutages(board.close(message.name, 'recovered'));
    else if (replica !== board.replica && state === 'closed') this.open(message.name, { ...message, milliseconds }, marker);
    else if (this.learnt.has(key)) this.learnt.set(key, { name: message.name, marker });
  }

  /** What is gone from the board. From a new one it may still be missing: then it has until the next reading. */
  private forgetWhatIsOver({ marker, entries }: Board): void {
    for (const [key, learnt] of this.learnt) {
      if (entries.has(key) || this.changed.has(key)) continue;
      if (learnt.marker !== marker) {
        learnt.marker = marker;
        continue;
      }
      this.learnt.delete(key);
      this.upstreams.named(learnt.name).breaker.close('recovered', true);
    }
    for (const [provider, learntFrom] of this.learntHolds) {
      const key = holdKeyOf(provider);
      if (entries.has(key) || this.changed.has(key)) continue;
      if (learntFrom !== marker) {
        this.learntHolds.set(provider, marker);
        continue;
      }
      this.learntHolds.delete(provider);
      this.upstreams.apply({ provider, action: 'close', milliseconds: 0 }, true);
    }
  }

  /** What was opened or decided here while Redis was away, or what Redis has lost. */
  private repeatWhatIsUnknown(board: BreakerBoard, { entries }: Board): void {
    for (const [provider, milliseconds] of this.upstreams.holds()) {
      const key = holdKeyOf(provider);
      if (!entries.has(key) && !this.changed.has(key) && !this.learntHolds.has(provider))
        ignoringOutages(board.decide({ provider, action: 'hold', milliseconds }));
    }
    for (const { breaker, ...name } of this.upstreams.open()) {
      const { waitMilliseconds: milliseconds, cause = 'server', openedBefore: repeats } = breaker;
      const key = keyOf(name);
      if (!entries.has(key) && !this.changed.has(key) && !this.learnt.has(key))
        ignoringOutages(board.open(name, { milliseconds, cause, repeats }));
    }
  }
}

/** Who cannot tell the others now does when the board is read again. */
function ignoringOutages(telling: Promise<void>): void {
  telling.catch(() => undefined);
}
