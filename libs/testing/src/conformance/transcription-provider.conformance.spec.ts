import { readAll, type ErrorCode, type ParlanceError, type Transcript, type TranscriptionRequest, type Warning } from '@parlance/contracts';
import { Agent } from 'undici';
import { failingChecks } from './check.js';
import type { FakeAnswer } from './provider/__fixtures__/fake-client.js';
import { fakeTranscriptionBench, HonestTranscription, type TranscriptionClass } from './provider/__fixtures__/fake-transcription.js';
import type { ProviderSettings } from './provider/provider-bench.js';
import { describeTranscriptionProvider, transcriptionProviderChecks } from './transcription-provider.conformance.js';

type Heard = Omit<Transcript, 'warnings'>;

class IgnoresItsCaller extends HonestTranscription {
  protected override signal(): AbortSignal {
    return new AbortController().signal;
  }
}

class AsksForWhoHasLeft extends HonestTranscription {
  protected override async bytes(request: TranscriptionRequest): Promise<Uint8Array> {
    await this.ask('/hear', 'audio/any', await readAll(request.recording.bytes), new AbortController().signal);
    return super.bytes(request);
  }

  protected override check(request: TranscriptionRequest): void {
    super.check(request, new AbortController().signal);
  }
}

class LeavesAListener extends HonestTranscription {
  protected override signal(signal: AbortSignal): AbortSignal {
    signal.addEventListener('abort', () => void this.name);
    return signal;
  }
}

class TakesNothingForSilence extends HonestTranscription {
  protected override async *read(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield* body;
  }

  protected override parse(text: string): Heard {
    return text === '' ? { text: '', duration: 1 } : super.parse(text);
  }
}

class TakesBreaksForSilence extends HonestTranscription {
  protected override async *read(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch {
      // What came is enough for it.
    }
  }

  protected override parse(text: string): Heard {
    return text.endsWith('}') ? super.parse(text) : { text: '', duration: 1 };
  }
}

class FailsOnSilence extends HonestTranscription {
  protected override parse(text: string): Heard {
    const heard = super.parse(text);
    if (heard.text === '') throw this.failure('empty');
    return heard;
  }
}

class KnowsNoLength extends HonestTranscription {
  protected override parse(text: string): Heard {
    return { ...super.parse(text), duration: 0 };
  }
}

class CountsMilliseconds extends HonestTranscription {
  protected override parse(text: string): Heard {
    const heard = super.parse(text);
    const words = (heard.words ?? []).map(({ word, start, end }) => ({ word, start: start * 1000, end: end * 1000 }));
    return { ...heard, words };
  }
}

class FindsNoTimes extends HonestTranscription {
  protected override parse(text: string): Heard {
    const heard = super.parse(text);
    return { ...heard, words: (heard.words ?? []).map(({ word }) => ({ word, start: 0, end: 0 })) };
  }
}

class TurnsTimeAround extends HonestTranscription {
  protected override parse(text: string): Heard {
    const heard = super.parse(text);
    return { ...heard, words: [...(heard.words ?? [])].toReversed() };
  }
}

class TellsWhatTheVendorSays extends HonestTranscription {
  protected override async refusal({ body }: FakeAnswer): Promise<ParlanceError> {
    return this.failure('server', await body.text());
  }
}

class MixesRequests extends HonestTranscription {
  private current: TranscriptionRequest | undefined;

  protected override async bytes(request: TranscriptionRequest): Promise<Uint8Array> {
    this.current = request;
    await Promise.resolve();
    return readAll(this.current.recording.bytes);
  }
}

class TakesLimitsForBreakage extends HonestTranscription {
  protected override code(status: number): ErrorCode {
    return status === 429 ? 'server' : super.code(status);
  }
}

class ForgetsTheWait extends HonestTranscription {
  protected override wait(): undefined {
    return undefined;
  }
}

class TellsNoKeysApart extends HonestTranscription {
  protected override code(status: number): ErrorCode {
    return status === 401 ? 'permission' : super.code(status);
  }
}

class WaitsForEver extends HonestTranscription {
  protected override limits(): Partial<ProviderSettings> {
    return {};
  }
}

class SendsAnything extends HonestTranscription {
  protected override check(): void {
    // Nothing is wrong for it.
  }
}

class ConnectsEachTime extends HonestTranscription {
  protected override dispatcher(): Agent {
    return new Agent();
  }
}

