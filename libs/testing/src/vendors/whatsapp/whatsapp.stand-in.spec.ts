import { createHash } from 'node:crypto';
import { WHATSAPP_ERROR_CODES, whatsappError } from './whatsapp.errors.js';
import type { WhatsAppPerson } from './whatsapp.people.js';
import { spokenAudio } from '../audio/spoken-audio.js';
import {
  startWhatsAppStandIn,
  WHATSAPP_DISPLAY_NUMBER,
  WHATSAPP_PHONE_NUMBER_ID,
  WHATSAPP_TOKEN,
  type WhatsAppStandIn,
} from './whatsapp.stand-in.js';

const HOUR = 3600 * 1000;

/** Requests as the published examples have them. */
describe('the stand-in for WhatsApp', () => {
  let standIn: WhatsAppStandIn;
  let ada: WhatsAppPerson;
  beforeAll(async () => {
    standIn = await startWhatsAppStandIn({ pairBurst: 3, throughput: 5 });
  });
  beforeEach(() => {
    ada = standIn.meet({ phone: '4915112345678', userId: 'DE.13491208655302741918', name: 'Ada' });
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());

  const authorization = `Bearer ${WHATSAPP_TOKEN}`;
  async function ask(method: string, path: string, body?: object | FormData, headers: Record<string, string> = { authorization }) {
    const isForm = body instanceof FormData;
    const answer = await fetch(`${standIn.url}/${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && !isForm && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    return {
      status: answer.status,
      body: (await answer.json()) as { error?: { code: number; message: string; error_data?: object }; id?: string },
    };
  }
  const send = (message: object) =>
    ask('POST', `v25.0/${WHATSAPP_PHONE_NUMBER_ID}/messages`, { messaging_product: 'whatsapp', ...message });
  const hello = { recipient_type: 'individual', to: '4915112345678', type: 'text', text: { preview_url: false, body: 'Hello.' } };
  function form(bytes: Uint8Array, type = 'audio/ogg', declared = type): FormData {
    const made = new FormData();
    made.set('messaging_product', 'whatsapp');
    made.set('type', declared);
    made.set('file', new Blob([Uint8Array.from(bytes)], { type }), 'voice.ogg');
    return made;
  }
  const upload = (body: FormData) => ask('POST', `v25.0/${WHATSAPP_PHONE_NUMBER_ID}/media`, body);

  it('tells of its number, and of no other', async () => {
    const number = await ask('GET', `v25.0/${WHATSAPP_PHONE_NUMBER_ID}?fields=display_phone_number`);
    expect(number).toEqual({ status: 200, body: { id: WHATSAPP_PHONE_NUMBER_ID, display_phone_number: WHATSAPP_DISPLAY_NUMBER } });
    expect(await ask('GET', `v25.0/${WHATSAPP_PHONE_NUMBER_ID}?fields=colour`)).toMatchObject({ status: 400 });
    expect(await ask('GET', 'v25.0/1?fields=display_phone_number')).toMatchObject({ body: { error: { code: 100 } } });
  });

  it('answers errors in the form of the platform', async () => {
    expect(await send(hello)).toEqual({
      status: 400,
      body: {
        error: {
          message: '(#131047) Re-engagement message',
          type: 'OAuthException',
          code: 131047,
          error_data: { messaging_product: 'whatsapp', details: expect.stringContaining('more than 24 hours') },
          fbtrace_id: expect.any(String),
        },
      },
    });
  });

  it('has every code as a fault', async () => {
    for (const code of WHATSAPP_ERROR_CODES) {
      standIn.fail({ kind: 'reply', ...whatsappError(code) });
      expect((await send(hello)).body.error?.code).toBe(code);
    }
  });

  it.each([
    [{}, 401, 190],
    [{ authorization: 'Bearer wrong' }, 401, 190],
    [{ authorization: WHATSAPP_TOKEN }, 401, 190],
  ])('refuses the headers %p', async (headers, status, code) => {
    expect(await ask('POST', `v25.0/${WHATSAPP_PHONE_NUMBER_ID}/messages`, hello, headers)).toMatchObject({
      status,
      body: { error: { code } },
    });
  });

  it.each([
    ['messages', 'no version'],
    ['v25.0/1/messages', 'another number'],
    [`v25.0/${WHATSAPP_PHONE_NUMBER_ID}/letters`, 'another thing'],
  ])('does not know %s: %s', async (path) => {
    expect(await ask('POST', path, hello)).toMatchObject({ status: 400, body: { error: { code: 100 } } });
  });

  it.each([
    ['an empty text', { text: { body: '' } }, 131008],
    ['4097 characters', { text: { body: 'x'.repeat(4097) } }, 100],
    ['an unknown field', { colour: 'red' }, 100],
    ['an unknown field of the text', { text: { body: 'x', colour: 'red' } }, 100],
    ['another type', { type: 'poem' }, 131051],
    ['no recipient', { to: undefined }, 100],
    ['nobody', { to: '1' }, 131026],
    ['itself', { to: '+1 555 078 3881' }, 131021],
    ['a quotation of nothing', { context: { message_id: 'wamid.1' } }, 131009],
    ['an unknown recording', { type: 'audio', text: undefined, audio: { id: '1', voice: true } }, 100],
    ['no product', { messaging_product: 'messenger' }, 100],
  ])('refuses %s', async (_name, change, code) => {
    standIn.text(ada, 'Hello.');
    expect((await send({ ...hello, ...change })).body.error?.code).toBe(code);
    expect(standIn.sent).toEqual([]);
  });

  it('sends within 24 hours, to a number or to an id', async () => {
    const written = standIn.text(ada, 'Hello?');
    const quoting = { ...hello, context: { message_id: written.message.id } };
    expect(await send(quoting)).toMatchObject({
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: ada.phone, wa_id: ada.phone }],
        messages: [{ id: expect.stringMatching(/^wamid\./) }],
      },
    });
    const { to: _to, ...rest } = hello;
    expect((await send({ ...rest, recipient: ada.userId })).status).toBe(200);
    expect(standIn.sent).toMatchObject([{ person: ada, context: written.message.id, content: { text: 'Hello.' } }, { person: ada }]);
    standIn.advance(24 * HOUR + 1);
    expect((await send(hello)).body.error?.code).toBe(131047);
  });

  it('limits what one person gets, and what one number sends', async () => {
    standIn.text(ada, 'Hello.');
    const codes = [];
    for (let count = 0; count < 4; count += 1) codes.push((await send(hello)).body.error?.code);
    expect(codes).toEqual([undefined, undefined, undefined, 131056]);
    standIn.advance(6001);
    expect((await send(hello)).status).toBe(200);
    const others = ['1', '2', '3', '4', '5', '6'].map((phone) => standIn.meet({ phone: `49${phone}`, name: 'Other' }));
    for (const other of others) standIn.text(other, 'Hello.');
    const answers = await Promise.all(others.map(({ phone }) => send({ ...hello, to: phone })));
    expect(answers.some(({ body }) => body.error?.code === 130429)).toBe(true);
  });

  it('keeps recordings for 30 days, and gives them to who has the token', async () => {
    const bytes = spokenAudio('opus');
    const { body } = await upload(form(bytes));
    const path = `v25.0/${body.id}?phone_number_id=${WHATSAPP_PHONE_NUMBER_ID}`;
    const info = await ask('GET', path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(info.body).toMatchObject({
      messaging_product: 'whatsapp',
      mime_type: 'audio/ogg',
      sha256,
      file_size: bytes.length,
      id: body.id,
    });
    const { url } = info.body as unknown as { url: string };
    expect((await fetch(url)).status).toBe(401);
    const got = await fetch(url, { headers: { authorization } });
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
    standIn.advance(5 * 60 * 1000);
    expect((await fetch(url, { headers: { authorization } })).status).toBe(404);
    expect(await ask('GET', `v25.0/${body.id}?phone_number_id=1`)).toMatchObject({ status: 404, body: { error: { code: 100 } } });
    standIn.advance(30 * 24 * HOUR);
    expect(await ask('GET', path)).toMatchObject({ status: 404, body: { error: { code: 100, error_subcode: 33 } } });
  });

  it('forgets what is deleted', async () => {
    const { body } = await upload(form(spokenAudio('opus')));
    expect(await ask('DELETE', `v25.0/${body.id}`)).toEqual({ status: 200, body: { success: true } });
    expect((await ask('DELETE', `v25.0/${body.id}`)).status).toBe(404);
  });

  it.each([
    ['MP3 that is called Ogg', () => form(spokenAudio('mp3'), 'audio/ogg')],
    ['WAV', () => form(spokenAudio('wav'), 'audio/wav')],
    ['a type with parameters', () => form(spokenAudio('opus'), 'audio/ogg; codecs=opus')],
    ['a part of another type', () => form(spokenAudio('opus'), 'application/octet-stream', 'audio/ogg')],
    ['stereo', () => form(stereo(spokenAudio('opus')))],
  ])('refuses %s', async (_name, made) => {
    const { status, body } = await upload(made());
    expect([status, body.error?.code]).toEqual([400, 100]);
    expect(body.error?.message).toContain('(#100) Param file must be a file with one of the following types: audio/aac,');
  });

  it('takes MP3 as a file, and not as a voice message', async () => {
    standIn.text(ada, 'Hello.');
    const { body } = await upload(form(spokenAudio('mp3'), 'audio/mpeg'));
    const audio = { to: ada.phone, type: 'audio', audio: { id: body.id } };
    expect((await send(audio)).status).toBe(200);
    expect((await send({ ...audio, audio: { id: body.id, voice: true } })).body.error?.code).toBe(131053);
  });

  it('shows that a message was read, as a probe', async () => {
    const { message } = standIn.text(ada, 'Hello.');
    const read = { status: 'read', message_id: message.id, typing_indicator: { type: 'text' } };
    expect(await send(read)).toEqual({ status: 200, body: { success: true } });
    expect((await send({ ...read, message_id: 'wamid.other' })).body.error?.code).toBe(131009);
    expect((await send({ ...read, typing_indicator: { type: 'voice' } })).body.error?.code).toBe(100);
    expect(standIn.shown).toEqual([{ messageId: message.id, typing: true }]);
    expect(standIn.calls).toEqual([]);
  });
});

/** The same stream, said to have two channels. */
function stereo(bytes: Buffer): Buffer {
  bytes[bytes.indexOf('OpusHead') + 9] = 2;
  return bytes;
}
