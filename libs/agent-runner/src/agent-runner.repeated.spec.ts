import { InvalidRequestError, ParlanceError } from '@parlance/contracts';
import { createRunner, VOICE_ON } from './__fixtures__/create-runner.js';

const turn = { agent: 'a', text: 'Hi', thread: 't', id: 'x' };
const voice_settings = { ...VOICE_ON.voice_settings, intent_detection_mode: 'always' };

describe('a turn that was spoken, and comes again', () => {
  const spokenOnce = async () => {
    const made = createRunner({ agents: [{ agent_id: 'a', voice_settings }] });
    expect((await made.run(turn)).map(({ type }) => type)).toEqual(['text', 'audio', 'done']);
    return made;
  };

  it('has a link to the same file', async () => {
    const { run, voice } = await spokenOnce();
    expect(await run(turn)).toMatchObject([{}, { type: 'audio', file: { id: 'speech-1' }, bytes: null }, { type: 'done', repeated: true }]);
    expect(voice.spoken).toHaveLength(1);
  });

  it.each(['not_found', 'unavailable', 'timeout', 'auth'] as const)('is spoken anew where the store says %s', async (code) => {
    const { run, files } = await spokenOnce();
    jest.spyOn(files, 'describe').mockRejectedValue(new ParlanceError(code, 'It cannot be had.'));
    expect(await run(turn)).toMatchObject([{}, { type: 'audio', bytes: Buffer.from('Hi') }, { type: 'done', repeated: true }]);
  });

  it('fails where its link is asked for in a way that cannot be', async () => {
    const { run, voice, files } = await spokenOnce();
    jest.spyOn(files, 'link').mockRejectedValue(new InvalidRequestError('Too long.', 'urlSeconds'));
    expect(await run(turn)).toMatchObject([{}, { type: 'error', error: { code: 'invalid' } }]);
    expect(voice.spoken).toHaveLength(1);
  });

  it('is not spoken anew for a sender who has left', async () => {
    const { run, voice, files } = await spokenOnce();
    const sender = new AbortController();
    jest.spyOn(files, 'describe').mockImplementation(() => {
      sender.abort();
      return Promise.reject(new ParlanceError('unavailable', 'It is away.'));
    });
    expect((await run(turn, sender.signal)).at(-1)).toMatchObject({ type: 'error', error: { code: 'aborted' } });
    expect(voice.spoken).toHaveLength(1);
  });
});

describe('a turn that comes again with other words', () => {
  it.each([
    ['written', { text: 'Hi' }, { text: 'Hi', voice: false }],
    ['spoken', { audio: Buffer.from('Hi') }, { text: 'Hi', voice: true }],
  ])('has in its history what was %s at first', async (_how, first, said) => {
    const { run } = createRunner();
    const named = { agent: 'demo', thread: 't', id: 'x' };
    await run({ ...named, ...first });
    for (const again of [{ text: 'Others' }, { audio: Buffer.from('Others') }]) {
      const events = await run({ ...named, ...again });
      expect(events.at(-1)).toMatchObject({ type: 'done', repeated: true, history: [{ role: 'user', ...said }, { text: 'Hi' }] });
    }
  });
});
