import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusalKind } from './refusal-kind.js';

describe('refusalKind', () => {
  it.each([
    ['too_large', 'audio duration 1830.530612 seconds is longer than 1400 seconds which is the maximum for this model'],
    ['too_large', 'audio duration should be less than 30s'],
    ['too_large', 'Too long text: length limit exceeded'],
    ['too_large', 'Either `input.text` or `input.ssml` is longer than the limit of 5000 bytes.'],
    ['too_large', 'This request contains sentences that are too long.'],
    ['too_large', 'Audio can be of a maximum of 60 seconds.'],
    ['too_large', "This request's text has 627 characters and exceeds the character limit of 333 characters."],
    ['too_large', 'Input text exceeds maximum character limit of 2000.'],
    ['too_large', 'Inline audio exceeds duration limit. Please use a GCS URI.'],
    ['too_large', "'msg': 'String should have at most 4096 characters'"],
    ['unsupported', 'The language "auto" is not supported by the model "long" in the location named "global".'],
    ['unsupported', 'The requested model is currently not supported for language : xx-XX.'],
    ['unsupported', 'Unsupported language code'],
    ['unsupported', 'The audio format requested is not supported: encoding and container do not match.'],
    ['unsupported', "response_format 'srt' is not compatible with model 'gpt-transcribe'."],
    ['unsupported', "The model `orpheus` doesn't support this."],
    ['unsupported', 'This voice does not support the selected engine: standard'],
    ['unsupported', 'This voice currently only supports LINEAR16 and MULAW output.'],
    ['unsupported', "Invalid recognition 'config': bad sample rate hertz."],
    ['not_found', 'Unsupported voice'],
    ['not_found', "Voice 'en-US-Nobody' does not exist. Is it misspelled?"],
    ['not_found', 'Bad Request: No such model/language/tier combination found.'],
    ['not_found', 'Invalid model: The model is not valid, make sure it is a valid model ID.'],
    ['not_found', "Voice 'nobody' not found. Available voices: af_heart"],
    ['not_found', "The voice 'nobody' is not supported."],
    [undefined, 'Bad role'],
    [undefined, 'Invalid voice settings.'],
    [undefined, 'Input should be a valid integer'],
    [undefined, 'Json deserialize error: missing field `text`'],
    [undefined, 'Bad Request: failed to process audio: corrupt or unsupported data'],
    [undefined, 'The SSML is not valid.'],
    [undefined, ''],
  ])('%s: %s', (kind, message) => {
    expect(refusalKind(400, message)).toBe(kind);
    expect(refusalKind(422, message)).toBe(kind);
    expect(refusalKind(429, message)).toBeUndefined();
    expect(refusalKind(500, message)).toBeUndefined();
  });

  it.each(['too_large', 'unsupported', 'not_found'])('docs/providers.md names %s among the kinds', (kind) => {
    const [, section = ''] = readFileSync(join(__dirname, '../../../../docs/providers.md'), 'utf8').split(/^## Failures$/m);
    expect(section.split(/^## /m)[0]).toContain(`\`${kind}\``);
  });
});
