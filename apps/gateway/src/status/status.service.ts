import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { VoiceService } from '@parlance/voice';
import { Fresh } from '../health/fresh.js';
import { QueueMetrics } from '../metrics/collectors/queue-metrics.js';
import { VoiceMetrics } from '../metrics/collectors/voice-metrics.js';
import { ProviderStates } from '../providers/provider-states.service.js';
import { version } from '../version.js';
import { countLookups, countOutcomes } from './count-requests.js';
import { ProcessState } from './process-state.service.js';
import type { Status } from './status.types.js';

const LOOK_MILLISECONDS = 1000;
/** Who looks at the same time sees the same. */
const FRESH_MILLISECONDS = 500;
const SILENCE_MILLISECONDS = 10_000;

/** Everything an operator looks at, from those who know it. */
@Injectable()
export class StatusService {
  private readonly version = version();
  private readonly shared = new Fresh(() => this.read(), FRESH_MILLISECONDS);

  constructor(
    private readonly state: ProcessState,
    private readonly providers: ProviderStates,
    private readonly voice: VoiceService,
    private readonly requests: VoiceMetrics,
    private readonly queues: QueueMetrics,
  ) {}

  async read(): Promise<Status> {
    const [{ state, degraded }, { memory }, ended, active, queues] = await Promise.all([
      this.state.read(),
      this.voice.cacheReport(),
      this.requests.ended(),
      this.requests.active(),
      this.queues.states(),
    ]);
    const providers = this.providers.all();
    return {
      object: 'status',
      at: new Date().toISOString(),
      version: this.version,
      uptimeSeconds: Math.floor(process.uptime()),
      state,
      degraded,
      providers,
      retiring: providers.flatMap(({ name: provider, retiring }) => retiring.map((end) => ({ provider, ...end }))),
      cache: { ...countLookups(ended), memoryBytes: memory?.bytes ?? 0, memoryEntries: memory?.entries ?? 0 },
      requests: { active, speak: countOutcomes(ended, 'speak'), transcribe: countOutcomes(ended, 'transcribe') },
      queues: queues.map(({ queue: name, waiting, running, oldestSeconds }) => {
        return { name, waiting, active: running, oldestSeconds: Math.round(oldestSeconds) };
      }),
      process: this.state.resources(),
    };
  }

  /** The status at once, whenever it has changed, every ten seconds in any case, and a last time when the signal fires. */
  async *follow(signal: AbortSignal): AsyncGenerator<Status, void, undefined> {
    let told = '';
    let toldAt = 0;
    for (;;) {
      const isLast = signal.aborted;
      const status = await (isLast ? this.read() : this.shared.get());
      const facts = factsOf(status);
      if (facts !== told || performance.now() - toldAt >= SILENCE_MILLISECONDS) {
        told = facts;
        toldAt = performance.now();
        yield status;
      }
      if (isLast) return;
      await sleep(LOOK_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Without what is never the same twice. */
function factsOf({ at: _at, uptimeSeconds: _uptime, process: _process, ...facts }: Status): string {
  return JSON.stringify(facts);
}
