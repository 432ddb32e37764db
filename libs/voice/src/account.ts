import {
  ParlanceError,
  type ErrorCode,
  type Trace,
  type TraceAttempt,
  type TraceCandidate,
  type TraceSkipped,
  type Usage,
  type Warning,
} from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import type { SpanContext } from '@opentelemetry/api';
import { logLine } from './observation/log-line.js';
import { RequestSpan } from './observation/request-span.js';
import type { RequestContent, VoiceNews, VoiceObservers } from './observation/voice-observers.js';
import type { SpeechCandidate } from './plan/plan.types.js';
import type { Bill } from './usage/bill.js';
import type { RequestOrigin, SpeakRequest } from './voice.types.js';

const logger = new Logger('Trace');

/** What is taken over from the books of a request that makes the same, here or in another process. */
export interface Followed {
  trace: Pick<Trace, 'attempts' | 'segments' | 'pieces' | 'servedBy'>;
  /** Of what is made. What a provider cannot do as asked is not among it: the one who follows may have asked otherwise. */
  warnings: Warning[];
  /** Where its work is seen, where that is traced. */
  spanContext?: SpanContext | undefined;
}

/** What an account has to know of its request. */
type Asked = { [Name in 'tenant' | 'agent' | 'onPiece' | 'origin']?: SpeakRequest[Name] | undefined };

/** A provider that may serve, and what it cannot do as asked. */
type Planned = Pick<SpeechCandidate, 'warnings'> & { provider: { name: string } };

/** Which call it is. */
export type AttemptInfo = Pick<TraceAttempt, 'segment' | 'retry' | 'hedge'>;

/** Keeps the books of one request: its trace, what it used, and what was not done as asked. */
export class Account {
  readonly trace: Trace;
  readonly usage: Usage = {};
  readonly warnings: Warning[] = [];
  /** What it costs whom; absent: nobody counts. */
  bill?: Bill;
  /** What is spoken, or was heard. */
  content?: RequestContent;
  private readonly began = performance.now();
  private readonly beganAt = new Date();
  private readonly span: RequestSpan;
  private readonly warningsOfMade: Warning[] = [];
  private candidates: readonly Planned[] = [];
  private leader: Followed | undefined;

  private pieces = 0;

  constructor(
    operation: Trace['operation'],
    private readonly observers?: VoiceObservers,
    private readonly asked: Asked = {},
  ) {
    this.trace = { operation, plan: [], skipped: [], attempts: [], cache: 'miss', segments: 0 };
    this.span = new RequestSpan(operation);
    observers?.tell({ type: 'begun', operation });
  }

  /** For log lines about this request. */
  get origin(): RequestOrigin | undefined {
    return this.asked.origin;
  }

  get spanContext(): SpanContext | undefined {
    return this.span.spanContext;
  }

  /** For those who share the work. */
  get books(): Followed {
    return { trace: this.trace, warnings: this.warningsOfMade, spanContext: this.spanContext };
  }

  /** Does the request, or the part of it that its caller waits for: when that fails, the account is closed. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.span.within(work);
    } catch (error) {
      this.finish(error);
      throw error;
    }
  }

  /** Who may serve, and who was left out. @param candidates all whose answer may be taken, also those who are not asked now */
  planned(plan: readonly TraceCandidate[], skipped: readonly TraceSkipped[], candidates: readonly Planned[]): void {
    this.candidates = candidates;
    this.trace.plan = plan;
    this.trace.skipped = skipped;
    this.span.planned(plan, skipped);
  }

  /** Times one call to one provider; the outcome is in the trace whatever happens. */
  async attempt<Result>(candidate: TraceCandidate, info: AttemptInfo, call: () => Promise<Result>): Promise<Result> {
    const began = performance.now();
    const note = (outcome: 'ok' | ErrorCode) => {
      const attempt: TraceAttempt = {
        ...candidate,
        ...info,
        outcome,
        startMilliseconds: since(this.began, began),
        milliseconds: since(began),
      };
      this.trace.attempts.push(attempt);
      this.tell({ type: 'attempt', operation: this.trace.operation, attempt: { ...attempt } });
    };
    try {
      const result = await this.span.attempt(candidate, info, call);
      note('ok');
      return result;
    } catch (error) {
      note(codeOf(error));
      throw error;
    }
  }

  /** A provider of the plan that was not asked after all. */
  leftOut(provider: string, reason: string): void {
    if (this.trace.skipped.some((one) => one.provider === provider && one.reason === reason)) return;
    this.trace.skipped = [...this.trace.skipped, { provider, reason }];
  }

  /** Whose answer was taken. */
  served(candidate: TraceCandidate): void {
    this.trace.servedBy ??= candidate;
  }

  /** What served is not to be heard after all: somebody else serves. */
  takenOver(): void {
    delete this.trace.servedBy;
  }

