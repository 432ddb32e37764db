import type { AudioConverter, Pcm } from '@parlance/audio';
import { ParlanceError } from '@parlance/contracts';
import type { Account } from '../account.js';
import type { SpeechCandidate } from '../plan/plan.types.js';
import type { PlanExecutor } from '../resilience/plan-executor.js';
import type { RequestLimits, Served } from '../resilience/plan-task.js';
import { inOrder, once } from '../streams/async-streams.js';
import { MatchedLevels } from './matched-levels.js';
import { speakWhole, traceCandidate, type Passage } from './speak-once.js';
import type { SpeechMemory } from './speech-memory.js';
import type { SpeechJob } from './utterance.js';

export interface ReadingParts {
  converter: AudioConverter;
  executor: PlanExecutor;
  account: Account;
  /** How many passages are made at a time. */
  window: number;
  /** Absent: nothing is looked up or kept. */
  memory?: SpeechMemory;
}

interface Spoken {
  candidate: SpeechCandidate;
  passage: Passage;
}

/**
 * A long text read out passage by passage. A passage is heard when the whole of it is there: when its provider dies
 * in the middle, the next one speaks it from its first word, and goes on from there. So every word is heard once.
 */
export class Reading {
  /** Who is asked for the next passage, best first. */
  private order: readonly SpeechCandidate[];
  private readonly speakers = new Set<SpeechCandidate>();
  private readonly levels = new MatchedLevels();
  private readonly limits: RequestLimits;
  private unspeakable: ParlanceError | undefined;

  constructor(
    private readonly job: SpeechJob,
    private readonly parts: ReadingParts,
  ) {
    this.order = job.candidates;
    this.limits = parts.executor.limits();
  }

  /** Whether one provider has read all of it, and left nothing out. */
  servedByOne(): SpeechCandidate | undefined {
    return this.unspeakable === undefined && this.speakers.size === 1 ? [...this.speakers][0] : undefined;
  }

  /** @throws ParlanceError when nobody can speak a passage; AbortedError */
  async *read(passages: readonly string[], signal: AbortSignal): AsyncGenerator<Pcm> {
    const begin = async (text: string, index: number, either: AbortSignal) => this.speakOrLeaveOut(text, index, either);
    let silent = true;
    for await (const { candidate, passage } of inOrder(passages, this.parts.window, begin, signal)) {
      silent = false;
      const { samples, sampleRate } = passage.pcm;
      this.parts.account.joined(samples.length / sampleRate);
      yield this.levels.match(candidate, passage.pcm);
    }
    if (silent) throw this.unspeakable ?? new ParlanceError('empty', 'The text gave no audio. Try again, or with another text.');
  }

  private async speakOrLeaveOut(text: string, index: number, signal: AbortSignal): Promise<AsyncIterable<Spoken>> {
    try {
      return once(await this.speak(text, index, signal));
    } catch (error) {
      // A sentence in a script that nobody here can read must not cost the listener the others.
      if (!(error instanceof ParlanceError) || error.reason !== 'nothing_speakable') throw error;
      this.unspeakable ??= error;
      const message = 'A passage of the text cannot be spoken by this voice: it was left out.';
      this.parts.account.add(undefined, [{ code: 'partial', param: 'input', message }]);
      return nothing();
    }
  }

  private async speak(text: string, index: number, signal: AbortSignal): Promise<Spoken> {
    const { memory, converter, executor, account } = this.parts;
    const { order } = this;
    const known = await memory?.recallPassage(this.job, order, text);
    const served = await executor.run<SpeechCandidate, Passage>({
      operation: 'speak',
      candidates: order,
      segment: index,
      known: (candidate) => known?.get(candidate),
      call: (candidate, callSignal, alive) => {
        const charge = account.bill?.charge(traceCandidate(candidate), text.length);
        return speakWhole({ candidate, text, format: 'pcm', signal: callSignal, alive, charge }, converter);
      },
      discard: () => undefined,
      traceOf: traceCandidate,
      patience: executor.patience,
      idle: executor.idle,
      // A long text is not late because it is long: the time begins anew with each passage.
      limits: { ...this.limits, deadline: executor.limits().deadline },
      account,
      signal,
    });
    const { candidate, result: passage, permit, cached } = served;
    permit.succeeded();
    account.spoken(candidate, passage, cached);
    this.speakers.add(candidate);
    this.keepTo(served, order);
    account.pieceMade();
    if (!cached) await memory?.rememberPassage(this.job, candidate, text, passage.pcm);
    return { candidate, passage };
  }

  /** Whoever took over goes on: a voice that changes back and forth is worse than one that changes. */
  private keepTo({ candidate, cached, failed }: Served<SpeechCandidate, Passage>, asked: readonly SpeechCandidate[]): void {
    const onlyUnable = failed.length > 0 && failed.every(({ failure }) => failure.kind.breaker === 'ignores');
    // Passages are made at the same time: who was first in line when this one began has taken nothing over.
    if (cached || onlyUnable || candidate === asked[0]) return;
    const at = this.order.indexOf(candidate);
    this.order = [...this.order.slice(at), ...this.order.slice(0, at)];
  }
}

// oxlint-disable-next-line require-yield -- a stream of nothing
async function* nothing(): AsyncGenerator<Spoken> {
  return;
}
