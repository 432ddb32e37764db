import { eventually } from '@parlance/testing';
import { held, TextWorld } from './support/text-world.js';

const CHATS = 200;
const SAID = ['one', 'two', 'three'];

describe('many conversations at once', () => {
  let world: TextWorld;
  beforeAll(async () => {
    world = await TextWorld.start();
  }, 60_000);
  afterAll(() => world.close());

  it('each in its order, nothing lost, and a slow one holds up no other', async () => {
    const { hold, release } = held();
    world.models.answer(({ messages }) => {
      const said = messages.findLast(({ role }) => role === 'user')?.content as string;
      return { text: `${said}, heard`, ...(said.startsWith('slow') && { hold }) };
    });
    const chats = Array.from({ length: CHATS }, (_, index) => world.telegram.chats.add({ id: 5000 + index }));
    const [slow, ...others] = chats;
    const nameOf = (chat: typeof slow) => (chat === slow ? 'slow' : `chat ${chat?.id}`);
    // Telegram itself tells of a conversation in order, and of as many as it likes at a time.
    await Promise.all(
      chats.map(async (chat) => {
        for (const said of SAID) await world.says(chat, `${nameOf(chat)} ${said}`);
      }),
    );
    const sent = () => world.telegram.account().sent.length;
    await eventually(async () => sent() >= others.length * SAID.length, 'Not all were answered.', 100_000);
    expect(world.textsTo(slow!)).toEqual([]);
    release();
    await world.answers(slow!, SAID.length);
    for (const chat of chats) expect(world.textsTo(chat)).toEqual(SAID.map((said) => `${nameOf(chat)} ${said}, heard`));
    expect(sent()).toBe(CHATS * SAID.length);
    // Each was shown what was said before in its own conversation, and nothing of others.
    for (const { messages } of world.models.asked) {
      const texts = messages.slice(1).map(({ content }) => content as string);
      const name = texts[0]?.replace(/ one$/, '') ?? '';
      const whole = SAID.flatMap((said) => [`${name} ${said}`, `${name} ${said}, heard`]);
      expect(texts).toEqual(whole.slice(0, texts.length));
    }
  }, 180_000);
});