  /** The audio of the last good call broke off after its beginning had been heard. */
  brokeOff(failure: ParlanceError): void {
    const last = this.trace.attempts.findLast(({ outcome }) => outcome === 'ok');
    if (last === undefined) return;
    last.outcome = failure.code;
    last.brokenMilliseconds = since(this.began);
    this.tell({ type: 'broken', operation: this.trace.operation, candidate: last, outcome: failure.code });
  }

  /** How long it took to find out what was made before. */
  lookedUp(): void {
    this.trace.lookUpMilliseconds ??= since(this.began);
  }

  /** The whole, or a piece, was made for an earlier request: it costs nothing. */
  fromCache(state: 'hit' | 'partial', servedBy: TraceCandidate): void {
    this.trace.cache = state;
    this.trace.servedBy ??= servedBy;
    this.warnOf(servedBy.provider);
    if (state === 'hit') this.bill?.cached(servedBy);
  }

  withoutCache(): void {
    this.trace.cache = 'off';
  }

  /** The work is another request's, which pays for it; its attempts are shown here too. */
  follow(leader: Followed): void {
    this.leader = leader;
    this.trace.cache = 'coalesced';
    this.span.follow(leader.spanContext);
    this.copyFromLeader();
  }

  /** @param warnings of what is made */
  add(usage: Usage | undefined, warnings: readonly Warning[] = []): void {
    for (const [name, value] of Object.entries(usage ?? {}) as [keyof Usage, number][]) {
      this.usage[name] = (this.usage[name] ?? 0) + value;
    }
    addNew(this.warningsOfMade, warnings);
    addNew(this.warnings, warnings);
  }

  /** Somebody's answer was taken: what it could not do as asked is told, whoever had it made. */
  warnOf(provider: string): void {
    for (const candidate of this.candidates) if (candidate.provider.name === provider) addNew(this.warnings, candidate.warnings);
  }

  /** What a provider has said of the audio that was taken. */
  spoken({ provider, request }: SpeechCandidate, audio: { usage?: Usage; warnings: readonly Warning[] }, cached: boolean): void {
    if (cached) this.fromCache('partial', { provider: provider.name, model: request.model, voice: request.voice });
    // Whatever rate a provider has, the speech comes at the one that was asked for.
    const told = audio.warnings.filter(({ param }) => param !== 'sampleRate');
    this.warnOf(provider.name);
    this.add(cached ? undefined : audio.usage, told);
  }

  /** A passage of a long text is there, made or known. */
  pieceMade(): void {
    this.pieces += 1;
    this.asked.onPiece?.(this.pieces, this.trace.segments);
  }

  /** The next passage of a long text is in the audio. */
  joined(seconds: number): void {
    const pieces = (this.trace.pieces ??= []);
    const { startSeconds, seconds: before } = pieces.at(-1) ?? { startSeconds: 0, seconds: 0 };
    pieces.push({ startSeconds: inThousandths(startSeconds + before), seconds: inThousandths(seconds) });
  }

  firstAudio(): void {
    this.trace.firstAudioMilliseconds ??= since(this.began);
    this.span.firstAudio();
  }

  /** @param failure why it came to nothing, or ended early */
  finish(failure?: unknown): void {
    if (this.trace.totalMilliseconds !== undefined) return;
    this.trace.totalMilliseconds = since(this.began);
    this.copyFromLeader();
    if (this.leader !== undefined && this.trace.servedBy !== undefined) this.bill?.coalesced(this.trace.servedBy);
    // A function: nothing is put into words unless somebody listens.
    logger.debug(() => logLine(JSON.stringify(this.trace), this.origin));
    const outcome = failure === undefined ? 'ok' : codeOf(failure);
    const reason = failure instanceof ParlanceError ? failure.reason : undefined;
    const { trace, usage, beganAt: began } = this;
    const { tenant = 'default', agent, origin } = this.asked;
    this.span.ended(outcome, trace, usage);
    this.tell({
      type: 'request',
      outcome,
      ...(reason !== undefined && { reason }),
      trace,
      usage,
      began,
      tenant,
      ...(agent !== undefined && { agent }),
      ...(origin !== undefined && { origin }),
      content: () => this.content,
    });
  }

  private tell(news: VoiceNews): void {
    this.observers?.tell(news);
  }

  private copyFromLeader(): void {
    if (this.leader === undefined) return;
    const { attempts, segments, pieces, servedBy } = this.leader.trace;
    this.trace.attempts = [...attempts];
    this.trace.segments = segments;
    if (pieces !== undefined) this.trace.pieces = [...pieces];
    if (servedBy !== undefined) this.trace.servedBy = servedBy;
    for (const { provider, outcome } of attempts) if (outcome === 'ok') this.warnOf(provider);
    if (servedBy !== undefined) this.warnOf(servedBy.provider);
    this.add(undefined, this.leader.warnings);
  }
}

/** Each is told once. */
function addNew(told: Warning[], warnings: readonly Warning[]): void {
  for (const warning of warnings) if (!told.some(({ message }) => message === warning.message)) told.push(warning);
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof ParlanceError ? error.code : 'server';
}

function since(began: number, until = performance.now()): number {
  return Math.round((until - began) * 10) / 10;
}

function inThousandths(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
