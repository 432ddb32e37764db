import { Agents, type AgentRunner, type Turn, type TurnEvent } from '@parlance/agent-runner';
import { AbortedError, InvalidRequestError, ParlanceError, TooLargeError, TooLongError, UnsupportedError } from '@parlance/contracts';
import type { VoiceFiles } from '@parlance/voice';
import { Logger } from '@nestjs/common';
import { FakeBot, messageOf } from '../__fixtures__/fake-bot.js';
import type { IncomingMessage } from '../channel.types.js';
import { readChannelSettings } from '../settings/read-channel-settings.js';
import { Conversation, type Order } from './conversation.js';

const voice = (more: object = {}) => messageOf({ type: 'voice', media: { id: 'f', ...more } });
const text = (said = 'Hi') => messageOf({ type: 'text', text: said });
const said = { type: 'text', text: 'Good day.' } as TurnEvent;
const done = { type: 'done' } as TurnEvent;
const audio = (bytes: Uint8Array | null = Buffer.from('sound')) =>
  ({ type: 'audio', bytes, url: 'https://secret', file: { id: 'speech', durationSeconds: 2 } }) as unknown as TurnEvent;
const failed = (error: ParlanceError, words: string | null = null) => ({ type: 'error', error, text: words }) as unknown as TurnEvent;

