import { unknownFields } from '../captured-request.js';
import { invalidParameter, WhatsAppRefusal } from './whatsapp.errors.js';
import type { WhatsAppMedia } from './whatsapp.media.js';

/** A message that the platform takes. */
export type WhatsAppContent = { type: 'text'; text: string } | { type: 'audio'; mediaId: string; voice: boolean };

export interface SendRequest {
  to: string | undefined;
  recipient: string | undefined;
  content: WhatsAppContent;
  /** Of the message that is quoted. */
  context: string | undefined;
  /** Told again with everything that becomes of the message. */
  callbackData: string | undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;

const FIELDS = ['messaging_product', 'recipient_type', 'to', 'recipient', 'type', 'text', 'audio', 'context', 'biz_opaque_callback_data'];

/** `POST /{phone_number_id}/messages` with a message. @throws WhatsAppRefusal */
export function readSend(body: JsonObject, media: WhatsAppMedia, isKnownMessage: (id: string) => boolean): SendRequest {
  expectProduct(body);
  expectKnown(body, FIELDS, '');
  const to = optionalText(body, 'to');
  const recipient = optionalText(body, 'recipient');
  if (to === undefined && recipient === undefined) throw invalidParameter('The parameter to is required.');
  if ((body['recipient_type'] ?? 'individual') !== 'individual') throw invalidParameter('Param recipient_type must be individual');
  const callbackData = optionalText(body, 'biz_opaque_callback_data');
  if (callbackData !== undefined && callbackData.length > 512) throw invalidParameter('Param biz_opaque_callback_data is too long.');
  return { to, recipient, content: readContent(body, media), context: readContext(body, isKnownMessage), callbackData };
}

/** The same with `status`. @throws WhatsAppRefusal */
export function readReadReceipt(body: JsonObject, isKnownMessage: (id: string) => boolean): { messageId: string; typing: boolean } {
  expectProduct(body);
  expectKnown(body, ['messaging_product', 'status', 'message_id', 'typing_indicator'], '');
  if (body['status'] !== 'read') throw invalidParameter('Param status must be one of {READ}');
  const messageId = optionalText(body, 'message_id');
  if (messageId === undefined) throw new WhatsAppRefusal(131008, { details: 'Parameter message_id is missing.' });
  if (!isKnownMessage(messageId)) throw new WhatsAppRefusal(131009, { details: 'Parameter message_id is not a received message.' });
  if (body['typing_indicator'] === undefined) return { messageId, typing: false };
  const indicator = expectObject(body, 'typing_indicator');
  expectKnown(indicator, ['type'], 'typing_indicator');
  if (indicator['type'] !== 'text') throw invalidParameter("Param typing_indicator['type'] must be one of {TEXT}");
  return { messageId, typing: true };
}

function readContent(body: JsonObject, media: WhatsAppMedia): WhatsAppContent {
  const type = body['type'] ?? 'text';
  if (type !== 'text' && type !== 'audio') throw new WhatsAppRefusal(131051);
  const other = type === 'text' ? 'audio' : 'text';
  if (body[other] !== undefined) throw invalidParameter(`Unexpected key "${other}" on param "message"`);
  return type === 'text' ? readText(expectObject(body, 'text')) : readAudio(expectObject(body, 'audio'), media);
}

function readText(text: JsonObject): WhatsAppContent {
  expectKnown(text, ['body', 'preview_url'], 'text');
  const { body, preview_url: preview = false } = text;
  if (typeof body !== 'string' || body === '') throw new WhatsAppRefusal(131008, { details: "Param text['body'] is required." });
  if (body.length > 4096) throw invalidParameter("Param text['body'] must be at most 4096 characters long.");
  if (typeof preview !== 'boolean') throw invalidParameter("Param text['preview_url'] must be a boolean");
  return { type: 'text', text: body };
}

function readAudio(audio: JsonObject, media: WhatsAppMedia): WhatsAppContent {
  expectKnown(audio, ['id', 'link', 'voice'], 'audio');
  const { id, link, voice = false } = audio;
  if ((id === undefined) === (link === undefined)) throw invalidParameter("Param audio must have one of the keys 'id' and 'link'");
  if (link !== undefined) throw new WhatsAppRefusal(131052, { details: 'The stand-in fetches no links.' });
  const found = typeof id === 'string' ? media.find(id) : undefined;
  if (typeof id !== 'string' || found === undefined) {
    throw invalidParameter("Param audio['id'] is not a valid whatsapp business account media attachment ID");
  }
  if (typeof voice !== 'boolean') throw invalidParameter("Param audio['voice'] must be a boolean");
  if (voice && found.type !== 'audio/ogg') throw new WhatsAppRefusal(131053, { details: 'A voice message must be an ogg file.' });
  return { type: 'audio', mediaId: id, voice };
}

function readContext(body: JsonObject, isKnownMessage: (id: string) => boolean): string | undefined {
  if (body['context'] === undefined) return undefined;
  const context = expectObject(body, 'context');
  expectKnown(context, ['message_id'], 'context');
  const id = context['message_id'];
  if (typeof id === 'string' && isKnownMessage(id)) return id;
  throw new WhatsAppRefusal(131009, { details: "Param context['message_id'] is not a message of this conversation." });
}

function expectProduct(body: JsonObject): void {
  if (body['messaging_product'] !== 'whatsapp') throw invalidParameter('The parameter messaging_product is required.');
}

function expectKnown(object: JsonObject, names: readonly string[], where: string): void {
  const [unknown] = unknownFields(object, names);
  if (unknown !== undefined) throw invalidParameter(`Unexpected key "${unknown}" on param "${where === '' ? 'message' : where}"`);
}

function expectObject(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  if (value === undefined) throw new WhatsAppRefusal(131008, { details: `Parameter ${name} is missing.` });
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw invalidParameter(`Param ${name} must be a JSON object.`);
}

function optionalText(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw invalidParameter(`Param ${name} must be a string.`);
}
