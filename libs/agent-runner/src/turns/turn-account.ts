import type { ParlanceError, Trace, Usage, Warning } from '@parlance/contracts';
import type { Transcription, UsageLedger } from '@parlance/voice';
import type { Reply } from '../graphs/reply.types.js';
import type { DoneEvent, ErrorEvent, HistoryEntry, TurnRecord, TurnSummary, TurnUsage } from './turn.types.js';
import type { TurnTask } from './turn-task.js';

/** Tokens of one call to a model. */
export interface ModelUsage {
  model: string;
  inputTokens: number;
  outputTokens: number;
}

/** Models behind graphs are no accounts of Parlance's own: their usage and prices stand under this name. */
export const GRAPH_MODELS = 'chat';

/** What one spoken reply has used. */
interface Spoken {
  trace: Trace;
  usage: Usage;
  warnings: readonly Warning[];
}

/** Keeps the books of one turn. */
export class TurnAccount {
  private readonly warnings: Warning[] = [];
  private readonly models = new Map<string, ModelUsage>();
  private transcription: Transcription | undefined;
  private speech: (Spoken & { text: string }) | undefined;
  private record: Partial<TurnRecord> = {};
  private repeated = false;

  constructor(
    private readonly task: TurnTask,
    private readonly ledger: UsageLedger,
  ) {}

  /** It was done before. */
  repeats(record: TurnRecord): void {
    this.record = record;
    this.repeated = true;
  }

  heard(transcription: Transcription): void {
    this.transcription = transcription;
    this.warn(...transcription.warnings);
    const { text, language = null, duration, words } = transcription;
    this.record.transcript = { text, language, duration, ...(words !== undefined && { words }) };
  }

  /** The recording is stored. */
  kept(recordingId: string): void {
    this.record.recordingId = recordingId;
  }

  modelUsed({ model, inputTokens, outputTokens }: ModelUsage): void {
    const known = this.models.get(model) ?? { model, inputTokens: 0, outputTokens: 0 };
    this.models.set(model, { model, inputTokens: known.inputTokens + inputTokens, outputTokens: known.outputTokens + outputTokens });
    const { agent } = this.task;
    const name = { tenant: agent.tenant, agent: agent.id, provider: GRAPH_MODELS, model, operation: 'chat' as const };
    this.ledger.count(name, { requests: 1, inputTokens, outputTokens });
  }

  decided(reply: Reply, text: string): TurnRecord {
    const { text: written = null } = this.task;
    this.record = { written, transcript: null, recordingId: null, speechId: null, ...this.record, reply, text };
    return this.record as TurnRecord;
  }

  /** @param speech whose usage and trace are complete when its audio has been read */
  spoke(speech: Spoken, text: string): void {
    this.speech = { ...speech, text };
    this.warn(...speech.warnings);
  }

  /** The speech is stored. */
  stored(speechId: string): TurnRecord {
    this.record.speechId = speechId;
    return this.record as TurnRecord;
  }

  warn(...warnings: readonly Warning[]): void {
    for (const warning of warnings) if (!this.warnings.some(({ message }) => message === warning.message)) this.warnings.push(warning);
  }

  done(): DoneEvent {
    return { type: 'done', ...this.summary() };
  }

  failed(error: ParlanceError): ErrorEvent {
    return { type: 'error', error, text: this.record.text ?? null, ...this.summary() };
  }

  private summary(): TurnSummary {
    const { id, thread, agent } = this.task;
    return {
      id,
      agent: agent.id,
      thread,
      repeated: this.repeated,
      reply: this.record.reply ?? null,
      usage: this.usage(),
      history: this.history(),
      warnings: this.warnings,
      trace: { transcription: this.transcription?.trace ?? null, speech: this.speech?.trace ?? null },
    };
  }

  private usage(): TurnUsage {
    const { transcription, speech } = this;
    return {
      transcription:
        transcription === undefined
          ? null
          : { seconds: transcription.duration, ...this.part(transcription, { seconds: transcription.duration }) },
      models: [...this.models.values()].map((used) => ({
        provider: GRAPH_MODELS,
        ...used,
        cost: this.costOf(used),
      })),
      speech: speech === undefined ? null : spokenPart(speech, (counted) => this.part(speech, counted)),
    };
  }

  private costOf({ model, ...used }: ModelUsage): number | null {
    // Every call takes tokens: a server that tells of none leaves unknown what it costs.
    return used.inputTokens + used.outputTokens === 0 ? null : this.ledger.costOf({ provider: GRAPH_MODELS, model }, used);
  }

  private part({ trace, usage }: Pick<Spoken, 'trace' | 'usage'>, counted: Usage) {
    const { servedBy, cache, attempts } = trace;
    const provider = servedBy?.provider ?? null;
    const model = servedBy?.model ?? null;
    // Somebody has paid for it before, or pays for it now.
    if (cache === 'hit' || cache === 'coalesced') return { provider, model, cost: 0 };
    // All of its pieces were known, or who took over had made it before.
    const isMade = attempts.some(({ outcome, brokenMilliseconds }) => outcome === 'ok' || brokenMilliseconds !== undefined);
    if (cache === 'partial' && !isMade) return { provider, model, cost: 0 };
    const cost = servedBy === undefined ? 0 : this.ledger.costOf(servedBy, { ...counted, ...usage });
    return { provider, model, cost };
  }

  private history(): HistoryEntry[] {
    // What comes again with its id is what was said at first, whatever it says now.
    const { written = this.task.text, transcript, recordingId, text, reply, speechId } = this.record;
    const said: HistoryEntry = {
      role: 'user',
      text: written ?? transcript?.text ?? '',
      voice: written == null,
      fileIds: recordingId == null ? [] : [recordingId],
    };
    if (text === undefined) return [said];
    const spoken = this.speech !== undefined || speechId != null;
    return [said, { role: 'assistant', text, voice: spoken && reply?.speak === true, fileIds: speechId == null ? [] : [speechId] }];
  }
}

function spokenPart<Part>(
  { text, usage }: { text: string; usage: Usage },
  partOf: (counted: Usage) => Part,
): Part & { characters: number } {
  // A vendor that counts something else still spoke so many.
  const characters = usage.characters ?? Array.from(text).length;
  return { characters, ...partOf({ characters }) };
}
