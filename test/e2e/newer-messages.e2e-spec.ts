import { eventually } from '@parlance/testing';
import { transcription } from '../../apps/gateway/src/__fixtures__/fake-voice.js';
import { held, TextWorld } from './support/text-world.js';

describe('a newer message that cancels the older', () => {
  let world: TextWorld;
  let people = 6000;
  beforeAll(async () => {
    world = await TextWorld.start({ second_message: 'cancel' });
  }, 60_000);
  afterAll(() => world.close());

  const chat = () => world.telegram.chats.add({ id: people++ });
  /** What the model was shown of the conversation in its latest request. */
  const shown = () =>
    world.models.asked
      .at(-1)
      ?.messages.slice(1)
      .map(({ content }) => content);

  it('ends the answer in the making: the newer is answered, and the older remembered', async () => {
    const person = chat();
    const { hold, release } = held();
    world.models.answer([{ text: 'Too late.', hold }, { text: 'In time.' }, { text: 'Still here.' }]);
    const before = world.models.asked.length;
    await world.says(person, 'Tell me everything.');
    await eventually(async () => world.models.asked.length > before, 'It was not begun.', 20_000);
    await world.says(person, 'No, stop.');
    expect(await world.answers(person, 1)).toEqual(['In time.']);
    release();
    expect(shown()).toEqual(['Tell me everything.', 'No, stop.']);
    await world.says(person, 'Are you there?');
    expect(await world.answers(person, 2)).toEqual(['In time.', 'Still here.']);
    expect(shown()).toEqual(['Tell me everything.', 'No, stop.', 'In time.', 'Are you there?']);
  });

  it('is the newer also where the recording of the older takes longer to fetch', async () => {
    const person = chat();
    const [file, answer] = [held(), held()];
    world.gateway.voice.transcribe = async () => ({ ...transcription, text: 'Tell me everything.' });
    world.models.answer(({ messages }) => {
      const said = messages.at(-1)?.content as string;
      return { text: `To: ${said}`, ...(said.startsWith('Tell') && { hold: answer.hold }) };
    });
    world.telegram.fail({ kind: 'late', release: file.hold });
    await world.telegram.deliver(world.telegram.posts.voice(person, Buffer.from('OggS, a recording')));
    await eventually(async () => world.telegram.callsOf('getFile').length > 0, 'The recording was not asked for.', 20_000);
    await world.says(person, 'No, stop.');
    // Both are being worked on by now.
    const isShown = (activity: string) =>
      world.telegram.callsOf('sendChatAction').some(({ body }) => body.includes(`"chat_id":${person.id},"action":"${activity}"`));
    await eventually(async () => isShown('record_voice') && isShown('typing'), 'They were not begun.', 20_000);
    file.release();
    await world.answers(person, 1);
    answer.release();
    await world.says(person, 'Go on.');
    expect(await world.answers(person, 2)).toEqual(['To: No, stop.', 'To: Go on.']);
    const said = world.models.asked
      .at(-1)
      ?.messages.filter(({ role }) => role === 'user')
      .map(({ content }) => content);
    expect(said).toEqual(['Tell me everything.', 'No, stop.', 'Go on.']);
  });
});
