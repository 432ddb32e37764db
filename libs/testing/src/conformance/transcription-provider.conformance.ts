import { describeChecks, type Check } from './check.js';
import { abortChecks } from './provider/abort.checks.js';
import { errorChecks } from './provider/error.checks.js';
import { faultChecks } from './provider/fault.checks.js';
import { probeChecks } from './provider/probe.checks.js';
import type { TranscriptionBench, TranscriptionSubject } from './provider/provider-bench.js';
import { transcriptChecks } from './provider/transcript.checks.js';
import { EXPECTED_WORDS, withTranscriptionCaller } from './provider/transcription-calls.js';
import { transcriptionRequestChecks } from './provider/transcription-request.checks.js';

/** What every transcription provider does with its vendor. Run outside a describe block with `failingChecks`. */
export const transcriptionProviderChecks: readonly Check<TranscriptionBench>[] = [
  ...transcriptChecks,
  ...transcriptionRequestChecks,
  ...errorChecks<TranscriptionBench>(withTranscriptionCaller, ({ wire }) => (wire.prompt === undefined ? [] : [EXPECTED_WORDS])),
  ...faultChecks<TranscriptionBench>(withTranscriptionCaller, () => ['empty', 'server']),
  ...abortChecks<TranscriptionBench>(withTranscriptionCaller),
  ...probeChecks<TranscriptionBench>(),
];

/** Registers the checks as tests against one stand-in. */
export function describeTranscriptionProvider(name: string, subject: TranscriptionSubject): void {
  describe(name, () => {
    let bench: TranscriptionBench;
    beforeAll(async () => {
      bench = await subject.start();
    });
    afterAll(() => bench.standIn.close());
    describeChecks('as a transcription provider', transcriptionProviderChecks, async () => ({
      subject: bench,
      close: async () => bench.standIn.reset(),
    }));
  });
}
