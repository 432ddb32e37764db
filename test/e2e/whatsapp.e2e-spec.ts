import { createHmac } from 'node:crypto';
import { eventually, WHATSAPP_APP_SECRET, WHATSAPP_TOKEN, WHATSAPP_VERIFY_TOKEN, whatsappError, wordErrorRate } from '@parlance/testing';
import { storedText } from './support/stored-files.js';
import { describeNote, heardIn, PLAYABLE, voiceNote } from './support/voice-notes.js';
import { leaksOf } from './support/private-words.js';
import { WhatsAppWorld } from './support/whatsapp-world.js';

const WORDS = 'Please tell me about the weather in the mountains.';
const SECRETS = { token: WHATSAPP_TOKEN, 'app secret': WHATSAPP_APP_SECRET, 'verify token': WHATSAPP_VERIFY_TOKEN };
const DAY_MILLISECONDS = 86_400_000;

describe('WhatsApp', () => {
  let world: WhatsAppWorld;
  let note: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    world = await WhatsAppWorld.start();
    note = await voiceNote(world.gateway, WORDS);
    if (!(await world.whatsapp.register(world.webhook))) throw new Error('The webhook was not registered.');
  }, 180_000);
  afterAll(() => world.close());

  const whatsapp = () => world.whatsapp;
  const sends = () => whatsapp().calls.filter(({ path }) => path.endsWith('/messages')).length;
  const uploads = () => whatsapp().calls.filter(({ path }) => path.endsWith('/media')).length;

  it('registers the webhook with the word of the agent only', async () => {
    const ask = (query: string, agent = 'called') => fetch(`${world.gateway.url}/webhooks/whatsapp/${agent}?${query}`);
    const word = encodeURIComponent(WHATSAPP_VERIFY_TOKEN);
    const good = await ask(`hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${word}`);
    expect([good.status, await good.text(), good.headers.get('content-type')]).toEqual([
      200,
      '1158201444',
      expect.stringContaining('text/plain'),
    ]);
    for (const query of ['', 'hub.mode=subscribe&hub.challenge=1&hub.verify_token=another']) {
      const answer = await ask(query);
      expect([answer.status, await answer.json()]).toMatchObject([403, { error: { code: 'webhook_not_verified' } }]);
    }
    const odd = await ask(`hub.mode=x&hub.challenge=1&hub.verify_token=${word}`);
    expect([odd.status, await odd.json()]).toMatchObject([400, { error: { param: 'hub.mode' } }]);
    expect((await ask(`hub.mode=subscribe&hub.challenge=1&hub.verify_token=${word}`, 'demo')).status).toBe(404);
  });

  it('takes calls that are signed, and reads no others', async () => {
    const person = world.person();
    const body = JSON.stringify(whatsapp().payload([whatsapp().text(person, 'Let me in.')]));
    const sign = (text: string, secret = WHATSAPP_APP_SECRET) => `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
    const call = (text: string, signature?: string, agent = 'called') =>
      fetch(`${world.gateway.url}/webhooks/whatsapp/${agent}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(signature !== undefined && { 'x-hub-signature-256': signature }) },
        body: text,
      });
    for (const wrong of [undefined, '', sign(body, 'another'), sign(`${body} `), sign(body).replace('sha256', 'sha1')]) {
      for (const text of [body, '{ "no JSON']) {
        const answer = await call(text, wrong);
        expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: 'webhook_not_signed' } }]);
      }
    }
    expect((await call('{ "no JSON', sign('{ "no JSON'))).status).toBe(400);
    for (const agent of ['demo', 'nobody']) expect((await call(body, sign(body), agent)).status).toBe(404);
    expect(await world.allAnswers(person)).toEqual([]);
  });

  it('brings a voice message: one goes back, which is played as one', async () => {
    const person = world.person();
    const incoming = whatsapp().voiceNote(person, note);
    expect(await whatsapp().deliver([incoming])).toEqual([200]);
    const [answer] = await world.answers(person);
    expect(answer).toMatchObject({ content: { type: 'audio', voice: true }, context: incoming.message.id });
    const bytes = answer?.bytes ?? Buffer.alloc(0);
    expect(describeNote(bytes)).toEqual(PLAYABLE);
    expect(bytes.length).toBeLessThan(512 * 1024);
    expect(wordErrorRate(WORDS, await heardIn(world.gateway, bytes))).toBeLessThanOrEqual(0.4);
    expect(whatsapp().shown).toContainEqual({ messageId: incoming.message.id, typing: true });
    expect(await world.allAnswers(person)).toHaveLength(1);
  });

  it('brings several messages in one call, from several people: each is answered, in order', async () => {
    const [ada, grace] = [world.person(), world.person()];
    const texts = ([person, text]: readonly [typeof ada, string]) => whatsapp().text(person, text);
    await whatsapp().deliver([[ada, 'One.'] as const, [grace, 'Hello.'] as const, [ada, 'Two.'] as const].map(texts));
    await world.answers(ada, 2);
    await world.answers(grace);
    expect([world.textsTo(ada), world.textsTo(grace)]).toEqual([['One.', 'Two.'], ['Hello.']]);
  });

  it('brings the same message five times at once, and again later: there is one answer', async () => {
    const person = world.person();
    const incoming = [whatsapp().voiceNote(person, note)];
    expect(await whatsapp().deliver(incoming, { times: 5, atOnce: true })).toEqual([200, 200, 200, 200, 200]);
    await world.answers(person);
    expect(await whatsapp().deliver(incoming)).toEqual([200]);
    const longPast = whatsapp().text(person, 'Long past.');
    const old = { ...longPast, message: { ...longPast.message, timestamp: String(Math.floor(Date.now() / 1000) - 30 * 86_400) } };
    expect(await whatsapp().deliver([old])).toEqual([200]);
    expect(await world.allAnswers(person)).toMatchObject([{ content: { type: 'audio' } }]);
  });

  it('is answered also where it tells no telephone number', async () => {
    const person = world.person({ userId: 'DE.13491208655302741918' });
    await whatsapp().deliver([whatsapp().text(person, 'Who am I?')]);
    expect(await world.answers(person)).toMatchObject([{ content: { type: 'text', text: 'Who am I?' } }]);
  });

  it('is sent the same recording once, and then its id', async () => {
    const before = uploads();
    const people = [world.person(), world.person()];
    for (const person of people) {
      await whatsapp().deliver([whatsapp().text(person, 'Say hello to all of them.')]);
      await world.answers(person);
    }
    const [first, second] = people.map((person) => world.sentTo(person)[0]?.content);
    expect(first).toMatchObject({ type: 'audio', voice: true });
    expect(second).toEqual(first);
    expect(uploads() - before).toBe(1);
  });

  it('tells what became of an answer', async () => {
    const person = world.person();
    await whatsapp().deliver([whatsapp().text(person, 'Did you get it?')]);
    const [answer] = await world.answers(person);
    await whatsapp().settled();
    expect(world.statuses.find(answer?.id ?? '')).toEqual({ state: 'read' });
    await whatsapp().report(answer?.id ?? '', ['played', 'sent']);
    expect(world.statuses.find(answer?.id ?? '')).toEqual({ state: 'played' });
  });

  it('tells people what is not taken', async () => {
    const person = world.person();
    await whatsapp().deliver([whatsapp().incoming(person, { type: 'sticker', sticker: { id: '1' } })]);
    await whatsapp().deliver([whatsapp().voiceNote(person, Buffer.concat([note, Buffer.alloc(2 * 2 ** 20)]))]);
    await world.answers(person, 2);
    expect(world.textsTo(person)).toEqual([
      'I cannot read this kind of message. Please send text or a voice message.',
      'This recording is too large: I take up to 1 MB.',
    ]);
  });

  it('slows down where it is asked to, and the answer arrives once', async () => {
    const person = world.person();
    const before = sends();
    whatsapp().fail({ kind: 'reply', ...whatsappError(131056) });
    await whatsapp().deliver([whatsapp().text(person, 'Slowly.')]);
    await world.answers(person);
    expect(sends() - before).toBe(2);
    expect(await world.allAnswers(person)).toHaveLength(1);
  });

  it('is told in writing, once, what cannot be uploaded', async () => {
    const person = world.person();
    const before = uploads();
    whatsapp().fail({ kind: 'reply', status: 413, body: 'Payload Too Large' });
    await whatsapp().deliver([whatsapp().text(person, 'Say that the bridge is closed.')]);
    await world.answers(person);
    expect(uploads() - before).toBe(1);
    expect(await world.allAnswers(person)).toMatchObject([{ content: { type: 'text', text: 'Say that the bridge is closed.' } }]);
  });

  it.each([
    ['in writing, once, what could not be delivered as speech', 131053, true],
    ['nothing where nothing can be delivered at all', 131026, false],
  ])('is told %s, as the platform says afterwards', async (_what, code, isWritten) => {
    const person = world.person();
    const { reports } = whatsapp();
    whatsapp().reports = ['sent'];
    const text = `Say that the ferry has left at ${code}.`;
    const incoming = whatsapp().text(person, text);
    await whatsapp().deliver([incoming]);
    const [spoken] = await world.answers(person);
    expect(spoken).toMatchObject({ content: { type: 'audio' } });
    whatsapp().reports = reports;
    await whatsapp().report(spoken?.id ?? '', ['failed'], { code, times: 3, atOnce: true });
    await whatsapp().report(spoken?.id ?? '', ['failed'], { code });
    const written = { content: { type: 'text', text }, context: incoming.message.id };
    expect((await world.allAnswers(person)).slice(1)).toMatchObject(isWritten ? [written] : []);
  });

  it('does not try again where the window has closed, and answers when it is open again', async () => {
    const person = world.person();
    const late = whatsapp().text(person, 'Too late.');
    whatsapp().advance(DAY_MILLISECONDS + 1000);
    const before = sends();
    await whatsapp().deliver([late]);
    await eventually(async () => sends() > before, 'Nothing was tried.', 60_000);
    expect(await world.allAnswers(person)).toEqual([]);
    expect(sends() - before).toBe(2);
  });

  it('is told of by no line of the log and no stored object', () => {
    const log = world.gateway.log.text;
    expect(log).toContain('POST /webhooks/whatsapp/:agentId 200');
    expect(log).toContain('window_closed');
    expect(
      leaksOf(log, { ...SECRETS, words: 'weather', 'words sent later': 'the ferry', phone: '491511', link: 'attachments/?mid' }),
    ).toEqual([]);
    const stored = storedText(world.directory);
    expect(stored.length).toBeGreaterThan(note.length);
    expect(leaksOf(stored, SECRETS)).toEqual([]);
  });
});
