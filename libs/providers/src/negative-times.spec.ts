import type { TranscriptionRequest } from '@parlance/contracts';
import { spokenAudio, startDeepgramStandIn, type StandIn } from '@parlance/testing';
import type { ProviderAccount } from './accounts.js';
import { providerMaker } from './requests/__fixtures__/vendor-requests.js';

const word = { start: -1, end: -1, word: 'Hello', text: 'Hello', type: 'word' };
const deepgram = { metadata: { duration: -1 }, results: { channels: [{ alternatives: [{ transcript: 'Hello', words: [word] }] }] } };
const request: TranscriptionRequest = { recording: { bytes: spokenAudio('mp3'), format: 'mp3', duration: 2 }, model: 'any' };

describe('a vendor that tells times before the beginning', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startDeepgramStandIn();
  });
  afterAll(() => standIn.close());

  it.each<[ProviderAccount['provider'], object]>([
    ['deepgram', deepgram],
    ['cartesia', { text: 'Hello', duration: -1, words: [word] }],
    ['elevenlabs', { text: 'Hello', language_code: 'eng', audio_duration_secs: -1, words: [word] }],
    ['openai-compatible', { text: 'Hello', duration: -1, usage: { type: 'duration', seconds: -1 }, segments: [word] }],
  ])('is not believed: %s', async (vendor, answer) => {
    const { transcription, close } = providerMaker('vendor', vendor)(standIn.url, { key: 'any' });
    standIn.fail({ kind: 'reply', status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) });
    const { duration, usage, words = [], segments = [] } = await transcription.transcribe(request, new AbortController().signal);
    await close();
    expect({ duration, seconds: usage?.seconds, words, segments }).toEqual({ duration: 2, seconds: 2, words: [], segments: [] });
  });
});
