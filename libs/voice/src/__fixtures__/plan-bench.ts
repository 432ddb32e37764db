import type { SpeechProvider } from '@parlance/contracts';
import { Account } from '../account.js';
import type { CircuitBreaker } from '../resilience/circuit-breaker.js';
import { PlanExecutor } from '../resilience/plan-executor.js';
import type { PlanTask, Served } from '../resilience/plan-task.js';
import type { ProviderQuota } from '../usage/provider-quota.js';
import { Upstreams } from '../resilience/upstreams.js';
import type { ResilienceOptions } from '../voice.module-definition.js';
import { failureOf } from './manual-breaker.js';

export interface BenchCandidate {
  provider: SpeechProvider;
}

/** What a provider does when it is called. */
export type Reply = (signal: AbortSignal, alive: () => void) => Promise<string>;
type Task = PlanTask<BenchCandidate, string>;

export const answers =
  (text: string): Reply =>
  () =>
    Promise.resolve(text);
export const throws = (error: unknown): Reply => {
  return async () => {
    throw error;
  };
};
/** Never answers, and takes no notice of its signal. */
export const hangs: Reply = () => new Promise(() => undefined);
/** Never answers until it is given up. */
export const waits: Reply = (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(failureOf('aborted'))));

export interface Call {
  name: string;
  signal: AbortSignal;
}

/** A PlanExecutor over providers that reply as they are told, call by call; the last reply is repeated. */
export function planBench(replies: Record<string, Reply | Reply[]>, resilience: ResilienceOptions = {}, quota?: ProviderQuota) {
  const left = new Map(Object.entries(replies).map(([name, list]) => [name, [list].flat()]));
  const candidates = Object.keys(replies).map((name): BenchCandidate => ({ provider: { name } as SpeechProvider }));
  const options = { resilience: { retries: 0, ...resilience } };
  const upstreams = new Upstreams({ fingerprint: ({ name }: { name: string }) => name }, options);
  const executor = new PlanExecutor(upstreams, options, quota);
  const account = new Account('speak');
  const calls: Call[] = [];
  const discarded: string[] = [];
  const upstreamOf = (name: string) => upstreams.of({ name } as SpeechProvider, `${name}-model`, 'speak');

  const task = (signal: AbortSignal, changes: Partial<Task>): Task => ({
    operation: 'speak',
    candidates,
    segment: 0,
    call: (candidate, callSignal, alive) => {
      const { name } = candidate.provider;
      calls.push({ name, signal: callSignal });
      const list = left.get(name) ?? [];
      const reply = list.length > 1 ? list.shift() : list[0];
      return reply!(callSignal, alive);
    },
    discard: (result) => void discarded.push(result),
    traceOf: ({ provider: { name } }) => ({ provider: name, model: `${name}-model` }),
    patience: executor.patience,
    idle: executor.idle,
    limits: executor.limits(),
    account,
    signal,
    ...changes,
  });

  return {
    executor,
    upstreams,
    account,
    calls,
    discarded,
    asked: () => calls.map(({ name }) => name),
    attempts: () => account.trace.attempts.map(({ provider, outcome }) => `${provider}: ${outcome}`),
    upstreamOf,
    run: (changes: Partial<Task> = {}, signal = new AbortController().signal): Promise<Served<BenchCandidate, string>> =>
      executor.run(task(signal, changes)),
    /** So that it is hedged, or timed. */
    answeredWithin: (name: string, milliseconds: number) => {
      for (let answer = 0; answer < 20; answer++) upstreamOf(name).latency.add(milliseconds);
    },
    /** Opened, and then found alive: two trials may pass. */
    halfOpen: (...names: string[]) => {
      for (const name of names) {
        upstreamOf(name).breaker.acquire()?.failed(failureOf('auth'));
        upstreamOf(name).breaker.tryEarly();
      }
    },
  };
}

/** How many of its trials a half open breaker has left; takes them. */
export function freeTrials(breaker: CircuitBreaker): number {
  if (breaker.state !== 'half_open') throw new Error(`The breaker is ${breaker.state}.`);
  let free = 0;
  while (breaker.acquire() !== undefined) free++;
  return free;
}
