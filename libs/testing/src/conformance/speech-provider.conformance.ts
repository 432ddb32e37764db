import { describeChecks, type Check } from './check.js';
import { abortChecks } from './provider/abort.checks.js';
import { errorChecks } from './provider/error.checks.js';
import { faultChecks } from './provider/fault.checks.js';
import { probeChecks } from './provider/probe.checks.js';
import type { SpeechBench, SpeechSubject } from './provider/provider-bench.js';
import { speechAudioChecks } from './provider/speech-audio.checks.js';
import { SENTENCE, withSpeechCaller } from './provider/speech-calls.js';
import { speechRequestChecks } from './provider/speech-request.checks.js';
import { speechWireChecks } from './provider/speech-wire.checks.js';

/** What every speech provider does with its vendor. Run outside a describe block with `failingChecks`. */
export const speechProviderChecks: readonly Check<SpeechBench>[] = [
  ...speechAudioChecks,
  ...speechRequestChecks,
  ...speechWireChecks,
  ...errorChecks<SpeechBench>(withSpeechCaller, () => [SENTENCE]),
  // A body that should have been JSON and is nothing is a broken server; bare audio that is nothing is empty.
  ...faultChecks<SpeechBench>(withSpeechCaller, ({ streams }) => (streams ? ['empty'] : ['empty', 'server'])),
  ...abortChecks<SpeechBench>(withSpeechCaller),
  ...probeChecks<SpeechBench>(),
];

/** Registers the checks as tests against one stand-in. */
export function describeSpeechProvider(name: string, subject: SpeechSubject): void {
  describe(name, () => {
    let bench: SpeechBench;
    beforeAll(async () => {
      bench = await subject.start();
    });
    afterAll(() => bench.standIn.close());
    describeChecks('as a speech provider', speechProviderChecks, async () => ({
      subject: bench,
      close: async () => bench.standIn.reset(),
    }));
  });
}
