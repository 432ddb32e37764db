import type { TurnEvent } from '../../api/types.js';
import { after, begun, decisionText } from './conversation.js';

const summary = {
  repeated: false,
  usage: {
    transcription: { provider: 'local', model: 'moonshine-tiny' },
    models: [{ provider: 'chat', model: 'gpt-4o-mini', inputTokens: 20, outputTokens: 5 }],
    speech: { provider: 'local', model: 'flite' },
  },
  warnings: [{ code: 'unsupported_option', message: 'There is no pitch.' }],
} as const;

function whole(events: readonly TurnEvent[], isVoice = false) {
  return events.reduce(after, begun(1, isVoice ? '' : 'Say hello.', isVoice));
}

describe('an exchange', () => {
  it('has what was heard, what was answered, what was decided, and by whom', () => {
    const exchange = whole(
      [
        { type: 'transcript', text: 'Say hello.', language: 'en', duration: 1 },
        { type: 'text', text: 'Hello.' },
        { type: 'audio', format: 'mp3', mediaType: 'audio/mpeg', bytes: 'AAAA' },
        { type: 'done', reply: { speak: true, text: 'Hello.' }, ...summary },
      ],
      true,
    );
    expect(exchange).toEqual({
      id: 1,
      said: { text: 'Say hello.', isVoice: true },
      reply: 'Hello.',
      isOver: true,
      decision: { speak: true, text: 'Hello.' },
      doneBy: ['heard by local/moonshine-tiny', 'chat/gpt-4o-mini: 20 tokens in, 5 out', 'spoken by local/flite'],
      warnings: ['There is no pitch.'],
    });
  });

  it('keeps its words when it fails afterwards', () => {
    const error = { message: 'Nobody could speak.', code: 'provider_error' };
    const failed = whole([
      { type: 'text', text: 'Hello.' },
      { type: 'error', error, text: 'Hello.', reply: { speak: true }, ...summary },
    ]);
    expect(failed).toMatchObject({ reply: 'Hello.', isOver: true, problem: 'Nobody could speak.' });
  });

  it('has no decision, and nobody who did anything, where it came to none', () => {
    const usage = { transcription: null, models: [], speech: { provider: null, model: null } };
    const error = { message: 'Too late.', code: null };
    const failed = whole([{ type: 'error', error, text: null, reply: null, repeated: false, usage, warnings: [] }]);
    expect(failed).toMatchObject({ reply: '', problem: 'Too late.', doneBy: [] });
    expect(failed.decision).toBeUndefined();
  });
});

describe('a decision in words', () => {
  it.each([
    [{ speak: false }, 'Decided to answer in writing'],
    [{ speak: false, voice: 'nova' }, 'Decided to answer in writing'],
    [{ speak: true, text: 'Hi.' }, 'Decided to answer aloud'],
    [
      { speak: true, text: 'Hi there.', voice: 'nova', style: 'cheerful' },
      'Decided to answer aloud, in other words than shown (“Hi there.”), with the voice nova, “cheerful”',
    ],
  ])('%j', (reply, text) => expect(decisionText(reply, 'Hi.')).toBe(text));
});
