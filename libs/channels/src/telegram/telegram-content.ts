import type { Message } from 'grammy/types';
import type { Content, Media } from '../channel.types.js';
import { isAudioFile } from '../is-audio-file.js';
import type { TelegramSelf } from './telegram-client.js';

/** In this order: Telegram gives some of them as two kinds, the more precise of which comes first. */
const OTHER_KINDS = [
  'animation',
  'live_photo',
  'photo',
  'video',
  'sticker',
  'document',
  'story',
  'paid_media',
  'rich_message',
  'contact',
  'dice',
  'game',
  'poll',
  'checklist',
  'giveaway',
  'giveaway_winners',
  'invoice',
  'venue',
  'location',
] as const satisfies readonly (keyof Message)[];

type OfPeople = 'text' | 'entities' | 'voice' | 'audio' | 'video_note' | 'suggested_post_info' | (typeof OTHER_KINDS)[number];

/** What tells of the chat itself. All of it, as the types say: what is not here was sent by somebody. */
const OF_THE_CHAT: Record<Exclude<keyof Message, keyof Message.MediaMessage | OfPeople>, true> = {
  boost_added: true,
  channel_chat_created: true,
  chat_background_set: true,
  chat_owner_changed: true,
  chat_owner_left: true,
  chat_shared: true,
  checklist_tasks_added: true,
  checklist_tasks_done: true,
  community_chat_added: true,
  community_chat_joined: true,
  community_chat_removed: true,
  connected_website: true,
  delete_chat_photo: true,
  direct_message_price_changed: true,
  forum_topic_closed: true,
  forum_topic_created: true,
  forum_topic_edited: true,
  forum_topic_reopened: true,
  general_forum_topic_hidden: true,
  general_forum_topic_unhidden: true,
  gift: true,
  gift_upgrade_sent: true,
  giveaway_completed: true,
  giveaway_created: true,
  group_chat_created: true,
  left_chat_member: true,
  managed_bot_created: true,
  message_auto_delete_timer_changed: true,
  migrate_from_chat_id: true,
  migrate_to_chat_id: true,
  new_chat_members: true,
  new_chat_photo: true,
  new_chat_title: true,
  paid_message_price_changed: true,
  passport_data: true,
  pinned_message: true,
  poll_option_added: true,
  poll_option_deleted: true,
  proximity_alert_triggered: true,
  refunded_payment: true,
  successful_payment: true,
  suggested_post_approval_failed: true,
  suggested_post_approved: true,
  suggested_post_declined: true,
  suggested_post_paid: true,
  suggested_post_refunded: true,
  supergroup_chat_created: true,
  unique_gift: true,
  users_shared: true,
  video_chat_ended: true,
  video_chat_participants_invited: true,
  video_chat_scheduled: true,
  video_chat_started: true,
  web_app_data: true,
  write_access_allowed: true,
};

/** What is in a message; `undefined` when it tells of the chat itself: who has come, what was pinned. Captions do not count. */
export function contentOf(message: Message, self: TelegramSelf): Content | undefined {
  if (message.text !== undefined) return { type: 'text', text: plainCommand(message.text, self) };
  const media = mediaOf(message);
  if (media !== undefined) return { type: 'voice', media };
  const kind = OTHER_KINDS.find((name) => message[name] !== undefined);
  if (kind !== undefined) return { type: 'other', kind };
  // Telegram goes on inventing kinds: who sends one of those is told that it is not taken, as of the others.
  return Object.keys(OF_THE_CHAT).some((name) => name in message) ? undefined : { type: 'other', kind: 'unknown' };
}

function mediaOf({ voice, audio, video_note: note, document }: Message): Media | undefined {
  if (voice !== undefined) return toMedia(voice);
  if (audio !== undefined) return toMedia(audio);
  if (note !== undefined) return { ...toMedia(note), mediaType: 'video/mp4', filename: 'video-note.mp4' };
  return document !== undefined && isAudioFile(document.mime_type, document.file_name) ? toMedia(document) : undefined;
}

interface TelegramFile {
  file_id: string;
  file_size?: number;
  duration?: number;
  mime_type?: string;
  file_name?: string;
}

function toMedia({ file_id: id, file_size: size, duration, mime_type: type, file_name: name }: TelegramFile): Media {
  return {
    id,
    ...(size !== undefined && { sizeBytes: size }),
    ...(duration !== undefined && { durationSeconds: duration }),
    ...(type !== undefined && { mediaType: type }),
    ...(name !== undefined && { filename: name }),
  };
}

/** `/start@the_bot` of a group is `/start`. */
function plainCommand(text: string, { username }: TelegramSelf): string {
  const [command = ''] = /^\/\w+@\w+/.exec(text) ?? [];
  const [word = '', name = ''] = command.split('@');
  return name.toLowerCase() === username.toLowerCase() ? word + text.slice(command.length) : text;
}
