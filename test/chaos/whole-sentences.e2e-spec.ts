import { pcm16ToSamples } from '@parlance/audio';
import { openaiError, readSentences, sentenceText, startSentenceStandIn, type Fault } from '@parlance/testing';
import { speak } from './support/ask.js';
import { startFleet, until, type Fleet } from './support/fleet.js';

const RATE = 24_000;
const down: Fault = {
  kind: 'reply',
  status: 503,
  headers: { 'content-type': 'application/json' },
  body: openaiError(503, 'Down.').body as string,
};

let next = 0;
/** Sentences that nobody has asked for before. */
const newSentences = (count: number): number[] => Array.from({ length: count }, () => next++ % 1000);

describe('whole sentences', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    // Twenty texts at once take this process some time.
    const environment = { PARLANCE_FIRST_BYTE_MILLISECONDS: '3000', PARLANCE_IDLE_MILLISECONDS: '3000' };
    fleet = await startFleet({ vendor: startSentenceStandIn, environment });
  });
  beforeEach(() => fleet.reset());
  afterAll(() => fleet.close());

  const hear = async (numbers: readonly number[]) => {
    const answer = await speak(fleet, { input: numbers.map((number) => sentenceText(number)).join(' '), format: 'pcm' });
    return { ...answer, sentences: readSentences(pcm16ToSamples(answer.bytes), RATE) };
  };

  it('13: many texts at once are never mixed', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => newSentences((index % 3) + 1));
    const answers = await Promise.all(texts.map((numbers) => hear(numbers)));
    expect(answers.map(({ sentences }) => sentences)).toEqual(texts);
  });

  it.each<[string, Fault]>([
    ['breaks off in a sentence', { kind: 'cut' }],
    ['falls silent in a sentence', { kind: 'hang-mid-body' }],
    ['falls silent between sentences', { kind: 'hang' }],
    ['answers with nothing', { kind: 'empty' }],
    ['answers with a page', { kind: 'html' }],
    ['is down', down],
    ['drops the connection', { kind: 'refuse' }],
  ])('a provider that %s is replaced, and every word is heard once', async (_, fault) => {
    const numbers = newSentences(16);
    // The first sentence and what was begun with it are spoken well; then the vendor dies for good.
    const dying = hear(numbers);
    await until(() => fleet.first.standIn.calls.length >= 1);
    fleet.first.standIn.fail(...Array.from({ length: 20 }, () => fault));
    const { status, broken, sentences } = await dying;
    expect({ status, broken, sentences }).toEqual({ status: 200, broken: false, sentences: numbers });
    expect(fleet.second.standIn.calls.length).toBeGreaterThanOrEqual(1);
  });

  it.each(['reset', 'blackHole', 'refuse'] as const)('a network that fails (%s) in the middle costs no word', async (failure) => {
    const numbers = newSentences(16);
    const dying = hear(numbers);
    await until(() => fleet.first.standIn.calls.length >= 1);
    await fleet.first.network[failure]();
    expect(await dying).toMatchObject({ status: 200, broken: false, sentences: numbers });
  });

  it('goes on with whoever took over', async () => {
    const numbers = newSentences(16);
    fleet.first.standIn.fail(down);
    expect((await hear(numbers)).sentences).toEqual(numbers);
    // The first passage failed there, and the second had been begun with it.
    expect(fleet.first.standIn.calls.length).toBeLessThanOrEqual(2);
  });

  it('ends with a broken connection, never a clean one, when nobody is left in the middle', async () => {
    const numbers = newSentences(16);
    const dying = hear(numbers);
    await until(() => fleet.first.standIn.calls.length >= 2);
    await Promise.all([fleet.first.network.reset(), fleet.second.network.refuse()]);
    const { status, broken, sentences } = await dying;
    if (status === 200 && !broken) expect(sentences).toEqual(numbers);
    else if (status === 200) expect(sentences).toEqual(numbers.slice(0, sentences.length));
    else expect(status).toBeGreaterThanOrEqual(500);
  });
});
