import { createRunner } from '../__fixtures__/create-runner.js';
import type { DoneEvent } from '../turns/turn.types.js';

const MODES = ['keywords', 'always', 'disabled'] as const;
const FLAGS = [true, false];
const KEYWORDS = ['Голос', 'read aloud'];
const MESSAGES = [
  ['Ответь ГОЛОСОМ, пожалуйста', true],
  ['Please READ ALOUD what follows', true],
  ['Просто напиши', false],
  ['Just write, and do not read it', false],
] as const;

const cases = MODES.flatMap((mode) =>
  FLAGS.flatMap((onKeywords) =>
    FLAGS.flatMap((voiceForVoice) =>
      (['text', 'voice'] as const).flatMap((via) =>
        MESSAGES.map(([text, hasKeyword]) => ({ mode, onKeywords, voiceForVoice, via, text, hasKeyword })),
      ),
    ),
  ),
);

/** What the settings promise, in the words of their documentation. */
function isPromised({ mode, onKeywords, voiceForVoice, via, hasKeyword }: (typeof cases)[number]): boolean {
  const inReturn = voiceForVoice && via === 'voice';
  return { always: true, keywords: inReturn || (onKeywords && hasKeyword), disabled: inReturn }[mode];
}

describe('the echo graph', () => {
  const { run, agents } = createRunner();

  it('has something of both kinds to tell apart', () => {
    expect(cases).toHaveLength(96);
    expect(cases.filter((one) => isPromised(one)).length).toBe(32 + 14 + 8);
  });

  it.each(cases)('$mode, on keywords $onKeywords, voice for voice $voiceForVoice, as $via: $text', async (one) => {
    const agent = agents.read({
      graph: 'echo',
      graph_settings: { voice_for_voice: one.voiceForVoice },
      voice_settings: {
        enabled: true,
        intent_detection_mode: one.mode,
        intent_keywords: KEYWORDS,
        auto_tts_on_keywords: one.onKeywords,
      },
    });
    const message = one.via === 'text' ? { text: one.text } : { audio: Buffer.from(one.text) };
    const events = await run({ agent, ...message });
    const done = events.at(-1) as DoneEvent;
    expect(done).toMatchObject({ type: 'done', reply: { speak: isPromised(one), text: one.text } });
    expect(events.find(({ type }) => type === 'text')).toEqual({ type: 'text', text: one.text });
    expect(events.some(({ type }) => type === 'audio')).toBe(isPromised(one));
  });

  it.each([
    ['no keywords', { intent_keywords: [] }, {}],
    ['voice for voice that is not true', {}, { voice_for_voice: 'yes' }],
  ])('speaks to nobody with %s', async (_what, voice, graphSettings) => {
    const agent = agents.read({ graph: 'echo', graph_settings: graphSettings, voice_settings: { enabled: true, ...voice } });
    const events = await run({ agent, audio: Buffer.from('Read aloud') });
    expect(events.at(-1)).toMatchObject({ type: 'done', reply: { speak: false } });
  });

  it('repeats only the last message of a thread', async () => {
    await run({ agent: 'demo', text: 'say one', thread: 't' });
    const events = await run({ agent: 'demo', text: 'two', thread: 't' });
    expect(events).toMatchObject([
      { type: 'text', text: 'two' },
      { type: 'done', reply: { speak: false } },
    ]);
  });
});
