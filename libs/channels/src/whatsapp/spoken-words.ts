import { createHash } from 'node:crypto';
import type { CacheStore } from '@parlance/contracts';
import type { IncomingMessage, OutgoingVoice } from '../channel.types.js';

/** That a recording cannot be delivered is told within minutes. */
const TTL_SECONDS = 3600;

export interface SpokenAnswer {
  /** As if it had come: its answer is what was said, in words. */
  message: IncomingMessage;
  /** Of the recording, hexadecimal. */
  sha256: string;
}

/**
 * What was said in voice messages, for as long as the platform may still tell that it could not deliver them. In the cache,
 * so that every process has it: a cache that fails, or is full, costs the words and nothing else.
 */
export class SpokenWords {
  constructor(
    private readonly cache: CacheStore,
    private readonly phoneNumberId: string,
  ) {}

  /** @param message that is answered; there is one answer to each */
  async remember(message: IncomingMessage, { text, sha256 }: OutgoingVoice): Promise<void> {
    if (text.trim() === '') return;
    const words: IncomingMessage = {
      ...message,
      // The inbox knows every id for days: however often the failure is told, and to whom, the words go out once.
      id: `words ${message.id}`,
      address: { ...message.address, answered: message.id },
      content: { type: 'words', text },
    };
    const answer: SpokenAnswer = { message: words, sha256 };
    await this.cache.set(this.keyOf(message.id), Buffer.from(JSON.stringify(answer)), TTL_SECONDS).catch(() => undefined);
  }

  /** @param messageId of the message that was answered */
  async find(messageId: string): Promise<SpokenAnswer | undefined> {
    const [found] = await this.cache.getMany([this.keyOf(messageId)]).catch(() => []);
    return found === undefined ? undefined : (JSON.parse(Buffer.from(found).toString('utf8')) as SpokenAnswer);
  }

  private keyOf(messageId: string): string {
    const hash = createHash('sha256').update(JSON.stringify([this.phoneNumberId, messageId]));
    return `whatsapp-words:${hash.digest('hex')}`;
  }
}
