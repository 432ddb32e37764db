import { TurnObservers } from '@parlance/agent-runner';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { LabelValues } from '../label-values.js';
import { MetricsRegistry } from '../metrics-registry.js';

/** Seconds. */
const DURATIONS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];

/** How turns with agents end. */
@Injectable()
export class TurnMetrics implements OnModuleDestroy {
  private readonly unsubscribe: () => void;

  constructor(registry: MetricsRegistry, observers: TurnObservers, labels: LabelValues) {
    const registers = [registry];
    const turns = new Counter({
      name: 'parlance_turns_total',
      help: 'Turns with agents that have ended.',
      labelNames: ['graph', 'outcome'],
      registers,
    });
    const durations = new Histogram({
      name: 'parlance_turn_duration_seconds',
      help: 'From the message to the end of its reply.',
      labelNames: ['graph', 'outcome'],
      buckets: DURATIONS,
      registers,
    });
    const byAgent = new Counter({
      name: 'parlance_agent_turns_total',
      help: 'Turns by agent: the first 50 configured agents that are asked.',
      labelNames: ['agent', 'outcome'],
      registers,
    });
    this.unsubscribe = observers.subscribe(({ agent, graph, outcome, milliseconds }) => {
      const ended = { graph: labels.graph(graph), outcome };
      turns.inc(ended);
      durations.observe(ended, milliseconds / 1000);
      byAgent.inc({ agent: labels.agent(agent), outcome });
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }
}
