import { throwIfAborted } from '@parlance/contracts';
import { failingChecks } from '../check.js';
import { fakeSpeechBench, HonestSpeech, type SpeechClass } from './__fixtures__/fake-speech.js';
import { probeChecks } from './probe.checks.js';
import type { SpeechBench } from './provider-bench.js';

class ProbesByACall extends HonestSpeech {
  override async probe(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const answer = await this.ask('/speak', 'application/json', '{"text":"Hello.","format":"mp3"}', signal);
    await (await this.agreed(answer)).body.dump();
  }
}

class LeavesTheAnswer extends HonestSpeech {
  override async probe(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    await this.agreed(await this.send('/voices', { method: 'GET' }, signal));
  }
}

class BelievesAnyAnswer extends HonestSpeech {
  override async probe(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    await (await this.send('/voices', { method: 'GET' }, signal)).body.dump();
  }
}

class ProbesNothing extends HonestSpeech {
  override async probe(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
  }
}

class BelievesAnything extends HonestSpeech {
  override async probe(signal: AbortSignal): Promise<void> {
    await super.probe(signal).catch(() => undefined);
  }
}

class ProbesForEver extends HonestSpeech {
  override async probe(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    await super.probe(new AbortController().signal);
  }
}

const ALL = probeChecks<SpeechBench>().map(({ name }) => name);
const FOR_NOTHING = 'asks by a probe what costs nothing, over the same connection';
const BROKEN: readonly (readonly [SpeechClass, ...string[]])[] = [
  [ProbesByACall, FOR_NOTHING],
  [LeavesTheAnswer, FOR_NOTHING],
  [BelievesAnyAnswer, 'tells by a probe that the key is wrong', 'takes a page for no answer to a probe'],
  [
    BelievesAnything,
    'tells by a probe that the key is wrong',
    'tells by a probe that the vendor cannot be reached',
    'gives a probe up that is not answered',
    'takes a page for no answer to a probe',
    'leaves a probe with its caller',
  ],
  [ProbesForEver, 'leaves a probe with its caller'],
  [ProbesNothing, ...ALL],
];

describe('the checks of probes', () => {
  const failing = (
    Fake: SpeechClass,
    names: readonly string[],
    changes: (bench: SpeechBench) => SpeechBench = (bench) => bench,
  ): Promise<string[]> => {
    const checks = probeChecks<SpeechBench>().filter(({ name }) => names.includes(name));
    return failingChecks(checks, async () => {
      const bench = changes(await fakeSpeechBench(Fake, 1500));
      return { subject: bench, close: () => bench.standIn.close() };
    });
  };

  it.each(BROKEN.map(([Fake, ...names]) => [Fake.name, Fake, names] as const))('catch one that %s', async (_name, Fake, names) => {
    expect((await failing(Fake, names)).toSorted()).toEqual(names.toSorted());
  });

  it('find nothing wrong with one that has nothing to ask', async () => {
    const without = (bench: SpeechBench): SpeechBench => ({
      ...bench,
      create: (settings) => ({ ...bench.create(settings), probe: undefined }),
    });
    await expect(failing(HonestSpeech, ALL, without)).resolves.toEqual([]);
  });
});
