import { ParlanceError } from '@parlance/contracts';
import type { IncomingMessage } from '../channel.types.js';

/** Where an answer goes: `address` of a message that came from Telegram. */
export interface TelegramAddress {
  chatId: number;
  /** The message that is answered. */
  messageId: number;
  /** The topic, where the chat has topics. */
  threadId?: number;
  /** In whose name the bot answers, when it does so for a business. */
  businessConnectionId?: string;
}

/** @throws ParlanceError `invalid` when the message is none of Telegram's */
export function telegramAddress({ address }: IncomingMessage): TelegramAddress {
  const { chatId, messageId, threadId, businessConnectionId } = address;
  if (typeof chatId !== 'number' || typeof messageId !== 'number') {
    throw new ParlanceError('invalid', 'The message did not come from Telegram.', { provider: 'telegram' });
  }
  return {
    chatId,
    messageId,
    ...(typeof threadId === 'number' && { threadId }),
    ...(typeof businessConnectionId === 'string' && { businessConnectionId }),
  };
}

/** What every method that sends takes of it. */
export function placeOf({ threadId, businessConnectionId }: TelegramAddress) {
  return {
    ...(threadId !== undefined && { message_thread_id: threadId }),
    ...(businessConnectionId !== undefined && { business_connection_id: businessConnectionId }),
  };
}

/** Quotes the message, unless it is gone by now. */
export function quoteOf({ messageId }: TelegramAddress) {
  return { reply_parameters: { message_id: messageId, allow_sending_without_reply: true } };
}
