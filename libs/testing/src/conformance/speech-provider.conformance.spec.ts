import { ParlanceError, type ErrorCode, type SpeechAudio, type SpeechRequest, type Warning } from '@parlance/contracts';
import { Agent } from 'undici';
import { spokenAudio } from '../vendors/audio/spoken-audio.js';
import { failingChecks } from './check.js';
import type { FakeAnswer } from './provider/__fixtures__/fake-client.js';
import { fakeSpeechBench, HonestSpeech, type SpeechClass } from './provider/__fixtures__/fake-speech.js';
import type { ProviderSettings } from './provider/provider-bench.js';
import { describeSpeechProvider, speechProviderChecks } from './speech-provider.conformance.js';

class IgnoresItsCaller extends HonestSpeech {
  protected override signal(): AbortSignal {
    return new AbortController().signal;
  }
}

class AsksForWhoHasLeft extends HonestSpeech {
  protected override check(request: SpeechRequest): void {
    super.check(request, new AbortController().signal);
  }

  protected override async body(request: SpeechRequest) {
    await this.ask('/speak', 'application/json', '{}', new AbortController().signal);
    return super.body(request);
  }
}

class LeavesAListener extends HonestSpeech {
  protected override signal(signal: AbortSignal): AbortSignal {
    signal.addEventListener('abort', () => void this.name);
    return signal;
  }
}

class SwallowsNothing extends HonestSpeech {
  protected override async *read(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield* body;
  }
}

class SwallowsBreaks extends HonestSpeech {
  protected override async *read(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      yield* super.read(body, signal);
    } catch (error) {
      if (error instanceof ParlanceError && !['server', 'timeout'].includes(error.code)) throw error;
    }
  }
}

class KnowsOnlyMp3 extends HonestSpeech {
  protected override async body(request: SpeechRequest) {
    return { ...(await super.body(request)), format: 'mp3' };
  }
}

class HalvesSamples extends HonestSpeech {
  protected override async *read(): AsyncGenerator<Uint8Array> {
    yield spokenAudio('pcm').subarray(1);
  }
}

class TellsWhatTheVendorSays extends HonestSpeech {
  protected override async refusal({ body }: FakeAnswer): Promise<ParlanceError> {
    return this.failure('server', await body.text());
  }
}

class TellsTheText extends HonestSpeech {
  protected override async refusal(answer: FakeAnswer, sent: string): Promise<ParlanceError> {
    const { code } = await super.refusal(answer, sent);
    return this.failure(code, `This was refused: ${sent}`);
  }
}

class KeepsTheKeyInTheCause extends HonestSpeech {
  protected override broken(): Error {
    return new ParlanceError('server', 'Broken.', { provider: this.name, cause: new Error(`${this.url}/speak?key=${this.settings.key}`) });
  }
}

class WaitsForAll extends HonestSpeech {
  override async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    const audio = await super.speak(request, signal);
    const parts: Uint8Array[] = [];
    for await (const part of audio.chunks) parts.push(part);
    return { ...audio, chunks: stream(parts) };
  }
}

class MixesRequests extends HonestSpeech {
  private current: SpeechRequest | undefined;

  protected override async body(request: SpeechRequest) {
    this.current = request;
    await Promise.resolve();
    return super.body(this.current);
  }
}

class TakesLimitsForBreakage extends HonestSpeech {
  protected override code(status: number): ErrorCode {
    return status === 429 ? 'server' : super.code(status);
  }
}

class ForgetsTheDate extends HonestSpeech {
  protected override wait(header: string | string[] | undefined): number | undefined {
    return Number.isNaN(Number(header)) ? undefined : super.wait(header);
  }
}

class TriesAgain extends HonestSpeech {
  protected override async ask(path: string, type: string, body: string, signal: AbortSignal): Promise<FakeAnswer> {
    const answer = await super.ask(path, type, body, signal);
    if (answer.statusCode !== 500) return answer;
    await answer.body.dump();
    return super.ask(path, type, body, signal);
  }
}

class TellsNoKeysApart extends HonestSpeech {
  protected override code(status: number): ErrorCode {
    return status === 401 ? 'permission' : super.code(status);
  }
}

class WaitsForEver extends HonestSpeech {
  protected override limits(): Partial<ProviderSettings> {
    return {};
  }
}

class SendsAnything extends HonestSpeech {
  protected override check(): void {
    // Nothing is wrong for it.
  }
}

class CutsTheText extends HonestSpeech {
  protected override check(request: SpeechRequest, signal: AbortSignal): void {
    super.check({ ...request, text: request.text.slice(0, 100) }, signal);
  }

  protected override body(request: SpeechRequest) {
    return super.body({ ...request, text: request.text.slice(0, 100) });
  }
}

class CountsLetters extends HonestSpeech {
  protected override check(request: SpeechRequest, signal: AbortSignal): void {
    super.check({ ...request, text: request.text.replaceAll(/[^\s\w]/g, 'a') }, signal);
  }
}

class CountsCharacters extends HonestSpeech {
  override readonly capabilities = {
    ...new HonestSpeech(this.url, this.settings).capabilities,
    maximumText: { unit: 'characters' as const, value: 400 },
  };

