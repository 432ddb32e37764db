import type { PhraseName } from '../catalogue/phrases.js';
import type { OutgoingVoice } from '../channel.types.js';

/** What is sent as the one answer to a message. */
export type MessageAnswer =
  | { type: 'voice'; voice: OutgoingVoice }
  | { type: 'text'; text: string }
  /** A phrase of the catalogue. */
  | { type: 'phrase'; name: PhraseName; value?: number }
  /** A newer message has taken its place. */
  | { type: 'nothing' };
