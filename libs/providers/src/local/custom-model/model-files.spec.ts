import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recogniseSpeechModel, recogniseTranscriptionModel } from './model-files.js';

const folder = mkdtempSync(join(tmpdir(), 'model-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A directory with these files; a name with `/` at its end is a directory. */
function directoryWith(name: string, files: Record<string, string>): string {
  const directory = join(folder, name);
  mkdirSync(directory);
  for (const [file, content] of Object.entries(files)) {
    if (file.endsWith('/')) mkdirSync(join(directory, file));
    else writeFileSync(join(directory, file), content);
  }
  return directory;
}

describe('recogniseSpeechModel', () => {
  const tokens = { 'tokens.txt': '' };
  it.each([
    [
      'piper',
      { ...tokens, 'de_DE-x.onnx': '', 'de_DE-x.onnx.json': '{"language":{"code":"de_DE"}}', 'espeak-ng-data/': '' },
      'vits',
      ['de-DE'],
    ],
    ['vits', { ...tokens, 'model.onnx': '', 'lexicon.txt': '' }, 'vits', ['*']],
    ['kokoro', { ...tokens, 'model.onnx': 'kokoro', 'voices.bin': '', 'espeak-ng-data/': '' }, 'kokoro', ['en']],
    [
      'kokoro-multi',
      { ...tokens, 'model.int8.onnx': '', 'voices.bin': '', 'lexicon-us-en.txt': '', 'lexicon-zh.txt': '' },
      'kokoro',
      ['*'],
    ],
    ['nano', { ...tokens, 'model.fp16.onnx': `${'x'.repeat(20_000)}kitten-tts`, 'voices.bin': '' }, 'kitten', ['en']],
    ['matcha', { ...tokens, 'model-steps-3.onnx': '', 'vocos-22khz.onnx': '', 'espeak-ng-data/': '' }, 'matcha', ['*']],
  ])('%s', (name, files, type, languages) => {
    const found = recogniseSpeechModel(directoryWith(`speech-${name}`, files));
    expect(found).toMatchObject({ type, languages });
    expect(Object.keys(found.config)).toEqual([type]);
    expect(Object.keys(found.config[type] as object)).toContain('tokens');
  });

  it('gives paths', () => {
    const directory = directoryWith('paths', { ...tokens, 'model.onnx': '', 'vocos.onnx': '', 'lexicon-a.txt': '', 'lexicon-b.txt': '' });
    const path = (file: string) => join(directory, file);
    expect(recogniseSpeechModel(directory).config).toEqual({
      matcha: {
        acousticModel: path('model.onnx'),
        vocoder: path('vocos.onnx'),
        tokens: path('tokens.txt'),
        lexicon: `${path('lexicon-a.txt')},${path('lexicon-b.txt')}`,
      },
    });
  });

  it('says what it found instead, without the path', () => {
    const directory = directoryWith('other', { 'notes.md': '', 'encoder.onnx': '' });
    expect(() => recogniseSpeechModel(directory)).toThrow(/Expected: tokens\.txt.*Found: encoder\.onnx, notes\.md\.$/u);
    expect(() => recogniseSpeechModel(directory)).not.toThrow(folder);
  });
});

describe('recogniseTranscriptionModel', () => {
  it.each([
    ['whisper', ['tiny-encoder.onnx', 'tiny-encoder.int8.onnx', 'tiny-decoder.int8.onnx', 'tiny-tokens.txt'], 'whisper', 'whisper', ['*']],
    ['whisper-en', ['tiny.en-encoder.onnx', 'tiny.en-decoder.onnx', 'tiny.en-tokens.txt'], 'whisper', 'whisper', ['en']],
    ['parakeet', ['encoder.int8.onnx', 'decoder.int8.onnx', 'joiner.int8.onnx', 'tokens.txt'], 'transducer', 'transducer', ['*']],
    ['sense', ['model.onnx', 'model.int8.onnx', 'tokens.txt'], 'sense-voice', 'senseVoice', ['zh', 'yue', 'en', 'ja', 'ko']],
    [
      'moonshine-1',
      ['preprocess.int8.onnx', 'encode.int8.onnx', 'uncached_decode.int8.onnx', 'cached_decode.int8.onnx', 'tokens.txt'],
      'moonshine',
      'moonshine',
      ['en'],
    ],
    ['moonshine-2', ['encoder_model.onnx', 'decoder_model_merged.onnx', 'tokens.txt'], 'moonshine', 'moonshine', ['en']],
  ])('%s', (name, files, type, field, languages) => {
    const directory = directoryWith(`transcription-${name}`, Object.fromEntries(files.map((file) => [file, ''])));
    const found = recogniseTranscriptionModel(directory);
    expect(found).toMatchObject({ type, languages });
    expect(Object.keys(found.config)).toEqual([field, 'tokens']);
    for (const path of Object.values(found.config[field] as object).filter((value) => String(value).endsWith('.onnx'))) {
      expect(path).toContain(files.some((file) => file.includes('int8')) ? 'int8' : directory);
    }
  });

  it.each([
    ['tokens only', ['tokens.txt']],
    ['no tokens', ['encoder.onnx', 'decoder.onnx']],
  ])('refuses %s', (name, files) => {
    const directory = directoryWith(name, Object.fromEntries(files.map((file) => [file, ''])));
    expect(() => recogniseTranscriptionModel(directory)).toThrow(
      expect.objectContaining({ code: 'unavailable', reason: 'custom_model_unknown' }),
    );
  });
});