describe('Conversation', () => {
  const logged: string[] = [];
  beforeAll(() => {
    Logger.overrideLogger({ log: () => undefined, error: (line: string) => logged.push(line), warn: (line: string) => logged.push(line) });
  });
  afterAll(() => Logger.overrideLogger(false));

  function create(events: readonly (TurnEvent | Error)[] = [], agent: object = {}, lost?: ParlanceError) {
    const agents = new Agents({ sections: { channels: readChannelSettings } });
    agents.register({ agent_id: 'a', voice_settings: { enabled: true, max_file_size_mb: 1 }, ...agent });
    const turns: Turn[] = [];
    async function* run(turn: Turn) {
      turns.push(turn);
      for (const event of events) {
        if (event instanceof Error) throw event;
        yield event;
      }
    }
    const read = async (id: string) => {
      if (lost !== undefined) throw lost;
      return { bytes: Buffer.from(id), filename: '' };
    };
    const files = { read } as unknown as VoiceFiles;
    const conversation = new Conversation({ run } as unknown as AgentRunner, agents, files);
    const bot = new FakeBot();
    const claimed = new Set<string>();
    const claims = {
      claim: async (part: string) => !claimed.has(part) && claimed.add(part) !== undefined,
      giveBack: async (part: string) => void claimed.delete(part),
    };
    const answer = (message: IncomingMessage, signal = new AbortController().signal, order?: Order) =>
      conversation.answer(message, bot, claims, signal, order);
    return { answer, bot, turns, claimed };
  }

  it('answers text with text while it shows that it writes', async () => {
    const { answer, bot, turns } = create([said, done]);
    const message = text();
    await answer(message);
    expect(bot.sent).toEqual([{ text: 'Good day.' }]);
    expect(turns).toEqual([{ agent: 'a', text: 'Hi', thread: 'telegram c', id: message.id, user: 'telegram p', format: 'opus' }]);
    expect(bot.shown.map(({ activity, signal }) => [activity, signal.aborted])).toEqual([['typing', true]]);
  });

  it('begins its turn when those before have begun', async () => {
    const { answer, turns } = create([said, done]);
    let begin = (): void => undefined;
    const before = new Promise<void>((resolve) => (begin = resolve));
    const begun = jest.fn();
    const answered = answer(text(), undefined, { before, begun });
    await new Promise(setImmediate);
    expect([turns.length, begun.mock.calls.length]).toEqual([0, 0]);
    begin();
    await answered;
    await new Promise(setImmediate);
    expect([turns.length, begun.mock.calls.length]).toEqual([1, 1]);
  });

  it('gives back an answer that a later try may send, whatever the reason', async () => {
    const { answer, bot, claimed } = create([said, done]);
    const failure = new ParlanceError('rate', 'slower', { reason: 'too_many_messages' });
    bot.failures.sendText = [failure];
    await expect(answer(text())).rejects.toBe(failure);
    expect([...claimed]).toEqual([]);
  });

  it('answers voice with voice, and with nothing beside it', async () => {
    const { answer, bot, turns } = create([{ type: 'transcript', text: 'Hello.' } as TurnEvent, said, audio(), done]);
    await answer(voice());
    expect(bot.sent).toEqual([
      { voice: { bytes: Buffer.from('sound'), sha256: expect.any(String), text: 'Good day.', durationSeconds: 2 } },
    ]);
    expect(turns).toMatchObject([{ audio: Buffer.from('Hello.'), filename: 'voice.ogg' }]);
    expect(bot.shown).toMatchObject([{ activity: 'recording' }]);
  });

  it('shows what was heard where the agent wants that, once', async () => {
    const { answer, bot } = create([{ type: 'transcript', text: 'Hello.' } as TurnEvent, said, done], {
      channels: { show_transcript: true },
    });
    const message = voice();
    bot.failures.sendText = [];
    await answer(message);
    await answer(message);
    expect(bot.sent).toEqual([{ text: '🎤 Hello.' }, { text: 'Good day.' }]);
  });

  it('fetches speech that is only told again', async () => {
    const again = create([said, audio(null), done]);
    await again.answer(text());
    expect(again.bot.sent).toMatchObject([{ voice: { bytes: Buffer.from('speech') } }]);
  });

  it.each([
    new ParlanceError('unsupported', 'No.', { reason: 'voice_refused' }),
    new ParlanceError('invalid', 'No.', { reason: 'voice_format' }),
  ])('sends the text of speech that is not taken: %#', async (refusal) => {
    const { answer, bot } = create([said, audio(), done]);
    bot.failures.sendVoice = [refusal];
    await answer(text());
    expect(bot.sent).toEqual([{ text: 'Good day.' }]);
  });

  it('sends the text when speech that is told again cannot be fetched, and tries again where there is none', async () => {
    const gone = new ParlanceError('unavailable', 'No.');
    const { answer, bot } = create([said, audio(null), done], {}, gone);
    await answer(text());
    expect(bot.sent).toEqual([{ text: 'Good day.' }]);
    await expect(create([audio(null), done], {}, gone).answer(text())).rejects.toBe(gone);
  });

  it('sends the text when the speech is longer than the platform takes', async () => {
    const { answer, bot, claimed } = create([said, audio(), done]);
    bot.failures.sendVoice = [new TooLargeError('No.')];
    await answer(text());
    expect([bot.sent, [...claimed]]).toEqual([[{ text: 'Good day.' }], ['answer']]);
  });

  it('sends the words of speech that could not be delivered once, and asks nobody', async () => {
    const { answer, bot, turns } = create([said, audio(), done]);
    const words = messageOf({ type: 'words', text: 'Good day.' });
    await answer(words);
    await answer(words);
    expect([bot.sent, turns]).toEqual([[{ text: 'Good day.' }], []]);
  });

  it('sends nothing where nothing but white space was said', async () => {
    const { answer, bot, claimed } = create([{ type: 'text', text: ' \n' }, done]);
    await answer(text());
    expect([bot.sent, [...claimed]]).toEqual([[], []]);
  });

  it.each(['reaction', 'system', 'edit', 'revoke', 'pin', 'keep_in_chat', 'poll_update', 'request_welcome'])(
    'says nothing where nobody waits for an answer: %s',
    async (kind) => {
      const { answer, bot, turns } = create();
      await answer(messageOf({ type: 'other', kind }));
      expect([bot.sent, turns]).toEqual([[], []]);
    },
  );

  it.each([
    ['other', messageOf({ type: 'other', kind: 'sticker' }), {}, 'I cannot read this kind of message'],
    ['voice off', voice(), { voice_settings: { enabled: false } }, 'I do not take voice messages here'],
    ['too large', voice({ sizeBytes: 1_048_577 }), {}, 'too large: I take up to 1 MB'],
    ['too long', voice({ durationSeconds: 121 }), {}, 'too long: I take up to 120 seconds'],
    ['as the agent has it', voice({ durationSeconds: 11 }), { channels: { max_voice_seconds: 10 } }, 'up to 10 seconds'],
  ])('says so and asks nobody: %s', async (_what, message, agent, words) => {
    const { answer, bot, turns } = create([], agent);
    await answer(message);
    expect(bot.sent).toEqual([{ text: expect.stringContaining(words) }]);
    expect(turns).toEqual([]);
  });

  it.each([
    ['announced', { sizeBytes: 21 * 1_048_576 }, undefined],
    ['found out', {}, new TooLargeError('x')],
  ])('says how much the platform hands over where that is less: %s', async (_what, media, failure) => {
    const { answer, bot, turns } = create([], { voice_settings: { enabled: true, max_file_size_mb: 25 } });
    bot.largestMegabytes = 20;
    bot.failures.download = failure === undefined ? [] : [failure];
    await answer(voice(media));
    expect([bot.sent, turns]).toEqual([[{ text: expect.stringContaining('I take up to 20 MB') }], []]);
  });

  it.each([
    [new ParlanceError('not_found', 'x'), 'I cannot find this recording any more'],
    [new ParlanceError('too_large', 'x'), 'I take up to 1 MB'],
    [new ParlanceError('timeout', 'x'), 'I could not fetch this recording'],
    [new Error('https://api/bot123:secret'), 'I could not fetch this recording'],
  ])('says that a recording cannot be fetched: %s', async (failure, words) => {
    const { answer, bot } = create();
    bot.failures.download = [failure];
    await answer(voice());
    expect(bot.sent).toEqual([{ text: expect.stringContaining(words) }]);
  });

  it.each([
    [failed(new ParlanceError('no_speech', 'x')), 'I could not hear any words'],
    [failed(new InvalidRequestError('Damaged.', 'file')), 'I cannot play this recording'],
    [failed(new UnsupportedError('No ffmpeg.', 'file')), 'I cannot play this recording'],
    [failed(new InvalidRequestError('No such voice.', 'voice')), 'Something went wrong'],
    [failed(new ParlanceError('rate', 'x')), 'a bit fast for me'],
    [failed(new ParlanceError('too_large', 'x')), 'I take up to 1 MB'],
    [failed(new TooLongError('x', 60)), 'This recording is too long: I take up to 60 seconds.'],
    [failed(new ParlanceError('too_large', 'x', { reason: 'thread_full' })), 'Something went wrong'],
    [failed(new ParlanceError('unavailable', 'x')), 'Something went wrong'],
    [failed(new ParlanceError('unavailable', 'x'), 'Written.'), 'Written.'],
    [failed(new ParlanceError('invalid', 'x'), ' '), 'Something went wrong'],
    [new ParlanceError('unsupported', 'x', { reason: 'voice_disabled' }), 'I do not take voice messages here'],
    [new Error('inner secret'), 'Something went wrong'],
  ])('says what it can of a turn that failed: %#', async (event, words) => {
    const { answer, bot } = create([event]);
    await answer(text());
    expect(bot.sent).toEqual([{ text: expect.stringContaining(words) }]);
  });

  it('speaks the language of the person, in the agent’s own words', async () => {
    const own = { channels: { messages: { ru: { unsupported: 'Только текст.' }, en: { error: 'Oops $& {}' } } } };
    const { answer, bot } = create([failed(new ParlanceError('server', 'x'))], own);
    const russian = { person: { id: 'p', language: 'ru_RU' } };
    await answer(messageOf({ type: 'other', kind: 'x' }, russian));
    await create().answer(text());
    expect(bot.sent).toEqual([{ text: 'Только текст.' }]);
    const german = create([failed(new ParlanceError('server', 'x'))], own);
    await german.answer(messageOf({ type: 'text', text: 'Hi' }, { person: { id: 'p', language: 'de' } }));
    expect(german.bot.sent).toEqual([{ text: 'Oops $& ' }]);
  });

  it('sends nothing for a message that a newer one has taken the place of', async () => {
    const { answer, bot } = create([said, failed(new ParlanceError('aborted', 'x', { reason: 'superseded' }), 'Good day.')]);
    await answer(text());
    expect(bot.sent).toEqual([]);
  });

  it('sends an answer once, and not again what may have arrived', async () => {
    const { answer, bot, claimed } = create([said, done]);
    const message = text();
    await answer(message);
    await answer(message);
    expect(bot.sent).toHaveLength(1);
    claimed.clear();
    bot.failures.sendText = [new ParlanceError('timeout', 'x', { reason: 'delivery_unknown' })];
    await answer(message);
    expect([...claimed]).toEqual(['answer']);
    claimed.clear();
    bot.failures.sendText = [new ParlanceError('server', 'x')];
    await expect(answer(message)).rejects.toMatchObject({ code: 'server' });
    expect([...claimed]).toEqual([]);
  });

  it('leaves a message to another process when this one ends', async () => {
    const ending = AbortSignal.abort();
    const { answer, bot } = create([failed(new AbortedError())]);
    await expect(answer(text(), ending)).rejects.toThrow(AbortedError);
    expect(bot.sent).toEqual([]);
  });

  it('logs neither words nor links', () => {
    expect(logged.length).toBeGreaterThan(5);
    for (const secret of ['secret', 'Good day', 'Hello', 'Written']) expect(logged.join('\n')).not.toContain(secret);
  });
});
