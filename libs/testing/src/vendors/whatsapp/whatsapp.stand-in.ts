import { createHash } from 'node:crypto';
import { bearer, jsonBody, MalformedRequestError, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { StandIn } from '../stand-in.js';
import { invalidParameter, statusError, WhatsAppRefusal, whatsappError, whatsappJson } from './whatsapp.errors.js';
import { WhatsAppMedia } from './whatsapp.media.js';
import { readReadReceipt, readSend, type WhatsAppContent } from './whatsapp.messages.js';
import { WhatsAppPeople, type WhatsAppLimits, type WhatsAppPerson } from './whatsapp.people.js';
import { WhatsAppWebhooks, type DeliverOptions, type WebhookSettings } from './whatsapp.webhooks.js';

export const WHATSAPP_TOKEN = 'EAAJB0123456789abcdefABCDEF';
export const WHATSAPP_APP_SECRET = '0123456789abcdef0123456789abcdef';
export const WHATSAPP_VERIFY_TOKEN = 'a word of our own';
export const WHATSAPP_PHONE_NUMBER_ID = '106540352242922';
export const WHATSAPP_DISPLAY_NUMBER = '+1 555-078-3881';
const OWN_NUMBER = WHATSAPP_DISPLAY_NUMBER.replaceAll(/\D/g, '');
const BUSINESS_ID = '102290129340398';
const VERSION = /^\/v(?:1[7-9]|2\d)\.0\//;

export type WhatsAppState = 'sent' | 'delivered' | 'read' | 'played' | 'failed';

/** A message of a person, as it stands in a call of the webhook. */
export interface WhatsAppIncoming {
  person: WhatsAppPerson;
  message: Readonly<Record<string, unknown>> & { id: string };
}

/** A message that was taken. */
export interface WhatsAppSent {
  id: string;
  person: WhatsAppPerson;
  content: WhatsAppContent;
  /** Of an audio message. */
  bytes?: Buffer;
  context?: string;
  callbackData?: string;
}

export interface WhatsAppStandInOptions extends WhatsAppLimits, Partial<WebhookSettings> {
  /** Default: none. */
  reports?: readonly WhatsAppState[];
}

/**
 * The Cloud API of WhatsApp with one telephone number, as strict as the original about tokens, versions, parameters,
 * recordings, the 24-hour window and rates; it takes text and audio, and audio only by media id. It calls the webhook
 * itself. Messages and media are calls, `status: read` is a probe. Its clock is the machine's, and can be put forward.
 */
export class WhatsAppStandIn extends StandIn {
  /** What was taken, in order. */
  readonly sent: WhatsAppSent[] = [];
  /** The messages marked as read, in order. */
  readonly shown: { messageId: string; typing: boolean }[] = [];
  readonly media: WhatsAppMedia;
  /** Told of every message that is taken from now on. */
  reports: readonly WhatsAppState[];
  private readonly people: WhatsAppPeople;
  private readonly webhooks: WhatsAppWebhooks;
  private readonly reporting = new Set<Promise<unknown>>();
  private readonly known = new Set<string>();
  private ahead = 0;
  private count = 0;

  constructor({ reports = [], ...options }: WhatsAppStandInOptions = {}) {
    super((request) => this.answer(request), { probes: isReadReceipt });
    const now = () => this.now();
    this.media = new WhatsAppMedia(WHATSAPP_PHONE_NUMBER_ID, now);
    this.people = new WhatsAppPeople(OWN_NUMBER, now, options);
    this.webhooks = new WhatsAppWebhooks({ appSecret: WHATSAPP_APP_SECRET, verifyToken: WHATSAPP_VERIFY_TOKEN, ...options });
    this.reports = reports;
  }

  now(): number {
    return Date.now() + this.ahead;
  }

  /** Puts the clock forward. */
  advance(milliseconds: number): void {
    this.ahead += milliseconds;
  }

  /** From now on this person can be written to, once they have written. */
  meet(person: WhatsAppPerson): WhatsAppPerson {
    this.people.add(person);
    return person;
  }

  /** @returns whether the webhook answered the handshake */
  register(url: string): Promise<boolean> {
    return this.webhooks.register(url);
  }

  text(person: WhatsAppPerson, body: string): WhatsAppIncoming {
    return this.incoming(person, { type: 'text', text: { body } });
  }

  /** A recording, which lies on the platform from now on. */
  voiceNote(person: WhatsAppPerson, bytes: Uint8Array, type = 'audio/ogg; codecs=opus', voice = true): WhatsAppIncoming {
    const id = this.media.receive(bytes, type);
    const sha256 = createHash('sha256').update(bytes).digest('base64');
    return this.incoming(person, { type: 'audio', audio: { mime_type: type, sha256, id, url: this.media.link(id, this.url), voice } });
  }

  /** Anything else: `{ type: 'sticker', sticker: {} }`. It counts as written. */
  incoming(person: WhatsAppPerson, content: Readonly<Record<string, unknown>>): WhatsAppIncoming {
    const { phone, userId } = person;
    const id = this.nextId();
    this.people.wrote(person);
    const from = { ...(phone !== undefined && { from: phone }), ...(userId !== undefined && { from_user_id: userId }) };
    return { person, message: { ...from, id, timestamp: String(Math.floor(this.now() / 1000)), ...content } };
  }

  /** Calls the webhook with all of them. @returns the last status of each call; 0: no answer */
  deliver(messages: readonly WhatsAppIncoming[], options: DeliverOptions = {}): Promise<number[]> {
    return this.webhooks.call(this.payload(messages), options);
  }

  /** What is in such a call. */
  payload(messages: readonly WhatsAppIncoming[]): object {
    const people = [...new Set(messages.map(({ person }) => person))];
    const contacts = people.map(({ phone, userId, name }) => ({
      profile: { name },
      ...(phone !== undefined && { wa_id: phone }),
      ...(userId !== undefined && { user_id: userId }),
    }));
    return payloadOf({ contacts, messages: messages.map(({ message }) => message) });
  }

  /** Tells the webhook, in a call for each state, what became of a message. */
  async report(id: string, states: readonly WhatsAppState[], options: DeliverOptions & { code?: number } = {}): Promise<void> {
    const sent = this.sent.find((other) => other.id === id);
    for (const status of states) {
      const { phone, userId } = sent?.person ?? {};
      const recipient = { ...(phone !== undefined && { recipient_id: phone }), ...(userId !== undefined && { recipient_user_id: userId }) };
      const errors = status === 'failed' ? { errors: [statusError(options.code ?? 131026)] } : {};
      const timestamp = String(Math.floor(this.now() / 1000));
      const callback = sent?.callbackData === undefined ? {} : { biz_opaque_callback_data: sent.callbackData };
      await this.webhooks.call(payloadOf({ statuses: [{ id, status, timestamp, ...recipient, ...callback, ...errors }] }), options);
    }
  }

  /** Resolves when all has been reported that was asked for by the option. */
  async settled(): Promise<void> {
    while (this.reporting.size > 0) await Promise.all(this.reporting);
  }

  /** Also forgets people, messages and media, and sets the clock right. */
  override reset(): void {
    super.reset();
    this.people.clear();
    this.media.clear();
    this.known.clear();
    this.sent.length = 0;
    this.shown.length = 0;
    this.ahead = 0;
  }

  private async answer(request: CapturedRequest): Promise<StandInReply> {
    try {
      if (bearer(request) !== WHATSAPP_TOKEN) throw new WhatsAppRefusal(190);
      if (request.path === '/whatsapp_business/attachments/' && request.method === 'GET') return this.media.download(request.query);
      const version = VERSION.exec(request.path)?.[0];
      if (version === undefined) throw new WhatsAppRefusal(100, { title: 'Unknown path components', subcode: 2500 });
      return await this.dispatch(request, request.path.slice(version.length));
    } catch (error) {
      if (error instanceof WhatsAppRefusal) return whatsappError(error.code, error.words);
      if (error instanceof MalformedRequestError) return whatsappError(100, { title: error.message });
      throw error;
    }
  }

  private async dispatch(request: CapturedRequest, path: string): Promise<StandInReply> {
    const [first = '', second] = path.split('/');
    if (first === WHATSAPP_PHONE_NUMBER_ID && second === undefined && request.method === 'GET') return phoneNumber(request.query);
    if (second === undefined && request.method === 'GET') return this.media.info(first, request.query, this.url);
    if (second === undefined && request.method === 'DELETE') return this.media.delete(first, request.query);
    if (first !== WHATSAPP_PHONE_NUMBER_ID || request.method !== 'POST') {
      throw new WhatsAppRefusal(100, { title: 'Unsupported post request.', type: 'GraphMethodException', subcode: 33 });
    }
    if (second === 'media') return this.media.upload(request);
    if (second === 'messages') return this.takeMessage(jsonBody(request));
    throw invalidParameter(`Unknown path components: /${second}`);
  }

  private takeMessage(body: Readonly<Record<string, unknown>>): StandInReply {
    if (body['status'] !== undefined) {
      this.shown.push(readReadReceipt(body, (id) => this.known.has(id)));
      return whatsappJson({ success: true });
    }
    const { to, recipient, content, context, callbackData } = readSend(body, this.media, (id) => this.known.has(id));
    const person = this.people.take(to, recipient);
    const id = this.nextId();
    const bytes = content.type === 'audio' ? this.media.find(content.mediaId)?.bytes : undefined;
    this.sent.push({
      id,
      person,
      content,
      ...(bytes !== undefined && { bytes }),
      ...(context !== undefined && { context }),
      ...(callbackData !== undefined && { callbackData }),
    });
    if (this.reports.length > 0) this.track(this.report(id, this.reports));
    const contact = to === undefined ? { input: recipient, user_id: recipient } : { input: to, wa_id: person.phone };
    return whatsappJson({ messaging_product: 'whatsapp', contacts: [contact], messages: [{ id }] });
  }

  private track(report: Promise<void>): void {
    const tracked = report.catch(() => undefined).finally(() => this.reporting.delete(tracked));
    this.reporting.add(tracked);
  }

  private nextId(): string {
    this.count += 1;
    const id = `wamid.HBgL${Buffer.from(`message ${this.count}`).toString('base64')}`;
    this.known.add(id);
    return id;
  }
}

/** Started. */
export async function startWhatsAppStandIn(options: WhatsAppStandInOptions = {}): Promise<WhatsAppStandIn> {
  const standIn = new WhatsAppStandIn(options);
  await standIn.start();
  return standIn;
}

/** What the platform tells of a number: its id, and the fields that are asked for. */
function phoneNumber(query: URLSearchParams): StandInReply {
  const known: Readonly<Record<string, string>> = { display_phone_number: WHATSAPP_DISPLAY_NUMBER, verified_name: 'Parlance' };
  const names = query.get('fields')?.split(',') ?? Object.keys(known);
  const unknown = names.find((name) => !(name in known));
  if (unknown !== undefined) throw invalidParameter(`Tried accessing nonexisting field (${unknown})`);
  return whatsappJson({ ...Object.fromEntries(names.map((name) => [name, known[name]])), id: WHATSAPP_PHONE_NUMBER_ID });
}

function isReadReceipt({ path, body }: CapturedRequest): boolean {
  return path.endsWith('/messages') && body.includes('"status"');
}

function payloadOf(value: object): object {
  const metadata = { display_phone_number: OWN_NUMBER, phone_number_id: WHATSAPP_PHONE_NUMBER_ID };
  const change = { value: { messaging_product: 'whatsapp', metadata, ...value }, field: 'messages' };
  return { object: 'whatsapp_business_account', entry: [{ id: BUSINESS_ID, changes: [change] }] };
}
