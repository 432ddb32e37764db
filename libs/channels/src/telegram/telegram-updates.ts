import type { Message, MessageEntity, Update } from 'grammy/types';
import type { IncomingMessage, Person } from '../channel.types.js';
import type { TelegramAddress } from './telegram-address.js';
import type { TelegramSelf } from './telegram-client.js';
import { contentOf } from './telegram-content.js';

/** What Telegram is asked to tell of: all that {@link toIncomingMessage} knows. */
export const TELEGRAM_UPDATES = ['message', 'business_message'] as const;

/**
 * What a person has sent, if it is for the bot: everything in a private chat, and in a group what mentions the bot or
 * answers it. What is in channels, was edited, comes from bots or tells of the chat itself is for nobody.
 * @param agent who answers
 */
export function toIncomingMessage(update: Update, agent: string, self: TelegramSelf): IncomingMessage | undefined {
  const message = update.message ?? update.business_message;
  const person = message === undefined ? undefined : personOf(message);
  if (message === undefined || person === undefined || message.is_automatic_forward === true) return undefined;
  if (!isForBot(message, self)) return undefined;
  const content = contentOf(message, self);
  if (content === undefined) return undefined;
  const { business_connection_id: connection, date, chat, message_id: messageId, media_group_id: album } = message;
  // The messages of a business have numbers of their own, also in a chat with the same person.
  const place = connection === undefined ? `${chat.id}` : `${connection}:${chat.id}`;
  const thread = threadOf(message);
  return {
    channel: 'telegram',
    agent,
    // An album comes as a message for each picture: nobody wants to be told of each that it is not taken.
    id: content.type === 'other' && album !== undefined ? `${place}:album ${album}` : `${place}:${messageId}`,
    chat: thread === undefined ? place : `${place}:${thread}`,
    address: { ...addressOf(message) },
    person,
    content,
    sentAt: new Date(date * 1000).toISOString(),
  };
}

/** `undefined`: it is no person who writes. */
function personOf({ from: sender, sender_chat: chat }: Message): Person | undefined {
  // Who writes in the name of the group, or of a channel, has a bot of Telegram's own as sender.
  if (chat?.title !== undefined) return { id: `${chat.id}`, name: chat.title };
  if (sender === undefined || sender.is_bot) return undefined;
  const name = [sender.first_name, sender.last_name].filter((part) => part !== undefined && part !== '').join(' ');
  return {
    id: `${sender.id}`,
    ...(name !== '' && { name }),
    ...(sender.language_code !== undefined && { language: sender.language_code }),
  };
}

function addressOf(message: Message): TelegramAddress {
  const { chat, message_id: messageId, business_connection_id: connection } = message;
  const thread = threadOf(message);
  return {
    chatId: chat.id,
    messageId,
    ...(thread !== undefined && { threadId: thread }),
    ...(connection !== undefined && { businessConnectionId: connection }),
  };
}

/** Groups without topics have threads, too: of answers to answers. Nothing can be sent into those. */
function threadOf({ is_topic_message: isTopic, message_thread_id: thread }: Message): number | undefined {
  return isTopic === true ? thread : undefined;
}

function isForBot(message: Message, self: TelegramSelf): boolean {
  const { chat, from, business_connection_id: connection, reply_to_message: answered } = message;
  if (chat.type === 'channel') return false;
  // What the owner of a business writes to a customer is not for the bot.
  if (chat.type === 'private') return connection === undefined || from?.id === chat.id;
  // In a topic, everything is an answer to the message that opened it.
  if (answered?.from?.id === self.id && answered.forum_topic_created === undefined) return true;
  return mentions(message.text, message.entities, self) || mentions(message.caption, message.caption_entities, self);
}

function mentions(text = '', entities: readonly MessageEntity[] = [], { id, username }: TelegramSelf): boolean {
  const name = `@${username.toLowerCase()}`;
  return entities.some((entity) => {
    const word = text.slice(entity.offset, entity.offset + entity.length).toLowerCase();
    if (entity.type === 'text_mention') return entity.user.id === id;
    return entity.type === 'mention' ? word === name : entity.type === 'bot_command' && word.endsWith(name);
  });
}