  protected override check(request: SpeechRequest, signal: AbortSignal): void {
    super.check({ ...request, text: request.text.replaceAll(/[^\s\w]/g, 'a') }, signal);
  }
}

class SaysAnotherRate extends HonestSpeech {
  override async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    return { ...(await super.speak(request, signal)), sampleRate: 16_000 };
  }
}

class KeepsTheSocket extends HonestSpeech {
  protected override read(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const chunks = super.read(body, signal);
    const kept: AsyncGenerator<Uint8Array> = Object.create(chunks);
    kept.next = () => chunks.next();
    kept.return = async () => ({ done: true, value: undefined });
    kept[Symbol.asyncIterator] = () => kept;
    return kept;
  }
}

class ConnectsEachTime extends HonestSpeech {
  protected override dispatcher(): Agent {
    return new Agent();
  }
}

class SaysNothing extends HonestSpeech {
  protected override warnings(): Warning[] {
    return [];
  }
}

class PlaysThePage extends HonestSpeech {
  protected override async post(path: string, type: string, body: string, signal: AbortSignal): Promise<FakeAnswer> {
    return this.ask(path, type, body, signal);
  }
}

class ThrowsWhatComes extends HonestSpeech {
  protected override broken(error: unknown): Error {
    return error as Error;
  }
}

class EscapesTwice extends HonestSpeech {
  protected override body(request: SpeechRequest) {
    return super.body({ ...request, text: request.text.replaceAll('&', '&amp;') });
  }
}

class HasItsOwnMind extends HonestSpeech {
  protected override body(request: SpeechRequest) {
    return super.body({ ...request, model: 'small', voice: 'anna', language: 'en', speed: 1 });
  }
}

class ClaimsTooLittle extends HonestSpeech {
  override readonly capabilities = { ...this.honest(), streaming: false };

  private honest() {
    return new HonestSpeech(this.url, this.settings).capabilities;
  }
}

async function* stream(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

const BROKEN: readonly (readonly [SpeechClass, ...string[]])[] = [
  [IgnoresItsCaller, 'leaves with its caller while it waits', 'leaves with its caller in the middle of an answer'],
  [AsksForWhoHasLeft, 'asks nothing for a caller who has left'],
  [LeavesAListener, "leaves nothing on its caller's signal"],
  [SwallowsNothing, 'takes a success without audio for a failure', 'takes a success without a byte for a failure'],
  [SwallowsBreaks, 'takes an answer that breaks off for a failure'],
  [KnowsOnlyMp3, 'answers in every format it says it makes'],
  [HalvesSamples, 'answers in every format it says it makes'],
  [TellsWhatTheVendorSays, 'keeps the key and the words of the request out of every error'],
  [TellsTheText, 'keeps the key and the words of the request out of every error'],
  [KeepsTheKeyInTheCause, 'keeps the key and the words of the request out of every error'],
  [WaitsForAll, 'gives the first chunk before the last is sent'],
  [MixesRequests, 'keeps fifty calls at once apart'],
  [TakesLimitsForBreakage, 'names every error of the vendor, and asks once'],
  [ForgetsTheDate, 'tells after which date it may be asked again'],
  [TriesAgain, 'names every error of the vendor, and asks once'],
  [TellsNoKeysApart, 'tells a wrong key from other failures', 'tells by a probe that the key is wrong'],
  [WaitsForEver, 'gives up on an answer that never begins', 'gives up on an answer that stops', 'gives a probe up that is not answered'],
  [SendsAnything, 'refuses a text without words before it asks', 'refuses a format it does not make before it asks'],
  [CutsTheText, 'refuses a text that is too long before it asks', 'takes a text as long as it says'],
  [CountsLetters, 'refuses a text that is too long before it asks'],
  [CountsCharacters, 'takes a text as long as it says'],
  [SaysAnotherRate, 'answers in every format it says it makes'],
  [KeepsTheSocket, 'gives the connection back when the audio is left early'],
  [ConnectsEachTime, 'uses its connections again, after failures too'],
  [SaysNothing, 'warns of every setting it leaves out, or refuses it'],
  [PlaysThePage, 'takes a page for a failure of the server'],
  [ThrowsWhatComes, 'takes a refused connection for a failure that may pass'],
  [EscapesTwice, 'sends the text as it is'],
  [HasItsOwnMind, 'sends the voice', 'sends the model', 'sends the language', 'sends the speed'],
  [ClaimsTooLittle, 'says what it can do'],
];

describeSpeechProvider('an honest fake', { start: () => fakeSpeechBench(HonestSpeech) });

describe('the suite for speech providers', () => {
  it.each(BROKEN.map(([Fake, ...names]) => [Fake.name, Fake, names] as const))('catches one that %s', async (_name, Fake, names) => {
    const checks = speechProviderChecks.filter(({ name }) => names.includes(name));
    const failing = await failingChecks(checks, async () => {
      const bench = await fakeSpeechBench(Fake, 1500);
      return { subject: bench, close: () => bench.standIn.close() };
    });
    expect(failing.toSorted()).toEqual(names.toSorted());
  });
});
