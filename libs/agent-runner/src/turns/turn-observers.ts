import { noteFailure, Observers, stepsIn, tracer, type Outcome } from '@parlance/voice';
import { ParlanceError } from '@parlance/contracts';
import { Injectable } from '@nestjs/common';
import type { Agent } from '../agents/agent.types.js';
import type { TurnEvent } from './turn.types.js';

/** A turn has ended. The names may be of the sender's choice. */
export interface TurnNews {
  /** Ids; absent: there is no such agent. */
  agent?: string;
  graph?: string;
  outcome: Outcome;
  /** From the moment in which it came. */
  milliseconds: number;
}

/** Tells how every turn in this process has ended; each is a span of its own. */
@Injectable()
export class TurnObservers extends Observers<TurnNews> {
  /** Passes the events of a turn on, and tells how it has ended: also when nobody reads them any more. */
  async *watch(events: AsyncIterable<TurnEvent>, agent: Agent | undefined): AsyncGenerator<TurnEvent, void, undefined> {
    const began = performance.now();
    const span = tracer.startSpan('turn', {
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        ...(agent !== undefined && { 'gen_ai.agent.id': agent.id, 'parlance.graph': agent.graph }),
      },
    });
    let outcome: Outcome = 'aborted';
    try {
      for await (const event of stepsIn(span, events)) {
        if (event.type === 'done') outcome = 'ok';
        else if (event.type === 'error') outcome = event.error.code;
        yield event;
      }
    } catch (error) {
      outcome = error instanceof ParlanceError ? error.code : 'server';
      throw error;
    } finally {
      if (outcome !== 'ok') noteFailure(span, outcome);
      span.end();
      this.tell({ ...(agent !== undefined && { agent: agent.id, graph: agent.graph }), outcome, milliseconds: performance.now() - began });
    }
  }
}
