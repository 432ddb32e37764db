import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { spokenAudio } from '../audio/spoken-audio.js';
import {
  startWhatsAppStandIn,
  WHATSAPP_APP_SECRET,
  WHATSAPP_PHONE_NUMBER_ID,
  WHATSAPP_TOKEN,
  WHATSAPP_VERIFY_TOKEN,
  type WhatsAppStandIn,
} from './whatsapp.stand-in.js';

const phoneNumberId = WHATSAPP_PHONE_NUMBER_ID;

/** An application whose webhook is read by an SDK that is not ours. */
class Application {
  readonly bodies: { raw: Buffer; isSigned: boolean }[] = [];
  /** Of the next calls; 0: none. */
  readonly answers: number[] = [];
  token = WHATSAPP_VERIFY_TOKEN;
  private readonly server: Server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://application.invalid');
    if (request.method === 'GET') {
      const isKnown = searchParams.get('hub.mode') === 'subscribe' && searchParams.get('hub.verify_token') === this.token;
      response.writeHead(isKnown ? 200 : 403).end(isKnown ? searchParams.get('hub.challenge') : '');
      return;
    }
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const raw = Buffer.concat(pieces);
      const signatureHeader = String(request.headers['x-hub-signature-256']);
      this.bodies.push({ raw, isSigned: verifySignature({ appSecret: WHATSAPP_APP_SECRET, rawBody: raw, signatureHeader }) });
      const status = this.answers.shift() ?? 200;
      if (status > 0) response.writeHead(status).end();
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhook`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

describe('the stand-in for WhatsApp, as an SDK sees it', () => {
  let standIn: WhatsAppStandIn;
  let application: Application;
  let address: string;
  beforeEach(async () => {
    standIn = await startWhatsAppStandIn({ reports: ['sent', 'delivered', 'read'], pauseMilliseconds: 1 });
    application = new Application();
    address = await application.start();
  });
  afterEach(async () => {
    await standIn.settled();
    await Promise.all([standIn.close(), application.close()]);
  });

  const client = (accessToken = WHATSAPP_TOKEN) => new WhatsAppClient({ accessToken, baseUrl: standIn.url, graphVersion: 'v25.0' });
  const events = () => application.bodies.map(({ raw }) => normalizeWebhook(JSON.parse(raw.toString())));

  it('is registered by who knows the word', async () => {
    application.token = 'another word';
    expect(await standIn.register(address)).toBe(false);
    application.token = WHATSAPP_VERIFY_TOKEN;
    expect(await standIn.register(address)).toBe(true);
  });

  it('carries a recording there and another one back', async () => {
    await standIn.register(address);
    const ada = standIn.meet({ phone: '4915112345678', userId: 'DE.1349120865', name: 'Ada Łovelace' });
    expect(await standIn.deliver([standIn.voiceNote(ada, spokenAudio('opus')), standIn.text(ada, 'Grüße 👋')])).toEqual([200]);
    expect(application.bodies.map(({ isSigned }) => isSigned)).toEqual([true]);
    const [event] = events();
    expect(event).toMatchObject({
      phoneNumberId,
      contacts: [{ waId: ada.phone, userId: ada.userId, profile: { name: 'Ada Łovelace' } }],
      messages: [
        { type: 'audio', from: ada.phone, fromUserId: ada.userId, audio: { voice: true, mimeType: 'audio/ogg; codecs=opus' } },
        { type: 'text', text: { body: 'Grüße 👋' } },
      ],
    });
    const mediaId = event?.messages[0]?.audio?.id ?? '';
    const got = await client().media.download({ mediaId, phoneNumberId, auth: 'always' });
    expect(Buffer.from(got as ArrayBuffer).equals(spokenAudio('opus'))).toBe(true);

    const file = new Blob([Uint8Array.from(spokenAudio('opus'))], { type: 'audio/ogg' });
    const { id } = await client().media.upload({ phoneNumberId, type: 'audio/ogg', file, fileName: 'voice.ogg' });
    const messageId = event?.messages[0]?.id ?? '';
    await client().messages.markRead({ phoneNumberId, messageId, typingIndicator: { type: 'text' } });
    const sent = await client().messages.sendAudio({
      phoneNumberId,
      to: '4915112345678',
      audio: { id, voice: true },
      contextMessageId: messageId,
    });
    await standIn.settled();
    expect(standIn.sent).toMatchObject([{ id: sent.messages[0]?.id, content: { voice: true }, context: messageId }]);
    expect(standIn.sent[0]?.bytes?.equals(spokenAudio('opus'))).toBe(true);
    expect(events().flatMap(({ statuses }) => statuses.map(({ id: of, status }) => [of, status]))).toEqual(
      ['sent', 'delivered', 'read'].map((status) => [sent.messages[0]?.id, status]),
    );
    expect(await client().media.delete({ mediaId: id, phoneNumberId })).toEqual({ success: true });
  });

  it('writes to somebody whose number it does not know', async () => {
    const grace = standIn.meet({ userId: 'US.13491208655302741918', name: 'Grace' });
    const { message } = standIn.text(grace, 'Hello.');
    expect(message).not.toHaveProperty('from');
    await client().messages.sendText({ phoneNumberId, recipient: 'US.13491208655302741918', body: 'Hello.' });
    expect(standIn.sent).toMatchObject([{ person: grace, content: { text: 'Hello.' } }]);
  });

  it('calls again until it is answered 200, and as often as asked', async () => {
    await standIn.register(address);
    const ada = standIn.meet({ phone: '4915112345678', name: 'Ada' });
    application.answers.push(500, 302, 201);
    expect(await standIn.deliver([standIn.text(ada, 'Hello.')])).toEqual([200]);
    expect(application.bodies).toHaveLength(4);
    expect(await standIn.deliver([standIn.text(ada, 'Hello.')], { times: 3, atOnce: true })).toEqual([200, 200, 200]);
    expect(new Set(application.bodies.slice(4).map(({ raw }) => raw.toString())).size).toBe(1);
    application.answers.push(500, 500, 500, 500);
    expect(await standIn.deliver([standIn.text(ada, 'Hello.')])).toEqual([500]);
  });

  it('calls again when it is not answered in time', async () => {
    // With less, a busy machine may give up a call that has not arrived yet.
    const impatient = await startWhatsAppStandIn({ answerMilliseconds: 1500, attempts: 2, pauseMilliseconds: 1 });
    await impatient.register(address);
    const ada = impatient.meet({ phone: '4915112345678', name: 'Ada' });
    application.answers.push(0, 0);
    expect(await impatient.deliver([impatient.text(ada, 'Hello.')])).toEqual([0]);
    expect(application.bodies).toHaveLength(2);
    await impatient.close();
  });

  it('tells what failed', async () => {
    await standIn.register(address);
    const ada = standIn.meet({ phone: '4915112345678', name: 'Ada' });
    standIn.text(ada, 'Hello.');
    await client().messages.sendText({ phoneNumberId, to: '4915112345678', body: 'Hello.' });
    await standIn.settled();
    await standIn.report(standIn.sent[0]?.id ?? '', ['failed'], { code: 131053 });
    expect(events().at(-1)?.statuses).toMatchObject([
      { status: 'failed', recipientId: ada.phone, errors: [{ code: 131053, title: 'Media upload error' }] },
    ]);
  });

  it('refuses the SDK as the platform does', async () => {
    const hello = { phoneNumberId, to: '4915112345678', body: 'Hello.' };
    await expect(client('wrong').messages.sendText(hello)).rejects.toMatchObject({ code: 190, httpStatus: 401 });
    standIn.meet({ phone: '4915112345678', name: 'Ada' });
    await expect(client().messages.sendText(hello)).rejects.toMatchObject({ code: 131047 });
    await expect(
      client().media.upload({ phoneNumberId, type: 'audio/wav', file: new Blob([spokenAudio('wav')], { type: 'audio/wav' }) }),
    ).rejects.toMatchObject({ code: 100 });
  });
});
