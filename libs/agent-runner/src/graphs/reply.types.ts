/** What a graph decides about its reply. Nobody else does. */
export interface Reply {
  /** Whether it is to be spoken. */
  speak: boolean;
  /** What is shown and spoken; default: the graph's last message. */
  text?: string;
  /** An alias or a provider's own voice; default: the agent's. */
  voice?: string;
  /** How to speak, in words, for models that can be told. */
  style?: string;
}

/** What a graph is told of the turn beside its message. */
export interface TurnInput {
  id: string;
  agent: string;
  thread: string;
  user?: string;
  /** How the message came. */
  via: 'text' | 'voice';
  /** BCP 47, of what was heard. */
  language?: string;
  /** What the agent's settings say about when to speak, for graphs that want to go by it. */
  intent: {
    mode: 'keywords' | 'always' | 'disabled';
    keywords: readonly string[];
    speakOnKeywords: boolean;
  };
  /** The agent's settings for its graph, as they are. */
  settings: Readonly<Record<string, unknown>>;
}