class SaysNothing extends HonestTranscription {
  protected override warnings(): Warning[] {
    return [];
  }
}

class ReadsThePage extends HonestTranscription {
  protected override page(): Error {
    return this.failure('invalid');
  }
}

class ThrowsWhatComes extends HonestTranscription {
  protected override broken(error: unknown): Error {
    return error as Error;
  }
}

class SendsItAsText extends HonestTranscription {
  protected override async bytes({ recording }: TranscriptionRequest): Promise<Uint8Array> {
    return Buffer.from(Buffer.from(await readAll(recording.bytes)).toString('utf8'));
  }
}

class HasItsOwnMind extends HonestTranscription {
  protected override query(): URLSearchParams {
    return new URLSearchParams({ model: 'small', language: 'en' });
  }
}

class ClaimsTooLittle extends HonestTranscription {
  override readonly capabilities = { ...new HonestTranscription(this.url, this.settings).capabilities, prompt: false };
}

const LEAK = 'keeps the key and the words of the request out of every error';
const BROKEN: readonly (readonly [TranscriptionClass, ...string[]])[] = [
  [IgnoresItsCaller, 'leaves with its caller while it waits', 'leaves with its caller in the middle of an answer'],
  [AsksForWhoHasLeft, 'asks nothing for a caller who has left'],
  [LeavesAListener, "leaves nothing on its caller's signal"],
  [TakesNothingForSilence, 'takes a success without a byte for a failure'],
  [TakesBreaksForSilence, 'takes an answer that breaks off for a failure'],
  [FailsOnSilence, 'takes silence for an answer'],
  [KnowsNoLength, 'hears what is said'],
  [CountsMilliseconds, 'tells times in their order'],
  [FindsNoTimes, 'tells times in their order'],
  [TurnsTimeAround, 'tells times in their order'],
  [TellsWhatTheVendorSays, LEAK],
  [MixesRequests, 'keeps fifty calls at once apart'],
  [TakesLimitsForBreakage, 'names every error of the vendor, and asks once'],
  [ForgetsTheWait, 'tells after how many seconds it may be asked again', 'tells after which date it may be asked again'],
  [TellsNoKeysApart, 'tells a wrong key from other failures', 'tells by a probe that the key is wrong'],
  [WaitsForEver, 'gives up on an answer that never begins', 'gives up on an answer that stops'],
  [
    SendsAnything,
    'refuses an empty recording before it asks',
    'refuses a recording that is too large before it asks',
    'refuses a format it does not take before it asks',
  ],
  [ConnectsEachTime, 'uses its connections again, after failures too'],
  [SaysNothing, 'warns of every setting it leaves out, or refuses it'],
  [ReadsThePage, 'takes a page for a failure of the server'],
  [ThrowsWhatComes, 'takes a refused connection for a failure that may pass'],
  [SendsItAsText, 'sends the recording byte for byte'],
  [HasItsOwnMind, 'sends the model', 'sends the language', 'sends the words to expect', 'sends whether to punctuate and to filter'],
  [ClaimsTooLittle, 'says what it can do'],
];

describeTranscriptionProvider('an honest fake', { start: () => fakeTranscriptionBench(HonestTranscription) });

describe('the suite for transcription providers', () => {
  it.each(BROKEN.map(([Fake, ...names]) => [Fake.name, Fake, names] as const))('catches one that %s', async (_name, Fake, names) => {
    const checks = transcriptionProviderChecks.filter(({ name }) => names.includes(name));
    const failing = await failingChecks(checks, async () => {
      const bench = await fakeTranscriptionBench(Fake, 1500);
      return { subject: bench, close: () => bench.standIn.close() };
    });
    expect(failing.toSorted()).toEqual(names.toSorted());
  });

  it('tells a bench without segments from a provider without them', async () => {
    class TimesSegments extends HonestTranscription {
      override readonly capabilities = { ...new HonestTranscription('', { key: '' }).capabilities, timings: 'segment' as const };
    }
    const bench = await fakeTranscriptionBench(TimesSegments, 1500);
    const check = transcriptionProviderChecks.find(({ name }) => name === 'tells times in their order');
    try {
      await expect(check?.run({ ...bench, expected: { text: bench.expected.text } })).rejects.toThrow('the bench expects no segments');
    } finally {
      await bench.standIn.close();
    }
  });
});
