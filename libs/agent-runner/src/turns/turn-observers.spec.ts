import { ParlanceError } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import { createRunner, VOICE_ON } from '../__fixtures__/create-runner.js';
import { TurnObservers, type TurnNews } from './turn-observers.js';
import type { TurnEvent } from './turn.types.js';

Logger.overrideLogger(false);

describe('what AgentRunner tells of turns', () => {
  function create() {
    const observers = new TurnObservers();
    const told: TurnNews[] = [];
    observers.subscribe((news) => told.push(news));
    return { ...createRunner({ agents: [{ agent_id: 'a', graph: 'echo', ...VOICE_ON }] }, observers), told };
  }

  it('tells how each has ended', async () => {
    const { run, told, voice } = create();
    await run({ agent: 'a', text: 'Hello.' });
    voice.transcribe = () => Promise.reject(new ParlanceError('timeout', 'Nobody answers.'));
    await run({ agent: 'a', audio: new Uint8Array(4) });
    await expect(run({ agent: 'nobody', text: 'Hello.' })).rejects.toThrow(ParlanceError);
    expect(told.map(({ agent, graph, outcome }) => [agent, graph, outcome])).toEqual([
      ['a', 'echo', 'ok'],
      ['a', 'echo', 'timeout'],
      [undefined, undefined, 'not_found'],
    ]);
    for (const { milliseconds } of told) expect(milliseconds).toBeGreaterThanOrEqual(0);
  });

  it('tells of one that nobody reads to its end', async () => {
    const observers = new TurnObservers();
    const told: TurnNews[] = [];
    observers.subscribe((news) => told.push(news));
    const events = async function* (): AsyncGenerator<TurnEvent> {
      yield { type: 'text', text: 'Hello.' };
      yield { type: 'text', text: 'Hello?' };
    };
    for await (const _event of observers.watch(events(), undefined)) break;
    expect(told).toMatchObject([{ outcome: 'aborted' }]);
  });
});
