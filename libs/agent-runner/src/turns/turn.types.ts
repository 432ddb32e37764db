import type { AudioFormat, LanguageTag, ParlanceError, Trace, TranscriptWord, VoiceFile, Warning } from '@parlance/contracts';
import type { RequestOrigin } from '@parlance/voice';
import type { Agent } from '../agents/agent.types.js';
import type { Reply } from '../graphs/reply.types.js';

/** A message as it came: exactly one of text and audio. */
export interface Turn {
  /** The id of a known agent, or one that came with the message. */
  agent: string | Agent;
  text?: string;
  audio?: Uint8Array;
  /** As the sender calls the recording. */
  filename?: string;
  /** Of a recording that is stored already. */
  fileId?: string;
  /** The conversation, 1-256 characters; default: one of its own, which nobody comes back to. */
  thread?: string;
  /** Chosen by the sender, 1-256 characters: the same id in the same thread is the same turn, and is not done twice. */
  id?: string;
  /** Who sends it. */
  user?: string;
  /** `file`: stored, with a link (default). `chunks`: as it is made, not stored. */
  delivery?: 'file' | 'chunks';
  /** What the reply is spoken in, where the place it goes to takes only that; default: the agent's. */
  format?: AudioFormat;
  /** Of the link, 1-604800; default: the service's. */
  urlSeconds?: number;
  /** Absent: nobody waits for its answer, such as in a chat. */
  origin?: RequestOrigin;
}

/** What was heard. */
export interface TranscriptEvent {
  type: 'transcript';
  text: string;
  language: LanguageTag | null;
  /** Seconds. */
  duration: number;
  /** Only where the agent's settings ask for timings. */
  words?: readonly TranscriptWord[];
}

/** The reply in words; it never waits for speech. */
export interface TextEvent {
  type: 'text';
  text: string;
}

interface AudioFacts {
  type: 'audio';
  format: AudioFormat;
  mediaType: string;
  /** Hz. */
  sampleRate: number;
}

/** The whole reply as a stored file, or itself while nothing can be stored. */
export interface AudioFileEvent extends AudioFacts {
  file: VoiceFile | null;
  url: string | null;
  /** ISO 8601, UTC. */
  expiresAt: string | null;
  /** `null` where a turn is only told again: the file has them. */
  bytes: Uint8Array | null;
}

/** The next piece of the reply. */
export interface AudioChunkEvent extends AudioFacts {
  /** From 0. */
  index: number;
  bytes: Uint8Array;
}

/** What a model or provider did for a turn, and what it costs. */
export interface PartUsage {
  /** `null`: nobody was asked. */
  provider: string | null;
  model: string | null;
  /** In the currency of the configured prices; `null` when the price is not known. Nothing for what was known before. */
  cost: number | null;
}

export interface TurnUsage {
  transcription: (PartUsage & { seconds: number }) | null;
  /** By model. */
  models: readonly (PartUsage & { inputTokens: number; outputTokens: number })[];
  speech: (PartUsage & { characters: number }) | null;
}

/** One side of the turn, for the platform's history. */
export interface HistoryEntry {
  role: 'user' | 'assistant';
  text: string;
  /** Whether it was said rather than written. */
  voice: boolean;
  /** Stored audio of it. */
  fileIds: readonly string[];
}

export interface TurnSummary {
  /** Of the turn. */
  id: string;
  agent: string;
  thread: string;
  /** Whether it was done before, and only told again. */
  repeated: boolean;
  /** `null`: it never came to a decision. */
  reply: Reply | null;
  usage: TurnUsage;
  history: readonly HistoryEntry[];
  warnings: readonly Warning[];
  trace: { transcription: Trace | null; speech: Trace | null };
}

export interface DoneEvent extends TurnSummary {
  type: 'done';
}

/** The end of a turn that did not come to its end. Its reply in words is here where there is one. */
export interface ErrorEvent extends TurnSummary {
  type: 'error';
  error: ParlanceError;
  text: string | null;
}

/** In this order, of which all but the last may be missing: `transcript`, `text`, `audio`, then `done` or `error`. */
export type TurnEvent = TranscriptEvent | TextEvent | AudioFileEvent | AudioChunkEvent | DoneEvent | ErrorEvent;

/** What is kept of a turn, so that it is not done twice. */
export interface TurnRecord {
  /** What the person wrote; `null` of a recording. Records of older versions do not have it. */
  written?: string | null;
  transcript: Omit<TranscriptEvent, 'type'> | null;
  /** Of the recording that came. */
  recordingId: string | null;
  text: string;
  reply: Reply;
  /** Of the stored speech. */
  speechId: string | null;
}
