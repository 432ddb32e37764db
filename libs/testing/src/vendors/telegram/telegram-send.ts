import type { MultipartFile } from '../captured-request.js';
import { isAudio } from '../audio/audio-kind.js';
import type { TelegramAccount } from './telegram-account.js';
import { badRequest, TelegramRefusal } from './telegram-answers.js';
import { shownChat, type TelegramChat, type TelegramChats } from './telegram-chats.js';
import type { TelegramFileKind, TelegramStoredFile } from './telegram-files.js';
import type { TelegramPayload } from './telegram-payload.js';
import type { TelegramSent } from './telegram-sent.js';
import { voiceProblem } from './telegram-voice.js';

interface Sending {
  payload: TelegramPayload;
  chat: TelegramChat;
  chats: TelegramChats;
  account: TelegramAccount;
}

const EVERYWHERE = [
  'business_connection_id chat_id message_thread_id direct_messages_topic_id disable_notification protect_content',
  'allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup',
].flatMap((names) => names.split(' '));
const CAPTION = ['caption', 'parse_mode', 'caption_entities'];
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  sendMessage: [...EVERYWHERE, 'text', 'parse_mode', 'entities', 'link_preview_options'],
  sendVoice: [...EVERYWHERE, ...CAPTION, 'voice', 'duration'],
  sendAudio: [...EVERYWHERE, ...CAPTION, 'audio', 'duration', 'performer', 'title', 'thumbnail'],
  sendDocument: [...EVERYWHERE, ...CAPTION, 'document', 'thumbnail', 'disable_content_type_detection'],
  sendChatAction: ['business_connection_id', 'chat_id', 'message_thread_id', 'action'],
};
const ACTIONS = [
  'typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location',
  'record_video_note upload_video_note',
].flatMap((names) => names.split(' '));
const LARGEST_UPLOAD = 50 * 1024 * 1024;

/** The methods that send something; `undefined` for a method that does not. @throws TelegramRefusal */
export function send(method: string, payload: TelegramPayload, chats: TelegramChats, account: TelegramAccount): unknown {
  const known = KNOWN[method];
  if (known === undefined) return undefined;
  payload.refuseUnknown(method, known);
  const chat = chats.open(payload.whole('chat_id'));
  const [thread, connection] = [payload.whole('message_thread_id'), payload.text('business_connection_id')];
  if (thread !== undefined && !chat.threads.has(thread)) throw badRequest('message thread not found');
  if (connection !== undefined && !chat.connections.has(connection)) throw badRequest('business connection not found');
  const sending = { payload, chat, chats, account };
  switch (method) {
    case 'sendMessage':
      return sendMessage(sending);
    case 'sendVoice':
      if (chat.voiceForbidden) throw badRequest('VOICE_MESSAGES_FORBIDDEN');
      return sendFile(method, 'voice', sending);
    case 'sendAudio':
      if (chat.audioForbidden) throw badRequest('CHAT_SEND_AUDIOS_FORBIDDEN');
      return sendFile(method, 'audio', sending);
    case 'sendDocument':
      return sendFile(method, 'document', sending);
    default:
      if (!ACTIONS.includes(payload.text('action') ?? '')) throw badRequest('wrong parameter action in request');
      return true;
  }
}

function sendMessage(sending: Sending) {
  const text = wellFormed(sending.payload.text('text')) ?? '';
  if (text.trim() === '') throw badRequest('message text is empty');
  if (text.length > 4096) throw badRequest('message is too long');
  return record('sendMessage', { text }, sending, {});
}

function sendFile(method: string, kind: 'voice' | 'audio' | 'document', sending: Sending) {
  const { payload, account } = sending;
  const caption = wellFormed(payload.text('caption')) ?? '';
  if (caption.length > 1024) throw badRequest('message caption is too long');
  const duration = payload.whole('duration');
  if (duration !== undefined && duration < 0) throw badRequest('invalid duration specified');
  const uploaded = payload.file(kind);
  const file = uploaded === undefined ? knownFile(kind, payload.text(kind), account) : upload(kind, uploaded, account);
  const shown = {
    ...(caption !== '' && { caption }),
    [kind]: {
      file_id: file.file_id,
      file_unique_id: file.file_unique_id,
      file_size: file.file_size,
      ...(kind !== 'document' && { duration: duration ?? 0 }),
      ...(kind === 'voice' && { mime_type: 'audio/ogg' }),
    },
  };
  return record(method, shown, sending, {
    fileId: file.file_id,
    ...(uploaded !== undefined && { uploaded }),
    ...(duration !== undefined && { duration }),
  });
}

function knownFile(kind: TelegramFileKind, fileId: string | undefined, { files }: TelegramAccount): TelegramStoredFile {
  if (fileId === undefined || fileId === '') throw badRequest(`there is no ${kind} in the request`);
  const file = files.find(fileId);
  if (file === undefined) throw badRequest('wrong file identifier/HTTP URL specified');
  if (file.kind !== kind) throw badRequest(`can't use file of type ${file.kind} as ${kind}`);
  return file;
}

function upload(kind: TelegramFileKind, { bytes }: MultipartFile, { files }: TelegramAccount): TelegramStoredFile {
  if (bytes.length > LARGEST_UPLOAD) throw new TelegramRefusal(413, 'Request Entity Too Large');
  if (bytes.length === 0) throw badRequest('file must be non-empty');
  const problem = kind === 'voice' ? voiceProblem(bytes) : kind === 'audio' && !isAudio(bytes) ? 'the file is no audio' : undefined;
  if (problem !== undefined) throw badRequest(problem);
  return files.add(kind, bytes);
}

function record(method: string, shown: object, { payload, chat, chats, account }: Sending, more: Partial<TelegramSent>) {
  const quoted = quotedMessage(payload, chat);
  const [thread, connection] = [payload.whole('message_thread_id'), payload.text('business_connection_id')];
  const id = chats.addMessage(chat);
  const { text, caption } = shown as { text?: string; caption?: string };
  account.sent.push({
    method,
    chat: chat.id,
    id,
    ...(text !== undefined && { text }),
    ...(caption !== undefined && { caption }),
    ...(thread !== undefined && { thread }),
    ...(connection !== undefined && { connection }),
    ...(quoted !== undefined && { quotes: quoted }),
    ...more,
  });
  return {
    message_id: id,
    from: account.user,
    chat: shownChat(chat),
    date: Math.floor(Date.now() / 1000),
    ...(thread !== undefined && { message_thread_id: thread, is_topic_message: true }),
    ...(connection !== undefined && { business_connection_id: connection }),
    ...(quoted !== undefined && { reply_to_message: { message_id: quoted, chat: shownChat(chat), date: 1 } }),
    ...shown,
  };
}

function quotedMessage(payload: TelegramPayload, chat: TelegramChat): number | undefined {
  const parameters = payload.object('reply_parameters');
  if (parameters === undefined) return undefined;
  const id = parameters['message_id'];
  if (typeof id !== 'number') throw badRequest("can't parse reply parameters: message_id must be a Number");
  if (chat.messages.has(id)) return id;
  if (parameters['allow_sending_without_reply'] === true) return undefined;
  throw badRequest('message to be replied not found');
}

/** Half a character is none that could be written down. */
function wellFormed(text: string | undefined): string | undefined {
  if (text !== undefined && /\p{Surrogate}/u.test(text)) throw badRequest('strings must be encoded in UTF-8');
  return text;
}
