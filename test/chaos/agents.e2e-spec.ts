import {
  describeWithProgram,
  eventually,
  REDIS_PROGRAMS,
  RedisServer,
  startChatStandIn,
  STEADY_REDIS_ENVIRONMENT,
  type ChatStandIn,
} from '@parlance/testing';
import { AgentDirectory, send, type TurnAnswer } from '../e2e/support/agents.js';
import { startGateway, type RunningGateway } from '../e2e/support/gateway.js';

const KEY = 'a-key-of-the-model';

describeWithProgram(REDIS_PROGRAMS, () => {
  const directory = new AgentDirectory();
  const gateways: RunningGateway[] = [];
  let redis: RedisServer;
  let models: ChatStandIn;
  let thread: string;
  let number = 0;
  beforeAll(async () => {
    [redis, models] = await Promise.all([RedisServer.start(), startChatStandIn({ key: KEY })]);
    const chat = { model: 'gpt-4o-mini', base_url: models.baseUrl, api_key: 'env:MODEL_KEY', history_depth: 100 };
    directory.write('patient.json', { chat });
    directory.write('hasty.json', { chat, second_message: 'cancel' });
    const shared = { REDIS_URL: redis.url, ...STEADY_REDIS_ENVIRONMENT };
    const environment = { ...shared, PARLANCE_AGENTS_DIR: directory.path, MODEL_KEY: KEY };
    gateways.push(...(await Promise.all([startGateway(environment), startGateway(environment)])));
  }, 180_000);
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await Promise.all([redis.stop(), models.close()]);
    directory.remove();
  });
  beforeEach(() => {
    models.reset();
    thread = `thread ${number++}`;
  });

  const say = (replica: number, text: string, fields: Readonly<Record<string, string>> = {}, agent = 'patient'): Promise<TurnAnswer> =>
    send(gateways[replica % 2]!, agent, { text }, { thread, ...fields });
  /** What the model was shown of the conversation, in its own request or the latest. */
  const shown = (index = -1) =>
    models.asked
      .at(index)
      ?.messages.slice(1)
      .map(({ content }) => content);

  /** Answers when it is let go. */
  function held(text: string): { answer: { text: string; hold: Promise<void> }; release: () => void } {
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    return { answer: { text, hold }, release: () => release() };
  }

  it('turns of a thread that come to either process in turn are one conversation', async () => {
    models.answer(Array.from({ length: 6 }, (_, index) => ({ text: `answer ${index}` })));
    for (let index = 0; index < 6; index += 1) {
      expect(await say(index, `question ${index}`)).toMatchObject({ status: 200, text: `answer ${index}`, warnings: [] });
    }
    for (let index = 0; index < 6; index += 1) {
      const before = Array.from({ length: index }, (_, earlier) => [`question ${earlier}`, `answer ${earlier}`]).flat();
      expect(shown(index)).toEqual([...before, `question ${index}`]);
    }
  });

  it('turns that come to both at once are answered one after the other', async () => {
    const first = held('answer 0');
    models.answer(({ messages }) => (messages.length === 2 ? first.answer : { text: `answer ${(messages.length - 2) / 2}` }));
    const all = [say(0, 'question 0')];
    await eventually(async () => models.asked.length === 1, 'The first did not begin.', 20_000);
    for (let index = 1; index < 6; index += 1) all.push(say(index, `question ${index}`));
    first.release();
    const answers = await Promise.all(all);
    expect(answers.map(({ status, warnings }) => [status, warnings])).toEqual(answers.map(() => [200, []]));
    expect(models.asked.map(({ messages }) => messages.length)).toEqual([2, 4, 6, 8, 10, 12]);
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(answers.map((_, index) => `answer ${index}`)));
    // Each was shown all answers before its own.
    for (const index of answers.keys()) expect(shown(index)?.filter((_, place) => place % 2 === 1)).toHaveLength(index);
  });

  it('the same turn sent to both is decided once, and answered the same', async () => {
    const { answer, release } = held('Decided.');
    models.answer([answer, { text: 'Decided again.' }]);
    const both = [say(0, 'Once?', { id: 'same' }), say(1, 'Once?', { id: 'same' })];
    await eventually(async () => models.asked.length === 1, 'Nobody began.', 20_000);
    release();
    const answers = await Promise.all(both);
    expect(answers).toMatchObject([
      { status: 200, text: 'Decided.' },
      { status: 200, text: 'Decided.' },
    ]);
    expect(answers.filter(({ repeated }) => repeated)).toHaveLength(1);
    expect(models.asked).toHaveLength(1);
    await say(0, 'And then?');
    expect(shown()).toEqual(['Once?', 'Decided.', 'And then?']);
  });

  it('a message to one process ends the reply that another one is making', async () => {
    const { answer, release } = held('Too late.');
    models.answer([answer, { text: 'In time.' }]);
    const first = say(0, 'Tell me everything.', {}, 'hasty');
    await eventually(async () => models.asked.length === 1, 'Nobody began.', 20_000);
    const second = say(1, 'No, stop.', {}, 'hasty');
    expect(await first).toMatchObject({ status: 409, error: { code: 'superseded' } });
    expect(await second).toMatchObject({ status: 200, text: 'In time.', warnings: [] });
    release();
    // What the person said is remembered, and what nobody heard is not.
    expect(shown()).toEqual(['Tell me everything.', 'No, stop.']);
  });

  it('turns succeed while Redis is silent, say so, and remember again when it is back', async () => {
    models.answer([{ text: 'Noted.' }, { text: 'I do not know.' }, { text: 'You said so.' }, { text: 'And so on.' }]);
    await say(0, 'My name is Ada.');
    await redis.pause();
    try {
      const answer = await say(0, 'What is my name?');
      expect(answer).toMatchObject({ status: 200, text: 'I do not know.', error: null, warnings: [{ code: 'memory_unavailable' }] });
    } finally {
      redis.resume();
    }
    const isThere = async () => {
      const { details } = (await (await fetch(`${gateways[0]!.url}/health/ready`)).json()) as { details: { shared: { redis: string } } };
      return details.shared.redis === 'up';
    };
    await eventually(isThere, 'Redis did not come back.', 30_000);
    const remembers = async () =>
      (await send(gateways[0]!, 'patient', { text: 'Hello?' }, { thread: `${thread} aside` })).warnings.length === 0;
    models.answer(() => ({ text: 'Aside.' }));
    await eventually(remembers, 'The memory did not come back.', 30_000);
    models.answer([{ text: 'You said so.' }, { text: 'And so on.' }]);
    expect(await say(0, 'And now?')).toMatchObject({ status: 200, text: 'You said so.', warnings: [] });
    expect(shown()?.slice(0, 2)).toEqual(['My name is Ada.', 'Noted.']);
    expect(await say(1, 'And then?')).toMatchObject({ status: 200, text: 'And so on.', warnings: [] });
    expect(shown()?.slice(-3)).toEqual(['And now?', 'You said so.', 'And then?']);
  });
});
