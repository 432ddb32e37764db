import type { PartUsage, Reply, TurnEvent, TurnSummary } from '../../api/types.js';

/** One message of a conversation, and what came of it. */
export interface Exchange {
  id: number;
  said: {
    /** Of a recording: what was understood, once that is known. */
    text: string;
    isVoice: boolean;
  };
  reply: string;
  isOver: boolean;
  /** What the graph has decided; nothing while it has not. */
  decision?: Reply;
  /** Who has heard, thought and spoken. */
  doneBy: readonly string[];
  warnings: readonly string[];
  problem?: string;
  /** A recording that the gateway has not taken: it can be sent again. */
  unsent?: File;
  /** The reply as it was spoken, once all of it is there. */
  audio?: Blob;
}

export function begun(id: number, text: string, isVoice: boolean): Exchange {
  return { id, said: { text, isVoice }, reply: '', isOver: false, doneBy: [], warnings: [] };
}

/** The same after an event. Audio is for the player, and changes nothing here. */
export function after(exchange: Exchange, event: TurnEvent): Exchange {
  switch (event.type) {
    case 'transcript':
      return { ...exchange, said: { ...exchange.said, text: event.text } };
    case 'text':
      return { ...exchange, reply: event.text };
    case 'audio':
      return exchange;
    case 'done':
      return { ...ended(exchange, event), reply: exchange.reply === '' ? (event.reply?.text ?? '') : exchange.reply };
    case 'error':
      return { ...ended(exchange, event), reply: event.text ?? exchange.reply, problem: event.error.message };
  }
}

function ended(exchange: Exchange, { reply, usage, warnings }: TurnSummary): Exchange {
  return {
    ...exchange,
    isOver: true,
    ...(reply !== null && { decision: reply }),
    doneBy: doneBy(usage),
    warnings: warnings.map(({ message }) => message),
  };
}

function doneBy({ transcription, models, speech }: TurnSummary['usage']): string[] {
  return [
    ...partOf('heard by', transcription),
    ...models.map((part) => `${nameOf(part)}: ${part.inputTokens} tokens in, ${part.outputTokens} out`),
    ...partOf('spoken by', speech),
  ];
}

function partOf(what: string, part: PartUsage | null): string[] {
  return part === null || part.provider === null ? [] : [`${what} ${nameOf(part)}`];
}

function nameOf({ provider, model }: PartUsage): string {
  return model === null ? String(provider) : `${provider}/${model}`;
}

/** What a graph has decided, in words. */
export function decisionText({ speak, text, voice, style }: Reply, reply: string): string {
  const how = [
    ...(text !== undefined && text !== reply ? [`in other words than shown (“${text}”)`] : []),
    ...(voice !== undefined ? [`with the voice ${voice}`] : []),
    ...(style !== undefined ? [`“${style}”`] : []),
  ];
  return [speak ? 'Decided to answer aloud' : 'Decided to answer in writing', ...(speak ? how : [])].join(', ');
}
