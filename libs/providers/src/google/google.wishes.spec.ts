import type { TranscriptionRequest } from '@parlance/contracts';
import { GOOGLE_KEY, jsonBody, spokenAudio, startGoogleStandIn, type CapturedRequest, type GoogleStandIn } from '@parlance/testing';
import { makeGoogle, transcriptionRequest } from './__fixtures__/google-bench.js';

type Features = Record<string, boolean | undefined>;

const configOf = (call: CapturedRequest) => jsonBody(call)['config'] as Features;
const featuresOf = (call: CapturedRequest) => (jsonBody(call)['config'] as { features: Features }).features;

describe('what is to be written, as Google is told', () => {
  let standIn: GoogleStandIn;
  beforeAll(async () => {
    standIn = await startGoogleStandIn();
  });
  afterAll(() => standIn.close());

  it.each([
    ['v1', { apiVersion: 'v1' }, 'latest_long', configOf, (own: Features) => own],
    ['v2', { apiVersion: 'v2', project: 'stand-in-project' }, 'long', featuresOf, (own: Features) => ({ features: own })],
  ] as const)('%s punctuates and times words unless a request says otherwise', async (_version, account, model, read, asOptions) => {
    const asked = async (changes: Partial<TranscriptionRequest>, settings: Record<string, unknown> = {}) => {
      standIn.reset();
      const { transcription, close } = makeGoogle(standIn, { key: GOOGLE_KEY }, { ...account, ...settings });
      const transcript = await transcription.transcribe(transcriptionRequest({ model, ...changes }), new AbortController().signal);
      await close();
      const { enableAutomaticPunctuation, enableWordTimeOffsets, profanityFilter } = read(standIn.calls[0]!);
      return { sent: [enableAutomaticPunctuation, enableWordTimeOffsets, profanityFilter], transcript };
    };
    expect((await asked({})).sent).toEqual([true, true, undefined]);
    expect((await asked({}, { wordTimes: false })).sent).toEqual([true, undefined, undefined]);
    const options = asOptions({ enableAutomaticPunctuation: false, profanityFilter: true });
    expect((await asked({ options })).sent).toEqual([false, true, true]);
    const { sent, transcript } = await asked({ options, punctuation: true, profanityFilter: false, words: false });
    expect(sent).toEqual([true, false, false]);
    expect(transcript.words).toBeUndefined();
    expect((await asked({ punctuation: false })).transcript.text).not.toMatch(/[.,!?]/);
  });

  it.each([{ apiVersion: 'v1' }, { apiVersion: 'v2', project: 'stand-in-project' }])(
    'says that it wants one channel, since Google refuses or leaves out others: %j',
    async (account) => {
      const { transcription, close } = makeGoogle(standIn, { key: GOOGLE_KEY }, account);
      expect(transcription.capabilities.onlyPlain).toBe(true);
      await close();
    },
  );

  it('has two channels refused by the stand-in, as Google does', async () => {
    const { transcription, close } = makeGoogle(standIn, { key: GOOGLE_KEY }, { apiVersion: 'v1' });
    const bytes = spokenAudio('wav');
    bytes.writeUInt16LE(2, 22);
    const heard = transcription.transcribe(transcriptionRequest({ recording: { bytes, format: 'wav' } }), new AbortController().signal);
    await expect(heard).rejects.toMatchObject({ code: 'invalid' });
    await close();
  });
});
