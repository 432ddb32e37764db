import { eventually, OTHER_TELEGRAM_TOKEN, TELEGRAM_TOKEN, wordErrorRate } from '@parlance/testing';
import { storedText } from './support/stored-files.js';
import { echoingBot, TelegramWorld } from './support/telegram-world.js';
import { describeNote, heardIn, PLAYABLE, voiceNote } from './support/voice-notes.js';
import { leaksOf } from './support/private-words.js';

const WORDS = 'Please tell me about the weather in the mountains.';
const SECRETS = { token: TELEGRAM_TOKEN.slice(10), 'other token': OTHER_TELEGRAM_TOKEN.slice(10) };

describe('Telegram', () => {
  let world: TelegramWorld;
  let note: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    world = await TelegramWorld.start();
    note = await voiceNote(world.gateway, WORDS);
  }, 180_000);
  afterAll(() => world.close());

  const posts = () => world.telegram.posts;
  const deliver = (...call: Parameters<TelegramWorld['telegram']['deliver']>) => world.telegram.deliver(...call);

  describe('calls the gateway', () => {
    it('with a voice message: one comes back, with its words', async () => {
      const chat = world.chat();
      const update = posts().voice(chat, note);
      expect(await deliver(update)).toEqual([200]);
      const [answer] = await world.answers(chat);
      expect(answer).toMatchObject({ method: 'sendVoice', quotes: update.message?.message_id });
      expect(answer?.duration).toBeGreaterThan(0);
      const bytes = answer?.uploaded?.bytes ?? Buffer.alloc(0);
      expect(describeNote(bytes)).toEqual(PLAYABLE);
      expect(wordErrorRate(WORDS, answer?.caption ?? '')).toBeLessThanOrEqual(0.2);
      expect(wordErrorRate(answer?.caption ?? '', await heardIn(world.gateway, bytes))).toBeLessThanOrEqual(0.25);
      const shown = world.telegram.callsOf('sendChatAction').map(({ body }) => body.toString());
      expect(shown).toContainEqual(expect.stringContaining('record_voice'));
      expect(await world.allAnswers(chat)).toHaveLength(1);
    });

    it('with a text: a text comes back', async () => {
      const chat = world.chat();
      const update = posts().text(chat, 'Good morning.');
      await deliver(update);
      expect(await world.answers(chat)).toMatchObject([
        { method: 'sendMessage', text: 'Good morning.', quotes: update.message?.message_id },
      ]);
    });

    it('with a document that is a recording', async () => {
      const chat = world.chat();
      await deliver(posts().document(chat, note, { file_name: 'memo.ogg', mime_type: 'application/octet-stream' }));
      const [answer] = await world.answers(chat);
      expect(wordErrorRate(WORDS, answer?.caption ?? '')).toBeLessThanOrEqual(0.2);
    });

    it('from a group: what mentions the bot is for it, and nothing else is', async () => {
      const chat = world.chat({ id: -100_123, type: 'supergroup', title: 'Friends' });
      await deliver(posts().text(chat, 'What do you others say?'));
      const entities = [{ type: 'mention' as const, offset: 0, length: 13 }];
      await deliver(posts().text(chat, '@parlance_bot and you?', { with: { entities } }));
      expect(await world.answers(chat)).toMatchObject([{ text: '@parlance_bot and you?' }]);
    });

    it('five times at once with the same message: there is one answer', async () => {
      const chat = world.chat();
      expect(await deliver(posts().voice(chat, note), { times: 5, atOnce: true })).toEqual([200, 200, 200, 200, 200]);
      expect(await world.allAnswers(chat)).toMatchObject([{ method: 'sendVoice' }]);
    });

    it('again with what it told before, or with what is long past: nothing comes of it', async () => {
      const chat = world.chat();
      const told = posts().text(chat, 'Once.');
      await deliver(told);
      await world.answers(chat);
      const longPast = posts().text(chat, 'Long past.', { with: { date: Math.floor(Date.now() / 1000) - 30 * 86_400 } });
      expect([await deliver(told), await deliver(longPast)]).toEqual([[200], [200]]);
      expect(await world.allAnswers(chat)).toMatchObject([{ text: 'Once.' }]);
    });

    it('shows its secret: without it nothing is read', async () => {
      const chat = world.chat();
      const update = posts().text(chat, 'Let me in.');
      const secret = world.telegram.account().hook?.secret ?? '';
      const others = world.telegram.account(OTHER_TELEGRAM_TOKEN).hook?.secret ?? '';
      expect(secret).toMatch(/^[\w-]{32,}$/);
      for (const wrong of [undefined, '', 'wrong', `${secret}x`, others]) {
        // What is no JSON would be found out if it were read.
        for (const body of [update, '{ "no JSON']) {
          const answer = await world.call('called', body, wrong);
          const text = await answer.text();
          expect([answer.status, JSON.parse(text)]).toMatchObject([401, { error: { code: 'webhook_not_signed' } }]);
          expect(leaksOf(text, { ...SECRETS, secret })).toEqual([]);
        }
      }
      expect((await world.call('called', '{ "no JSON', secret)).status).toBe(400);
      for (const agent of ['demo', 'nobody', '..%2f']) expect((await world.call(agent, update, secret)).status).toBe(404);
      expect(await world.allAnswers(chat)).toEqual([]);
    });
  });

  it('is sent the same recording once, and then its name', async () => {
    const chats = [world.chat(), world.chat()];
    for (const chat of chats) {
      await deliver(posts().text(chat, 'Say hello to all of them.'));
      await world.answers(chat);
    }
    const [first, second] = chats.map((chat) => world.sentTo(chat)[0]);
    expect([first?.uploaded, second?.uploaded]).toEqual([expect.anything(), undefined]);
    expect(second).toMatchObject({ method: 'sendVoice', fileId: first?.fileId, caption: 'Say hello to all of them.' });
  });

  it('shows what was heard where an agent wants that, by its own bot', async () => {
    const chat = world.chat();
    const { file_id, file_unique_id } = world.telegram.account(OTHER_TELEGRAM_TOKEN).files.add('voice', note);
    const update = posts().post(chat, { voice: { file_id, file_unique_id, duration: 2 } });
    await world.call('shower', update, world.telegram.account(OTHER_TELEGRAM_TOKEN).hook?.secret);
    const [transcript, answer] = await world.answers(chat, 2, OTHER_TELEGRAM_TOKEN);
    expect(transcript?.text).toBe(`🎤 ${answer?.caption}`);
    expect(answer).toMatchObject({ method: 'sendVoice' });
    expect(answer?.quotes).toBeUndefined();
    expect(world.sentTo(chat)).toEqual([]);
  });

  it('is polled once the agent says so, and called again', async () => {
    const [polled, called] = [world.chat(), world.chat()];
    world.agents.write('called.json', echoingBot(world.telegram, { token: 'env:CALLED_TOKEN' }));
    await eventually(async () => world.telegram.account().hook === undefined, 'The webhook is still there.', 30_000);
    const update = posts().voice(polled, note);
    world.telegram.enqueue(update, posts().text(polled, 'And in writing.'));
    const [spoken, written] = await world.answers(polled, 2);
    expect(spoken).toMatchObject({ method: 'sendVoice', quotes: update.message?.message_id });
    expect(written).toMatchObject({ text: 'And in writing.' });
    await eventually(async () => world.telegram.account().queue.length === 0, 'The messages were not confirmed.', 30_000);
    world.agents.write('called.json', echoingBot(world.telegram, { token: 'env:CALLED_TOKEN', mode: 'webhook' }));
    await eventually(async () => world.telegram.account().hook !== undefined, 'The webhook did not come back.', 30_000);
    await deliver(posts().text(called, 'Hello again.'));
    expect(await world.answers(called)).toMatchObject([{ text: 'Hello again.' }]);
    expect(world.sentTo(polled)).toHaveLength(2);
  });

  it('is told of by no line of the log and no stored object', () => {
    const log = world.gateway.log.text;
    expect(log).toContain('POST /webhooks/telegram/:agentId 200');
    expect(leaksOf(log, { ...SECRETS, words: 'weather', secret: world.telegram.account().hook?.secret ?? '' })).toEqual([]);
    const stored = storedText(world.directory);
    expect(stored.length).toBeGreaterThan(note.length);
    expect(leaksOf(stored, SECRETS)).toEqual([]);
  });
});
