import { InvalidRequestError } from '@parlance/contracts';
import type { IncomingMessage } from '../channel.types.js';
import { isDeliveryState, type DeliveryStatus } from './delivery-statuses.js';
import { field, listField, numberField, textField } from './json-fields.js';
import { readContent } from './read-content.js';
import type { WhatsAppAddress } from './recipient.js';

/** What was not taken is delivered again for so long; anything older is a replay. */
const DELIVERED_MILLISECONDS = 7 * 24 * 3600 * 1000;

/**
 * What one call of the webhook tells: several messages and statuses, or none, and what is wrong with the number or its
 * account by the platform's codes. Left out are other telephone numbers,
 * groups, messages of more than seven days ago, and what is damaged.
 * @param body the raw bytes, or the JSON that was in them
 * @throws InvalidRequestError `webhook_unreadable` when it is no call of the platform at all
 */
export function readWebhook(
  body: unknown,
  agent: string,
  phoneNumberId: string,
  now = Date.now(),
): { messages: IncomingMessage[]; statuses: DeliveryStatus[]; errorCodes: (number | undefined)[] } {
  const call = body instanceof Uint8Array ? parse(body) : body;
  if (field(call, 'object') !== 'whatsapp_business_account' || !Array.isArray(field(call, 'entry'))) throw unreadable();
  const values = listField(call, 'entry')
    .flatMap((entry) => listField(entry, 'changes'))
    .filter((change) => field(change, 'field') === 'messages')
    .map((change) => field(change, 'value'))
    .filter((value) => textField(field(value, 'metadata'), 'phone_number_id') === phoneNumberId);
  const messages = values.flatMap((value) => {
    const contacts = listField(value, 'contacts');
    return listField(value, 'messages').flatMap((message) => readMessage(message, contacts, agent, now) ?? []);
  });
  const statuses = values.flatMap((value) => listField(value, 'statuses')).flatMap((status) => readStatus(status) ?? []);
  const errorCodes = values.flatMap((value) => listField(value, 'errors')).map((error) => numberField(error, 'code'));
  return { messages, statuses, errorCodes };
}

function readMessage(message: unknown, contacts: readonly unknown[], agent: string, now: number): IncomingMessage | undefined {
  const id = textField(message, 'id');
  const sentAt = timeOf(message);
  if (id === undefined || sentAt === undefined || now - sentAt > DELIVERED_MILLISECONDS) return undefined;
  if (field(message, 'group_id') !== undefined) return undefined;
  const sender = senderOf(message, contacts);
  const [phone, user] = [sender.phone, sender.user];
  const personId = user ?? phone;
  if (personId === undefined) return undefined;
  const address: Partial<WhatsAppAddress> = { ...(phone !== undefined && { phone }), ...(user !== undefined && { user }) };
  return {
    channel: 'whatsapp',
    agent,
    id,
    chat: personId,
    address: address as Record<string, string>,
    person: { id: personId, ...(sender.name !== undefined && { name: sender.name }) },
    content: readContent(message),
    sentAt: new Date(sentAt).toISOString(),
  };
}

/** Who wrote: by the message itself, and by the contact that belongs to it. */
function senderOf(message: unknown, contacts: readonly unknown[]): { phone?: string; user?: string; name?: string } {
  const from = textField(message, 'from');
  const fromUser = textField(message, 'from_user_id');
  const fits = (contact: unknown) => agree(from, textField(contact, 'wa_id')) && agree(fromUser, textField(contact, 'user_id'));
  const isNamed = (contact: unknown) =>
    (from !== undefined && textField(contact, 'wa_id') === from) || (fromUser !== undefined && textField(contact, 'user_id') === fromUser);
  const alone = contacts.length === 1 ? contacts : [];
  const contact = contacts.filter(fits).find(isNamed) ?? alone.find(fits);
  const phone = from ?? textField(contact, 'wa_id');
  const user = fromUser ?? textField(contact, 'user_id');
  const name = textField(field(contact, 'profile'), 'name');
  return { ...(phone !== undefined && { phone }), ...(user !== undefined && { user }), ...(name !== undefined && { name }) };
}

/** What is left out contradicts nothing. */
function agree(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

function readStatus(status: unknown): DeliveryStatus | undefined {
  const id = textField(status, 'id');
  const state = textField(status, 'status');
  const at = timeOf(status);
  if (id === undefined || at === undefined || !isDeliveryState(state)) return undefined;
  const errorCode = numberField(listField(status, 'errors')[0], 'code');
  const answered = textField(status, 'biz_opaque_callback_data');
  return {
    id,
    state,
    at: new Date(at).toISOString(),
    ...(errorCode !== undefined && { errorCode }),
    ...(answered !== undefined && { answered }),
  };
}

/** Unix time in milliseconds. */
function timeOf(event: unknown): number | undefined {
  const seconds = numberField(event, 'timestamp');
  // What lies beyond is no date for JavaScript either.
  return seconds === undefined || seconds < 0 || seconds > 8.64e12 ? undefined : seconds * 1000;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch {
    throw unreadable();
  }
}

function unreadable(): InvalidRequestError {
  return new InvalidRequestError('This is no call of the webhook of WhatsApp.', undefined, { reason: 'webhook_unreadable' });
}
