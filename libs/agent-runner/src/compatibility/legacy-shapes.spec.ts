import { ParlanceError, type Trace, type VoiceFile } from '@parlance/contracts';
import type { StoredSpeech, Transcription, UnstoredSpeech } from '@parlance/voice';
import { trace } from '../__fixtures__/fake-voice.js';
import { toLegacyFileInfo, toLegacyResult } from './legacy-shapes.js';

const file: VoiceFile = {
  id: 'f',
  originalFilename: 'speech.mp3',
  mediaType: 'audio/mpeg',
  sizeBytes: 300,
  durationSeconds: 1.5,
  format: 'mp3',
  sampleRate: 24_000,
  channels: 1,
  createdAt: '2026-01-02T03:04:05.000Z',
  bucket: 'b',
  key: 'voice/f.mp3',
};
const info = {
  file_id: 'f',
  original_filename: 'speech.mp3',
  mime_type: 'audio/mpeg',
  size_bytes: 300,
  duration_seconds: 1.5,
  format: 'mp3',
  sample_rate: 24_000,
  channels: 1,
  created_at: '2026-01-02T03:04:05.000Z',
  minio_bucket: 'b',
  minio_key: 'voice/f.mp3',
};
const timed: Trace = { ...trace, totalMilliseconds: 250 };
const success = {
  success: true,
  text: null,
  audio_url: null,
  file_info: null,
  provider_used: 'local',
  processing_time: 0.25,
  cached: false,
  error_message: null,
  metadata: { model: 'flite', warnings: [] },
};

describe('toLegacyFileInfo', () => {
  it('has every field under its old name', () => {
    expect(toLegacyFileInfo(file)).toEqual(info);
  });

  it('has null for what is not known', () => {
    const { durationSeconds: _seconds, format: _format, sampleRate: _rate, channels: _channels, ...bare } = file;
    expect(toLegacyFileInfo(bare)).toEqual({ ...info, duration_seconds: null, format: null, sample_rate: null, channels: null });
  });
});

describe('toLegacyResult', () => {
  const stored: StoredSpeech = { file, url: 'https://store/f', expiresAt: 'soon', trace: timed, usage: { characters: 2 }, warnings: [] };
  const transcription: Transcription = {
    text: 'Hello.',
    language: 'en',
    duration: 2,
    segments: [],
    usage: { seconds: 2 },
    warnings: [],
    trace: { ...timed, operation: 'transcribe', servedBy: { provider: 'local', model: 'moonshine' } },
  };

  it('of a transcript', () => {
    const metadata = { model: 'moonshine', warnings: [] };
    expect(toLegacyResult(transcription)).toEqual({ ...success, text: 'Hello.', metadata });
    expect(toLegacyResult({ ...transcription, text: '' })).toMatchObject({ success: true, text: '' });
  });

  it('of stored speech', () => {
    expect(toLegacyResult(stored)).toEqual({ ...success, audio_url: 'https://store/f', file_info: info });
  });

  it('of speech that could not be stored', () => {
    const message = 'The object store is away.';
    const unstored: UnstoredSpeech = {
      file: null,
      url: null,
      expiresAt: null,
      format: 'mp3',
      mediaType: 'audio/mpeg',
      sampleRate: 24_000,
      bytes: Buffer.from('sound'),
      trace: timed,
      usage: {},
      warnings: [{ code: 'storage_unavailable', message }],
    };
    expect(toLegacyResult(unstored)).toEqual({ ...success, metadata: { model: 'flite', warnings: [message] } });
  });

  it('of what came from the cache, and of what nobody had to serve', () => {
    expect(toLegacyResult({ ...stored, trace: { ...timed, cache: 'hit' } })).toMatchObject({ cached: true, provider_used: 'local' });
    expect(toLegacyResult({ ...stored, trace: { ...timed, cache: 'coalesced' } })).toMatchObject({ cached: false });
    const { servedBy: _nobody, totalMilliseconds: _time, ...unserved } = timed;
    expect(toLegacyResult({ ...transcription, trace: unserved })).toMatchObject({
      success: true,
      provider_used: null,
      processing_time: 0,
      metadata: { model: null },
    });
  });

  it.each([
    ['of a provider', new ParlanceError('timeout', 'It took too long.', { provider: 'local' }), 'local'],
    ['of nobody', new ParlanceError('no_speech', 'There is no speech in it.'), null],
  ])('of a failure %s', (_whose, error, provider) => {
    expect(toLegacyResult(error)).toEqual({
      success: false,
      text: null,
      audio_url: null,
      file_info: null,
      provider_used: provider,
      processing_time: 0,
      cached: false,
      error_message: error.message,
      metadata: { code: error.code },
    });
  });
});
