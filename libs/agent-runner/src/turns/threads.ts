import { ParlanceError } from '@parlance/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { AGENT_RUNNER_OPTIONS, type AgentRunnerModuleOptions } from '../agent-runner.module-definition.js';
import { ThreadOrder } from './thread-order.js';
import { TurnRecords, type TurnName } from './turn-records.js';
import type { TurnTask } from './turn-task.js';
import type { TurnRecord } from './turn.types.js';

/** The place of a turn that is being answered. */
export interface TurnPlace {
  /** Fires when the sender leaves, a newer message takes the turn's place, or its time is over. */
  signal: AbortSignal;
  /** The same, but for a newer message: what was said is still listened to. */
  listening: AbortSignal;
  /** Resolves when nobody before it is there any more: only then may it write what its thread remembers. */
  readonly reached: Promise<void>;
  /** Why the turn must end, if it is not its sender's doing. */
  readonly endedBecause: ParlanceError | undefined;
  leave(): Promise<void>;
}

const TURN_MILLISECONDS = 300_000;

/** Who is answered next in a conversation, and what was answered before. */
@Injectable()
export class Threads {
  private readonly milliseconds: number;

  constructor(
    private readonly order: ThreadOrder,
    private readonly records: TurnRecords<TurnRecord>,
    @Inject(AGENT_RUNNER_OPTIONS) options: AgentRunnerModuleOptions,
  ) {
    this.milliseconds = options.turnMilliseconds ?? TURN_MILLISECONDS;
  }

  /**
   * Waits until the turn is the next in its thread.
   * @throws ParlanceError `rate` when too many wait; `aborted` when the sender leaves, or a newer message comes
   */
  async enter({ agent, threadName, id }: TurnTask, signal: AbortSignal): Promise<TurnPlace> {
    const place = await this.order.enter(threadName, { id, secondMessage: agent.secondMessage }, signal);
    const tooLong = new AbortController();
    const timer = setTimeout(() => tooLong.abort(), this.milliseconds);
    const listening = AbortSignal.any([signal, tooLong.signal]);
    return {
      listening,
      signal: AbortSignal.any([listening, place.signal]),
      reached: place.reached,
      get endedBecause() {
        if (tooLong.signal.aborted) return timeOver();
        return place.signal.aborted || place.cancelledBy !== undefined ? superseded() : undefined;
      },
      leave: async () => {
        clearTimeout(timer);
        await place.leave();
      },
    };
  }

  /** What the same turn was answered before. */
  async recall(task: TurnTask): Promise<TurnRecord | undefined> {
    return this.records.find(nameOf(task));
  }

  async keep(task: TurnTask, record: TurnRecord): Promise<void> {
    await this.records.keep(nameOf(task), record);
  }
}

function nameOf({ agent, threadName, id }: TurnTask): TurnName {
  return { tenant: agent.tenant, agent: agent.id, thread: threadName, turn: id };
}

function superseded(): ParlanceError {
  return new ParlanceError('aborted', 'A newer message of this thread has taken the place of this one.', { reason: 'superseded' });
}

function timeOver(): ParlanceError {
  return new ParlanceError('timeout', 'The turn took too long, and was given up.', { reason: 'turn_timeout' });
}
