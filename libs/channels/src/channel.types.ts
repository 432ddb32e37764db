/** Something a person has sent, as far as all platforms are alike. Goes through JSON and back. */
export interface IncomingMessage {
  channel: ChannelName;
  /** Who answers. */
  agent: string;
  /** The platform's own name of it, unique within the bot: the same however often it is delivered. */
  id: string;
  /** The conversation, unique within the bot: with its topic, where there are topics. */
  chat: string;
  /** Where to answer: the platform's own business. */
  address: Readonly<Record<string, string | number | boolean>>;
  person: Person;
  content: Content;
  /** ISO 8601, UTC. */
  sentAt: string;
}

export const CHANNELS = ['telegram', 'whatsapp'] as const;
export type ChannelName = (typeof CHANNELS)[number];

export interface Person {
  /** The platform's own; not a telephone number where there is anything else. */
  id: string;
  name?: string;
  /** BCP 47, as their application says. */
  language?: string;
}

export type Content =
  | { type: 'text'; text: string }
  | { type: 'voice'; media: Media }
  | { type: 'other'; kind: string }
  /** What a voice message of the agent's has said that could not be delivered, as the platform tells afterwards. */
  | { type: 'words'; text: string };

/** A recording that is still on the platform's servers. */
export interface Media {
  /** The platform's own. */
  id: string;
  /** As announced; absent: not said. */
  sizeBytes?: number;
  durationSeconds?: number;
  mediaType?: string;
  filename?: string;
  /** SHA-256 of the bytes as the platform gives it, hexadecimal. */
  sha256?: string;
  /** Where it is for the next minutes. Never logged, never given to others. */
  url?: string;
}

/** Speech that is to be sent. */
export interface OutgoingVoice {
  /** Opus in Ogg, mono. */
  bytes: Uint8Array;
  /** SHA-256 of the bytes, hexadecimal: what was sent before need not be sent again. */
  sha256: string;
  durationSeconds?: number;
  /** The same in words; shown with it where the platform can and it is not too long. */
  text: string;
}

/** What became of an answer. */
export interface Sent {
  /** The platform's names of what was sent. */
  ids: readonly string[];
  /** `audio`: as a file, because the person takes no voice messages. */
  as: 'voice' | 'audio' | 'text';
}

export type Activity = 'typing' | 'recording';

/** One bot of one platform: what the common part of all channels asks of it. */
export interface ChannelBot {
  /** Of a recording that the platform hands over, at the most. */
  readonly largestMegabytes: number;
  /** The whole recording. @throws ParlanceError `too_large`, `not_found` (it is gone), `timeout`, `server` */
  download(
    message: IncomingMessage,
    limits: { maximumBytes: number },
    signal: AbortSignal,
  ): Promise<{ bytes: Uint8Array; filename: string }>;
  /** Shows that something is being done, until the signal fires. Never fails. */
  show(message: IncomingMessage, activity: Activity, signal: AbortSignal): void;
  /** Longer texts come in several messages. @throws ParlanceError */
  sendText(message: IncomingMessage, text: string, signal: AbortSignal): Promise<Sent>;
  /** As a voice message, else as a file. @throws ParlanceError; `unsupported` (`voice_refused`) when only text is taken */
  sendVoice(message: IncomingMessage, voice: OutgoingVoice, signal: AbortSignal): Promise<Sent>;
}
