import type { AgentWarning } from '../settings/agent-warning.js';
import type { KnownProviders } from '../settings/usable-providers.js';
import type { VoiceSettings } from '../settings/voice-settings.js';

/** What becomes of a message that comes while the reply to the one before it is being made. */
export const SECOND_MESSAGES = ['wait', 'cancel'] as const;
export type SecondMessage = (typeof SECOND_MESSAGES)[number];

/** The model behind an agent whose graph is `chat`. */
export interface ChatSettings {
  /** As the server calls it. */
  model: string;
  /** Of any server that speaks OpenAI's chat API; default: OpenAI's own. */
  baseUrl?: string;
  /** Default: OPENAI_API_KEY. Not enumerable, so that no listing, log or copy of an agent has it by mistake. */
  apiKey?: string;
  systemPrompt?: string;
  /** How many of the latest messages the model is shown, 1-1000; default 20. */
  historyDepth: number;
  /** 0-2; default: the model's own. */
  temperature?: number;
}

/** An agent as it was read and checked: who decides for it, and how it hears and speaks. */
export interface Agent {
  /** Letters, digits, `.`, `_` and `-`; 1-128. */
  id: string;
  /** For people; default: the id. */
  name: string;
  /** Whose it is; default `default`. */
  tenant: string;
  /** The name of the graph that decides: `echo`, `chat`, or one of the application's. */
  graph: string;
  secondMessage: SecondMessage;
  /** How long its recordings and speech are kept, in days; absent: the service's. */
  retentionDays?: number;
  /** Handed to the graph as they are. */
  graphSettings: Readonly<Record<string, unknown>>;
  /** Only for `chat`. */
  chat?: ChatSettings;
  voice: VoiceSettings;
  /** What other libraries have read of it, by field. Not enumerable. */
  sections?: ReadonlyMap<string, unknown>;
  /** The accounts there were when it was read; absent: it was not known. */
  knownProviders?: KnownProviders;
  /** Unknown fields, as they were read. */
  extra?: Readonly<Record<string, unknown>>;
  /** What was read and has no effect, or will not have one for long. */
  warnings: readonly AgentWarning[];
}
